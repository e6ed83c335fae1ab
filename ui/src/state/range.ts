// How far back a view looks.

export const RANGES = ["1h", "24h", "7d", "30d", "all"] as const;
export type Range = (typeof RANGES)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SPANS: Record<Exclude<Range, "all">, number> = {
  "1h": HOUR,
  "24h": 24 * HOUR,
  "7d": 7 * 24 * HOUR,
  "30d": 30 * 24 * HOUR,
};

export const RANGE_WORDS: Record<Range, string> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  all: "All that is kept",
};

/** The same inside of a sentence. */
export const RANGE_PHRASES: Record<Range, string> = {
  "1h": "in the last hour",
  "24h": "in the last 24 hours",
  "7d": "in the last 7 days",
  "30d": "in the last 30 days",
  all: "in all that is kept",
};

/** Where a range begins; to the whole minute, so that the same question is asked once a minute. */
export function sinceOf(range: Range, now: number): string | undefined {
  if (range === "all") return undefined;
  return new Date(Math.floor(now / MINUTE) * MINUTE - SPANS[range]).toISOString();
}

/** The length of a range in milliseconds. */
export function spanOf(range: Exclude<Range, "all">): number {
  return SPANS[range];
}
