// What a story comes to, in a few words each. What was not seen is not claimed.

import type { Counts, Finding, IncidentFacts, Left, Source } from "../../api/types";
import { count, counted } from "../../format/number";
import { project } from "../../format/path";
import { SEVERITY_NAMES, VERDICT_NAMES } from "../../format/words";

/** `2 secrets`, `credentials`, `nothing found` */
export function exposedOf({ exposed, read }: Pick<IncidentFacts, "exposed" | "read">): string {
  const secrets = exposed.length === 0 ? undefined : counted(exposed.length, "secret");
  const files = read.length === 0 ? undefined : read.length === 1 ? (project(read[0]) ?? "1 file") : counted(read.length, "file with secrets", "files with secrets");
  return [secrets, files].filter((part) => part !== undefined).join(", ") || "Nothing found";
}

const WORDS: Record<Left, string> = { nothing: "Nothing tried to", stopped: "Nothing seen", perhaps: "Perhaps: it was let run", seen: "Yes: a connection was made" };
const HUES: Record<Left, string> = { nothing: "", stopped: "", perhaps: "high", seen: "critical" };

export function leftOf({ left, stopped }: Pick<IncidentFacts, "left" | "stopped">): { word: string; hue: string } {
  const attempts = stopped > 0 ? `, ${counted(stopped, "attempt")} stopped` : "";
  return { word: WORDS[left] + attempts, hue: HUES[left] };
}

const WHO: Record<Source, string> = {
  hook: "hook", host: "Ringfence itself", kernel: "kernel", watcher: "watcher of files", transcript: "transcript", telemetry: "telemetry", proxy: "proxy",
};

/** Who saw it, and whether they contradict each other. */
export function evidenceOf({ sources, unsaid }: Pick<IncidentFacts, "sources" | "unsaid">): string {
  const names = sources.map((source) => WHO[source]);
  const who = names.length <= 1 ? `${upper(names[0] ?? "nobody")} only` : upper(`${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);
  if (unsaid.length > 0) return `${who}; ${counted(unsaid.length, "deed")} that nobody spoke of`;
  return names.length > 1 ? `${who} agree` : who;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The strictest answer first, of those the worst. */
export function strictest<Found extends Pick<Finding, "verdict" | "severity">>(findings: readonly Found[]): Found[] {
  const rank = ({ verdict, severity }: Found) => VERDICT_NAMES.indexOf(verdict) * 10 + SEVERITY_NAMES.indexOf(severity);
  return findings.toSorted((one, other) => rank(other) - rank(one));
}

/** The place in the record of an event's number: `1-42` of 42, beside an event of the same record. */
export function placeOf(beside: string, number: number): string {
  return `${beside.slice(0, beside.indexOf("-"))}-${number}`;
}

/** `3 denied, 1 asked` */
export function stoppedBy(counts: Counts): string {
  return [`${count(counts.deny)} denied`, counts.ask > 0 && `${count(counts.ask)} asked`, counts.alert > 0 && `${count(counts.alert)} noted`].filter(Boolean).join(", ");
}
