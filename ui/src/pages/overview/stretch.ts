// The stretch of time that the overview is about: the last 24 hours unless the address says otherwise.

import { sinceOf } from "../../state/range";
import { type ScopeSearch, drawn } from "../../state/scope";

export interface Stretch {
  /** What the daemon is asked for. */
  asked: ScopeSearch;
  /** Where it begins and ends, in milliseconds; nothing where it is all that is kept. */
  bounds: { from: number; to: number } | undefined;
}

export function stretchOf(search: ScopeSearch, now: number): Stretch {
  const { range = "24h", from, to } = search;
  const marked = drawn(search);
  if (marked) return { asked: { from, to } as ScopeSearch, bounds: marked };
  const since = sinceOf(range, now);
  return { asked: { range }, bounds: since === undefined ? undefined : { from: Date.parse(since), to: Number.POSITIVE_INFINITY } };
}
