// What nobody had met here before: hosts, packages and tools of MCP servers whose first event
// lies in the stretch of time that is looked at.

import type { HostRow, Looked, McpCallRow, PackageRow, Touched } from "../../api/types";
import { packageId, toolId } from "../../format/touched";
import { VERDICT_NAMES } from "../../format/words";
import type { Entity } from "../../state/entity";

export interface Seen {
  entity: Entity;
  name: string;
  /** What it is, in a word. */
  word: string;
  row: Pick<Touched, "agents" | "first" | "verdict" | "denied" | "asked">;
}

interface Rows<Row> {
  items: readonly Row[];
  looked: Looked;
}

/** Packages and tools are counted over all that is kept: they are new if they begin within the stretch. */
export function firstSeen(hosts: Rows<HostRow> | undefined, packages: Rows<PackageRow> | undefined, tools: Rows<McpCallRow> | undefined, { from, to }: { from: number; to: number }): Seen[] {
  const isNew = (rows: Rows<Touched>, row: Touched) => Date.parse(row.first) >= from && Date.parse(row.first) < to && reachesBack(rows.looked, from);
  const found: Seen[] = [
    ...(hosts?.items ?? []).filter((row) => row.new === true).map((row): Seen => ({ entity: { kind: "host", id: row.host }, name: row.host, word: "host", row })),
    ...(packages?.items ?? []).filter((row) => isNew(packages as Rows<Touched>, row)).map((row): Seen => ({ entity: { kind: "package", id: packageId(row) }, name: row.name, word: `${row.ecosystem} package`, row })),
    ...(tools?.items ?? []).filter((row) => isNew(tools as Rows<Touched>, row)).map((row): Seen => ({ entity: { kind: "tool", id: toolId(row) }, name: toolId(row), word: "MCP tool", row })),
  ];
  return found.toSorted((one, other) => VERDICT_NAMES.indexOf(other.row.verdict) - VERDICT_NAMES.indexOf(one.row.verdict) || Date.parse(other.row.first) - Date.parse(one.row.first));
}

/** Whether something before the stretch was looked at, too: else nothing can be called new. */
function reachesBack({ more, since }: Looked, begin: number): boolean {
  return !more || (since !== null && Date.parse(since) < begin);
}
