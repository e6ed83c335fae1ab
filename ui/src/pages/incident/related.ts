// Which incidents are alike: those in which most of the same rules spoke.

import type { Incident, IncidentRow } from "../../api/types";

/** The most alike first, of those the latest; itself is none. */
export function related(incident: Pick<Incident, "id" | "rules">, rows: readonly IncidentRow[]): IncidentRow[] {
  const alike = (row: IncidentRow) => row.rules.filter((rule) => incident.rules.includes(rule)).length / Math.max(1, row.rules.length, incident.rules.length);
  return rows
    .filter((row) => row.id !== incident.id && alike(row) >= 0.5)
    .toSorted((one, other) => alike(other) - alike(one) || Date.parse(other.last) - Date.parse(one.last));
}
