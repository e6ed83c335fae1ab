// From the counts of the API to the bars of the ribbon.

import type { Bucket } from "../../api/types";
import { counted } from "../../format/number";
import { day, hourMinute } from "../../format/time";

export interface Bar {
  from: number;
  to: number;
  events: number;
  alerted: number;
  asked: number;
  denied: number;
  /** 0 to 1; what is there at all can be seen. */
  height: number;
  /** The strictest thing that was said in it. */
  worst: "deny" | "ask" | "alert" | undefined;
}

const LEAST = 0.06;
const DAY = 24 * 3_600_000;

/** One bar for each step between two moments; the API leaves empty ones out. */
export function bars(buckets: Bucket[], since: number, until: number, step: number): Bar[] {
  const width = step * 1000;
  const drawn: Bar[] = [];
  for (let from = since; from < until; from += width) {
    drawn.push({ from, to: from + width, events: 0, alerted: 0, asked: 0, denied: 0, height: 0, worst: undefined });
  }
  for (const bucket of buckets) {
    const bar = drawn[Math.floor((Date.parse(bucket.at) - since) / width)];
    if (!bar) continue;
    bar.events += bucket.events;
    bar.alerted += bucket.alerted;
    bar.asked += bucket.asked;
    bar.denied += bucket.denied;
  }
  const most = Math.max(1, ...drawn.map((bar) => bar.events));
  for (const bar of drawn) {
    // The root keeps a quiet hour visible beside a busy one.
    bar.height = bar.events === 0 ? 0 : Math.max(LEAST, Math.sqrt(bar.events / most));
    bar.worst = bar.denied > 0 ? "deny" : bar.asked > 0 ? "ask" : bar.alerted > 0 ? "alert" : undefined;
  }
  return drawn;
}

/** Seven moments under the bars, the last one now. */
export function labels(since: number, until: number): string[] {
  const long = until - since > 2 * DAY;
  return Array.from({ length: 7 }, (_, place) => {
    if (place === 6) return "now";
    const at = since + ((until - since) / 6) * place;
    return long ? day(at) : hourMinute(at);
  });
}

/** The ribbon in words. */
export function said(buckets: Bucket[]): string {
  const sum = (name: "events" | "alerted" | "asked" | "denied") => buckets.reduce((all, bucket) => all + bucket[name], 0);
  return `Activity: ${counted(sum("events"), "event")}, ${sum("denied")} denied, ${sum("asked")} asked, ${sum("alerted")} alerted`;
}
