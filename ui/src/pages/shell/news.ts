// Which incidents were not there before.

import type { IncidentRow } from "../../api/types";

/** Notices at once: more than that nobody reads. */
const MOST = 3;

/** What is there when one begins to look is no news. */
export function news<Row extends Pick<IncidentRow, "id">>(known: ReadonlySet<string> | undefined, rows: readonly Row[]): Row[] {
  return known === undefined ? [] : rows.filter((row) => !known.has(row.id)).slice(0, MOST);
}
