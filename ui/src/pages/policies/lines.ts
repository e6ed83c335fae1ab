// Rules as far as the record tells them: how often each matched, when last, how it was answered.

import type { FindingRow, Severity, Verdict } from "../../api/types";
import { SEVERITY_NAMES } from "../../format/words";

export interface RuleLine {
  rule: string;
  hits: number;
  /** What its latest match says of it; nothing where that is not among what was read. */
  latest: { title: string; severity: Severity; verdict: Verdict; at: string; id: string } | undefined;
  /** How often it was allowed by the user, of what was read. */
  allowed: number;
}

/** All rules that ever matched; the most severe first, then the most frequent. */
export function ruleLines(byRule: Readonly<Record<string, number>>, findings: readonly FindingRow[]): RuleLine[] {
  const lines = new Map<string, RuleLine>();
  for (const [rule, hits] of Object.entries(byRule)) lines.set(rule, { rule, hits, latest: undefined, allowed: 0 });
  for (const { finding } of findings) {
    const line = lines.get(finding.rule) ?? { rule: finding.rule, hits: 0, latest: undefined, allowed: 0 };
    lines.set(finding.rule, line);
    // Newer than the count: it was asked for first.
    if (!(finding.rule in byRule)) line.hits += 1;
    if (finding.allowed_by !== undefined) line.allowed += 1;
    if (line.latest === undefined || Date.parse(finding.at) > Date.parse(line.latest.at)) {
      line.latest = { title: finding.title, severity: finding.severity, verdict: finding.verdict, at: finding.at, id: finding.id };
    }
  }
  return [...lines.values()].toSorted((one, other) => rank(other) - rank(one) || other.hits - one.hits || one.rule.localeCompare(other.rule));
}

function rank({ latest }: RuleLine): number {
  return latest === undefined ? -1 : SEVERITY_NAMES.indexOf(latest.severity);
}
