// One event in one line: when, who, what, and what was decided.

import type { EventRow } from "../api/types";
import { agentTitle, kindWord } from "../format/words";
import { KindIcon } from "./KindIcon";
import { SeverityMark } from "./SeverityMark";
import { VerdictMark } from "./VerdictMark";

/** What happened, in two words: the tool's own name where there is one. */
export function what(row: EventRow): string {
  if (row.tool === null) return kindWord(row.kind);
  if (row.kind === "tool_result") return `${row.tool} result`;
  if (row.kind === "permission_request") return `${row.tool} permission`;
  return row.tool;
}

export function Kind({ row }: { row: EventRow }) {
  return (
    <span className="kind">
      <KindIcon kind={row.kind} does={row.does} />
      <span className="cut">{what(row)}</span>
    </span>
  );
}

/** Nothing where nothing was found: grey is normal. */
export function Decided({ row }: { row: EventRow }) {
  if (row.verdict === "allow" && row.severity === null) return null;
  return (
    <span className="decided">
      {row.severity !== null && <SeverityMark severity={row.severity} word={false} />}
      <VerdictMark verdict={row.verdict} />
    </span>
  );
}

export function Who({ row }: { row: Pick<EventRow, "agent"> }) {
  return <span className="cut">{row.agent === null ? "Ringfence" : agentTitle(row.agent)}</span>;
}
