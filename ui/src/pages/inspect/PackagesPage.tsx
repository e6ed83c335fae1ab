// What agents installed, or wanted to.

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { packagesQuery } from "../../api/inspect";
import type { PackageRow } from "../../api/types";
import { count } from "../../format/number";
import { packageId } from "../../format/touched";
import { agentTitle } from "../../format/words";
import { cell } from "../../parts/cells/cell";
import { Ago } from "../../parts/Moment";
import { Ribbon } from "../../parts/ribbon/Ribbon";
import { Top } from "../../parts/Top";
import { useOpen } from "../../state/open";
import { Answer } from "./Answer";
import { InspectFrame } from "./InspectFrame";
import { ordered, touchedCells } from "./rows";

const route = getRouteApi("/pkg");
const TABS = [{ id: "all", word: "All" }] as const;

export function PackagesPage() {
  const { text, range, from, to } = route.useSearch();
  const query = useQuery(packagesQuery({ text, range, from, to }));
  return (
    <>
      <Top title="Packages" />
      <Ribbon />
      <InspectFrame
        address="/pkg"
        tabs={TABS}
        query={query}
        order={ordered}
        label="Package or command"
        word="package"
        id={packageId}
        entity={(row) => ({ kind: "package", id: packageId(row) })}
        cells={(row) => ({ ...touchedCells(row), package: row.name, ecosystem: row.ecosystem, program: row.by[0] })}
        nothing={{ title: "No agent has installed anything yet.", because: ["Installs are read from the command lines of hooked agents, before they run: npm, pip, cargo, gem, go and others."], command: "ringfence check -- npm install left-pad" }}
        table={(rows, note) => <PackageTable rows={rows} onFocus={note} />}
      />
    </>
  );
}

function PackageTable({ rows, onFocus }: { rows: readonly PackageRow[]; onFocus: (row: string) => void }) {
  const { show } = useOpen();
  return (
    <table className="table inspect-table package-table">
      <thead>
        <tr>
          <th scope="col" className="answer-column">Answer</th>
          <th scope="col" className="package-column">Package</th>
          <th scope="col" className="kind-column">From</th>
          <th scope="col" className="command-column">Command</th>
          <th scope="col" className="by-column">By</th>
          <th scope="col" className="figure-column">Times</th>
          <th scope="col" className="last-column">Latest</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={packageId(row)}>
            <td className="answer-column" {...cell("verdict", row.verdict)}><Answer row={row} /></td>
            <td className="package-column main-column" {...cell("package", row.name)}>
              <button type="button" className="row-link mono" data-row={packageId(row)} title={row.name} onFocus={() => onFocus(packageId(row))} onClick={() => show({ kind: "package", id: packageId(row) })}>
                <b>{row.name}</b>{row.version !== null && <span className="dim"> {row.version}</span>}
              </button>
            </td>
            <td className="kind-column cut" {...cell("ecosystem", row.ecosystem)}>{row.ecosystem}</td>
            <td className="command-column cut dim" {...cell("program", row.by[0])} title={row.command}><code>{row.command}</code></td>
            <td className="by-column cut dim" {...cell("agent", row.agents[0])}>{row.agents.map(agentTitle).join(", ")}</td>
            <td className="figure-column">{count(row.events)}</td>
            <td className="last-column dim"><Ago at={row.last} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
