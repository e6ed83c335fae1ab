// Which secrets were touched, and what was answered.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { filesQuery } from "../../api/inspect";
import type { FileRow } from "../../api/types";
import { accesses } from "../../format/touched";
import { agentTitle, VERDICT_NAMES } from "../../format/words";
import { Loaded } from "../../parts/Loaded";
import { Moment } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";
import { VerdictMark } from "../../parts/VerdictMark";
import { useOpen } from "../../state/open";
import type { Stretch } from "./stretch";

const SHOWN = 6;

export function SecretsPanel({ stretch, phrase }: { stretch: Stretch; phrase: string }) {
  const query = useQuery(filesQuery("sensitive", stretch.asked));
  return (
    <Panel title="Secrets touched" aside={<Link to="/files" search={stretch.asked} className="quiet-link">Files</Link>}>
      <Loaded query={query} lines={3} brief>
        {({ items }) => {
          if (items.length === 0) return <p className="padded dim">No sensitive file was touched {phrase}.</p>;
          const rows = items.toSorted((one, other) => VERDICT_NAMES.indexOf(other.verdict) - VERDICT_NAMES.indexOf(one.verdict) || Date.parse(other.last) - Date.parse(one.last));
          return (
            <>
              <ul className="seen-list">{rows.slice(0, SHOWN).map((row) => <Line key={row.path} row={row} />)}</ul>
              {rows.length > SHOWN && <p className="panel-end">{rows.length - SHOWN} more</p>}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Line({ row }: { row: FileRow }) {
  const { show } = useOpen();
  return (
    <li>
      <KeyRound aria-hidden />
      <span className="seen-what">
        <button type="button" className="row-link mono cut" title={row.path} onClick={() => show({ kind: "file", id: row.path })}>{short(row.path)}</button>
        <span className="faint cut">{[accesses(row), ...row.agents.map(agentTitle)].join(", ")}</span>
      </span>
      {row.verdict === "allow" ? <span className="faint">Allowed</span> : <VerdictMark verdict={row.verdict} />}
      <span className="faint"><Moment at={row.last} /></span>
    </li>
  );
}

/** The name with the folder that it lies in. */
function short(path: string): string {
  return path.split("/").slice(-2).join("/");
}
