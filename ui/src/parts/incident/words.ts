// An incident's words: where it stands, whether something left, on which lane a step is.

import type { IncidentStatus, Lane, Left } from "../../api/types";

interface StatusWords {
  /** What one does to bring it there. */
  verb: string;
  /** What it means, in a few words. */
  means: string;
  /** What people often say why. */
  reasons: readonly string[];
}

export const STATUSES: Record<IncidentStatus, StatusWords> = {
  new: { verb: "Open again", means: "nobody has looked at it yet", reasons: ["Closed by mistake"] },
  investigating: { verb: "Investigate", means: "somebody looks at it", reasons: ["I look at it"] },
  contained: { verb: "Mark as contained", means: "it can't go on; something is left to do", reasons: ["The session is ended; the secrets are not replaced yet"] },
  resolved: { verb: "Resolve", means: "done with, until it grows", reasons: ["It was stopped; nothing left to do", "The secrets are replaced", "I have undone what it changed"] },
  false_positive: { verb: "Not a threat", means: "it never was one", reasons: ["I asked for it", "Test data", "The rule is too broad"] },
  snoozed: { verb: "Snooze", means: "put off until it changes", reasons: ["Not now; tell me when it goes on"] },
};

const CLOSED: ReadonlySet<IncidentStatus> = new Set(["resolved", "false_positive", "snoozed"]);

export function isOpen(status: IncidentStatus): boolean {
  return !CLOSED.has(status);
}

/** Whether something left the machine, in a few words; the hue says how bad. */
export const LEFT: Record<Left, { word: string; hue: string }> = {
  nothing: { word: "Nothing tried to leave", hue: "dim" },
  stopped: { word: "Nothing left", hue: "dim" },
  perhaps: { word: "Something may have left", hue: "high" },
  seen: { word: "A connection was made", hue: "critical" },
};

export const LANES: Record<Lane, string> = { prompt: "Prompt", file: "File", process: "Process", network: "Network" };
export const LANE_NAMES = Object.keys(LANES) as Lane[];

/** What a step is, where there is little room: that a command did it is said by its icon and its words. */
export function shortWhat(what: string): string {
  return what === "took in a text that gives orders" ? "took in orders" : what.replace(/^runs a command that /, "");
}
