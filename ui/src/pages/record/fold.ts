// Events of one page, folded to what they are about: one line for each file, host or tool,
// with how often, by whom, and the worst that was found.

import type { EventRow, Severity, Verdict } from "../../api/types";
import { SEVERITY_NAMES, VERDICT_NAMES } from "../../format/words";

export interface Folded {
  /** What it is about: the event's summary. */
  about: string;
  /** The latest event of it. */
  latest: EventRow;
  /** When it was first seen, of what is loaded. */
  first: string;
  times: number;
  agents: string[];
  tools: string[];
  sessions: number;
  verdict: Verdict;
  severity: Severity | null;
}

/** Folds rows that come newest first; what was found something in comes first, then the latest. */
export function fold(rows: readonly EventRow[]): Folded[] {
  const lines = new Map<string, Folded>();
  const sessions = new Map<string, Set<string>>();
  for (const row of rows) {
    const seen = sessions.get(row.summary) ?? new Set<string>();
    sessions.set(row.summary, row.session === null ? seen : seen.add(row.session));
    const line = lines.get(row.summary);
    if (!line) {
      lines.set(row.summary, {
        about: row.summary, latest: row, first: row.at, times: 1,
        agents: row.agent === null ? [] : [row.agent],
        tools: row.tool === null ? [] : [row.tool],
        sessions: seen.size,
        verdict: row.verdict, severity: row.severity,
      });
      continue;
    }
    line.times += 1;
    if (row.at < line.first) line.first = row.at;
    if (row.at > line.latest.at) line.latest = row;
    if (row.agent !== null && !line.agents.includes(row.agent)) line.agents.push(row.agent);
    if (row.tool !== null && !line.tools.includes(row.tool)) line.tools.push(row.tool);
    line.sessions = seen.size;
    if (VERDICT_NAMES.indexOf(row.verdict) > VERDICT_NAMES.indexOf(line.verdict)) line.verdict = row.verdict;
    line.severity = worse(line.severity, row.severity);
  }
  return [...lines.values()]
    .toSorted((one, other) => rank(other.severity) - rank(one.severity) || Date.parse(other.latest.at) - Date.parse(one.latest.at));
}

function rank(severity: Severity | null): number {
  return severity === null ? -1 : SEVERITY_NAMES.indexOf(severity);
}

function worse(one: Severity | null, other: Severity | null): Severity | null {
  return rank(other) > rank(one) ? other : one;
}
