// What the inbox shows, and what it says of it.

import type { IncidentList, IncidentRow } from "../../api/types";
import { count, counted } from "../../format/number";
import { project } from "../../format/path";
import { whereRows } from "../../parts/cells/cell";
import { isOpen } from "../../parts/incident/words";
import type { IncidentState } from "../../state/search";
import type { Term } from "../../state/where";

/** Rows through the filters; one that was just closed is gone before the daemon says so. */
export function shownRows(rows: readonly IncidentRow[], state: IncidentState, terms: readonly Term[]): IncidentRow[] {
  const fitting = rows.filter((row) => state === "all" || isOpen(row.status) === (state === "open"));
  return whereRows(fitting, terms, ({ agent, cwd, severity, status, rules }) => ({ agent: agent ?? undefined, project: project(cwd), severity, status, rule: rules[0] }));
}

/** The row that comes after those that go; the one before where there is none. */
export function nextAfter(ids: readonly string[], gone: readonly string[]): string | undefined {
  const last = Math.max(...gone.map((id) => ids.indexOf(id)));
  const stays = (id: string) => !gone.includes(id);
  return ids.slice(last + 1).find(stays) ?? ids.slice(0, Math.max(0, last)).findLast(stays);
}

const SMALL = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];

/** What is open, in one sentence. */
export function sentence({ open, closed }: Pick<IncidentList, "open" | "closed">, narrowed: boolean): string {
  const fit = narrowed ? " that fit the filters" : "";
  const shut = closed > 0 ? ` ${counted(closed, "incident")} closed.` : "";
  if (open === 0) return `Nothing open${narrowed ? " that fits the filters" : ""}.${shut}`;
  return `${SMALL[open] ?? count(open)} open ${open === 1 ? "incident" : "incidents"}${fit}.${shut}`;
}
