// Which rules are shown, and in which order.

import type { RuleRow, Severity } from "../../api/types";
import { SEVERITY_NAMES } from "../../format/words";
import type { RuleShow } from "../../state/search";
import { type Term, fits } from "../../state/where";

export const SHOWS = [["matched", "Matched lately"], ["never", "Never matched"], ["chosen", "Chosen by you"], ["off", "Switched off"], ["own", "Your own"]] as const satisfies readonly (readonly [RuleShow, string])[];

export const HERE: Record<RuleRow["here"], string> = { deny: "Denies", ask: "Asks first", alert: "Notes", allow: "Lets through", off: "Off" };

export interface Wanted {
  text: string | undefined;
  /** This bad or worse. */
  severity: Severity | undefined;
  show: RuleShow | undefined;
  terms: readonly Term[];
}

/** The most frequent lately first, then the worst, then by name. */
export function fitting(rules: readonly RuleRow[], { text, severity, show, terms }: Wanted): RuleRow[] {
  const words = text?.toLowerCase();
  const least = severity === undefined ? 0 : rank(severity);
  return rules
    .filter((rule) => rank(rule.severity) >= least && shows(rule, show) && fits({ rule: rule.id, severity: rule.severity, here: rule.here }, terms))
    .filter((rule) => words === undefined || [rule.id, rule.title, ...rule.techniques].some((one) => one.toLowerCase().includes(words)))
    .toSorted((one, other) => other.hits.recent - one.hits.recent || other.hits.all - one.hits.all || rank(other.severity) - rank(one.severity) || one.id.localeCompare(other.id));
}

function shows(rule: RuleRow, show: RuleShow | undefined): boolean {
  switch (show) {
    case undefined:
      return true;
    case "matched":
      return rule.hits.recent > 0;
    case "never":
      return rule.hits.all === 0;
    case "chosen":
      return rule.choice !== null;
    case "off":
      return rule.here === "off";
    case "own":
      return !rule.builtin;
  }
}

function rank(severity: Severity): number {
  return SEVERITY_NAMES.indexOf(severity);
}
