// Alerts that somebody may have to act on, gathered by the session that they belong to: what
// led up to the worst one is one story, not many alerts.

import type { FindingRow, Verdict } from "../../api/types";
import { SEVERITY_NAMES, VERDICT_NAMES } from "../../format/words";

export interface Story {
  /** The alert that gives the story its name: the worst, of those the strictest, of those the latest. */
  worst: FindingRow;
  /** All alerts of it, oldest first. */
  steps: FindingRow[];
  /** The strictest verdict of all. */
  verdict: Verdict;
  /** When the latest alert came. */
  at: string;
}

/** Gathers alerts; a story of nothing but mild notes needs nobody. The worst first, then the latest. */
export function storiesOf(findings: readonly FindingRow[]): Story[] {
  const stories = new Map<string, FindingRow[]>();
  for (const row of findings) {
    if (row.finding.allowed_by !== undefined) continue;
    // What belongs to no session stands alone.
    const key = row.session ?? row.finding.id;
    stories.set(key, [...(stories.get(key) ?? []), row]);
  }
  return [...stories.values()]
    .map(storyOf)
    .filter((story) => story !== undefined)
    .toSorted((one, other) => severity(other.worst) - severity(one.worst) || Date.parse(other.at) - Date.parse(one.at));
}

function storyOf(rows: FindingRow[]): Story | undefined {
  const steps = rows.toSorted((one, other) => Date.parse(one.finding.at) - Date.parse(other.finding.at));
  const worst = steps.toSorted((one, other) => severity(other) - severity(one) || strictness(other) - strictness(one) || Date.parse(other.finding.at) - Date.parse(one.finding.at))[0];
  if (!worst || !steps.some(needsSomebody)) return undefined;
  const verdict = steps.reduce<Verdict>((all, { finding }) => (VERDICT_NAMES.indexOf(finding.verdict) > VERDICT_NAMES.indexOf(all) ? finding.verdict : all), "allow");
  return { worst, steps, verdict, at: steps.at(-1)?.finding.at ?? worst.finding.at };
}

function needsSomebody({ finding }: FindingRow): boolean {
  return finding.verdict === "deny" || finding.verdict === "ask" || finding.severity === "high" || finding.severity === "critical";
}

function severity({ finding }: FindingRow): number {
  return SEVERITY_NAMES.indexOf(finding.severity);
}

function strictness({ finding }: FindingRow): number {
  return VERDICT_NAMES.indexOf(finding.verdict);
}

/** What became of it, in two words. */
export const BECAME: Record<Verdict, string> = { deny: "Denied", ask: "Asked first", alert: "Let through, noted", allow: "Let through" };

/** Denials by rule, the most frequent first. */
export function denialsByRule(findings: readonly FindingRow[]): { rule: string; times: number; last: string; severity: FindingRow["finding"]["severity"] }[] {
  const rules = new Map<string, { rule: string; times: number; last: string; severity: FindingRow["finding"]["severity"] }>();
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
