// What the page says in one sentence, and the figures behind it: summed from the same counts
// that the ribbon draws, so that the two can't disagree.

import type { Bucket, Status } from "../../api/types";
import { count, counted } from "../../format/number";

export interface Figures {
  events: number;
  alerted: number;
  asked: number;
  denied: number;
}

/** Sums what lies in a stretch of time; all of it without one. */
export function figuresOf(buckets: readonly Bucket[], stretch?: { from: number; to: number }): Figures {
  const sum: Figures = { events: 0, alerted: 0, asked: 0, denied: 0 };
  for (const bucket of buckets) {
    const at = Date.parse(bucket.at);
    if (stretch && (at < stretch.from || at >= stretch.to)) continue;
    sum.events += bucket.events;
    sum.alerted += bucket.alerted;
    sum.asked += bucket.asked;
    sum.denied += bucket.denied;
  }
  return sum;
}

/** What matters, and then the rest. Says only what the figures say. */
export function sentence(figures: Figures, needs: number, status: Status | undefined, phrase: string): [string, string] {
  const { events, alerted, asked, denied } = figures;
  if (events === 0 && status?.agents.every((agent) => agent.state === "not_hooked")) {
    return ["No agent is hooked.", "Ringfence sees nothing until one is."];
  }
  if (events === 0) return [`Nothing was heard ${phrase}.`, "No agent has reported anything."];
  const stopped = [denied > 0 && `${counted(denied, "action")} denied`, asked > 0 && `${count(asked)} asked about`].filter(Boolean).join(", ");
  if (needs > 0) return [needs === 1 ? "One incident needs you." : `${spelled(needs)} incidents need you.`, "Everything else looks normal."];
  if (stopped !== "") return [`${upper(stopped)}.`, `Nothing else was stopped ${phrase}.`];
  if (alerted > 0) return [`${counted(alerted, "alert")} to look at.`, `Nothing was stopped ${phrase}.`];
  return ["Nothing needs you.", `No rule found anything ${phrase}.`];
}

const SMALL = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];

function spelled(value: number): string {
  return SMALL[value] ?? count(value);
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
