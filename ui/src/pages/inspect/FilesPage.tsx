// Which files were touched: secrets first, then what agents obey, then all.

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { filesQuery } from "../../api/inspect";
import type { FileRow } from "../../api/types";
import { count } from "../../format/number";
import { SEEN, accesses } from "../../format/touched";
import { agentTitle, fileClassWord } from "../../format/words";
import { cell } from "../../parts/cells/cell";
import { ChangeList } from "../../parts/ChangeList";
import { Ago } from "../../parts/Moment";
import { Ribbon } from "../../parts/ribbon/Ribbon";
import { Top } from "../../parts/Top";
import { useOpen } from "../../state/open";
import { InspectFrame } from "./InspectFrame";
import { Answer } from "./Answer";
import { ordered, touchedCells } from "./rows";

const route = getRouteApi("/files");

const TABS = [{ id: "sensitive", word: "Sensitive" }, { id: "trusted", word: "Agent memory" }, { id: "all", word: "All" }] as const;

const NOTHING = {
  sensitive: { title: "No sensitive file was touched.", because: ["Sensitive is what opens other doors: private keys and stored logins, secrets of projects and of the system, browser profiles and password stores, and decoys that you planted."], command: "ringfence check -- cat ~/.ssh/id_rsa" },
  trusted: { title: "Nothing that agents obey was touched.", because: ["That is their settings and instructions, what runs by itself later, git hooks, and what lets others in. The watcher of these files and every call are looked at."], command: "ringfence files" },
  all: { title: "No file was touched.", because: ["Calls of hooked agents tell of files; with the sensor the kernel does, too."], command: "ringfence install --all" },
};

export function FilesPage() {
  const { tab, text, range, from, to } = route.useSearch();
  const of = TABS.find((one) => one.id === tab)?.id ?? "sensitive";
  const query = useQuery(filesQuery(of, { text, range, from, to }));
  return (
    <>
      <Top title="Files" />
      <Ribbon />
      <InspectFrame
        address="/files"
        tabs={TABS}
        query={query}
        order={ordered}
        label="Path"
        word="file"
        id={(row) => row.path}
        entity={(row) => ({ kind: "file", id: row.path })}
        cells={(row) => ({ ...touchedCells(row), file: row.path, class: row.class, program: row.by[0] })}
        nothing={NOTHING[of]}
        table={(rows, note) => <FileTable rows={rows} onFocus={note} changes={of === "trusted"} />}
      />
    </>
  );
}

interface FileTableProps {
  rows: readonly FileRow[];
  /** Whether what changed is told below each. */
  changes: boolean;
  onFocus: (path: string) => void;
}

function FileTable({ rows, changes, onFocus }: FileTableProps) {
  const { show } = useOpen();
  return (
    <table className="table inspect-table">
      <thead>
        <tr>
          <th scope="col" className="answer-column">Answer</th>
          <th scope="col">File</th>
          <th scope="col" className="class-column">What it is</th>
          <th scope="col" className="done-column">Touched</th>
          <th scope="col" className="by-column">By</th>
          <th scope="col" className="figure-column sessions-column">Sessions</th>
          <th scope="col" className="last-column">Latest</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.path}>
            <td className="answer-column" {...cell("verdict", row.verdict)}><Answer row={row} /></td>
            <td className="main-column" {...cell("file", row.path)}>
              <button type="button" className="row-link mono" data-row={row.path} title={row.path} onFocus={() => onFocus(row.path)} onClick={() => show({ kind: "file", id: row.path })}><PathWords path={row.path} /></button>
              {changes && row.changes.length > 0 && <ChangeList changes={row.changes} />}
            </td>
            <td className="class-column cut" {...cell("class", row.class)}>{fileClassWord(row.class)}</td>
            <td className="done-column cut dim" {...cell("seen", row.seen)} title={SEEN[row.seen].means}>{accesses(row)} <span className="faint">{row.seen === "said" ? "" : SEEN[row.seen].word}</span></td>
            <td className="by-column cut dim" {...cell("agent", row.agents[0])} title={row.by.join(", ")}>{row.agents.map(agentTitle).join(", ") || row.by.join(", ")}</td>
            <td className="figure-column sessions-column dim">{count(row.sessions)}</td>
            <td className="last-column dim"><Ago at={row.last} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The name first: it is what one looks for, and stays where there is little room. */
function PathWords({ path }: { path: string }) {
  const cut = path.lastIndexOf("/");
  if (cut <= 0 || cut === path.length - 1) return path;
  return <>{path.slice(cut + 1)} <span className="faint">{path.slice(0, cut)}</span></>;
}
