// The session along its time: bars for the scrubber, where a moment lies, and how long a
// replay waits before the next step.

import type { EventRow } from "../../api/types";
import { VERDICT_NAMES } from "../../format/words";

export interface Mark {
  /** 0 to 1 along the session. */
  place: number;
  verdict: EventRow["verdict"];
}

export interface Track {
  first: number;
  last: number;
  /** Events for each stretch, 0 to 1 of the busiest. */
  bars: number[];
  /** Where something was found. */
  marks: Mark[];
}

const LEAST = 0.08;

export function trackOf(rows: readonly EventRow[], count: number): Track {
  const times = rows.map((row) => Date.parse(row.at));
  const first = Math.min(...times);
  const last = Math.max(...times, first + 1);
  const bars = Array<number>(count).fill(0);
  for (const at of times) {
    const place = Math.min(count - 1, Math.floor(((at - first) / (last - first)) * count));
    bars[place] = (bars[place] ?? 0) + 1;
  }
  const most = Math.max(1, ...bars);
  const marks = rows
    .filter((row) => row.severity !== null && VERDICT_NAMES.indexOf(row.verdict) > 0)
    .map((row) => ({ place: placeOf(Date.parse(row.at), { first, last }), verdict: row.verdict }));
  return { first, last, bars: bars.map((bar) => (bar === 0 ? 0 : Math.max(LEAST, Math.sqrt(bar / most)))), marks };
}

export function placeOf(at: number, { first, last }: Pick<Track, "first" | "last">): number {
  return Math.min(1, Math.max(0, (at - first) / (last - first)));
}

/** The row nearest to a place, of rows in the order of time. */
export function nearest(rows: readonly EventRow[], place: number, track: Pick<Track, "first" | "last">): EventRow | undefined {
  const wanted = track.first + place * (track.last - track.first);
  let best: EventRow | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const away = Math.abs(Date.parse(row.at) - wanted);
    if (away < distance) {
      best = row;
      distance = away;
    }
  }
  return best;
}

const SHORTEST = 120;
const LONGEST = 2500;

/** How long a replay waits between two rows: as it was, but nobody waits long. */
export function pause(one: string, next: string, speed: number): number {
  const passed = Math.max(0, Date.parse(next) - Date.parse(one));
  return Math.max(SHORTEST, Math.min(LONGEST, passed) / speed);
}

export const SPEEDS = [1, 4, 16] as const;
