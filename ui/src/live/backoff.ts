// How long to wait before the line is tried again.

const FIRST = 500;
const LONGEST = 15_000;

/** Doubles with each failure, up to 15 s; `chance` (0 to 1) spreads tabs apart. */
export function backoff(failures: number, chance: number): number {
  const most = Math.min(LONGEST, FIRST * 2 ** Math.min(failures, 10));
  return Math.round(most * (0.75 + 0.25 * chance));
}
