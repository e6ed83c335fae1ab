// The stretch of time that is looked at: one of a few ranges, or a stretch that was drawn
// on the ribbon, which comes first.

import { type Range, RANGE_PHRASES, sinceOf, spanOf } from "./range";
import { day, hourMinute } from "../format/time";

/** As it stands in the URL. */
export interface ScopeSearch {
  range?: Range;
  /** Where a drawn stretch begins and ends, `2026-11-21T14:05Z`; both or none. */
  from?: string;
  to?: string;
}

/** As the API is asked. */
export interface Bounds {
  since: string | undefined;
  until: string | undefined;
}

/** The drawn stretch in milliseconds. */
export function drawn(search: ScopeSearch): { from: number; to: number } | undefined {
  if (search.from === undefined || search.to === undefined) return undefined;
  return { from: Date.parse(search.from), to: Date.parse(search.to) };
}

/** A moment as it stands in the URL: to the minute. */
export function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}

export function boundsOf(search: ScopeSearch, otherwise: Range, now: number): Bounds {
  const stretch = drawn(search);
  if (stretch) return { since: new Date(stretch.from).toISOString(), until: new Date(stretch.to).toISOString() };
  return { since: sinceOf(search.range ?? otherwise, now), until: undefined };
}

/** `14:05 to 15:00`, with days where it is not one day. */
export function stretchWord({ from, to }: { from: number; to: number }): string {
  if (day(from) === day(to)) return `${hourMinute(from)} to ${hourMinute(to)}`;
  return `${day(from)} ${hourMinute(from)} to ${day(to)} ${hourMinute(to)}`;
}

/** The same inside of a sentence. */
export function scopePhrase(search: ScopeSearch, otherwise: Range): string {
  const stretch = drawn(search);
  return stretch ? `from ${stretchWord(stretch)}` : RANGE_PHRASES[search.range ?? otherwise];
}

/** The stretch that the ribbon draws: a range's, and a drawn stretch always lies in it. */
export function ribbonRange(search: ScopeSearch, now: number): Exclude<Range, "all"> {
  const stretch = drawn(search);
  const wanted = search.range === undefined || search.range === "all" ? "24h" : search.range;
  if (!stretch) return wanted;
  const RANGES = ["1h", "24h", "7d", "30d"] as const;
  const first = RANGES.indexOf(wanted);
  return RANGES.slice(first).find((range) => stretch.from >= now - spanOf(range)) ?? "30d";
}
