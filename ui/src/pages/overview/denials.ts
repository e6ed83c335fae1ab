// What was denied, by rule.

import type { FindingRow, Severity } from "../../api/types";

export interface Denials {
  rule: string;
  times: number;
  last: string;
  severity: Severity;
}

/** Denials by rule, the most frequent first. */
export function denialsByRule(findings: readonly FindingRow[]): Denials[] {
  const rules = new Map<string, Denials>();
  for (const { finding } of findings) {
    if (finding.verdict !== "deny") continue;
    const line = rules.get(finding.rule);
    if (!line) rules.set(finding.rule, { rule: finding.rule, times: 1, last: finding.at, severity: finding.severity });
    else {
      line.times += 1;
      if (finding.at > line.last) line.last = finding.at;
    }
  }
  return [...rules.values()].toSorted((one, other) => other.times - one.times || Date.parse(other.last) - Date.parse(one.last));
}
