// How much of a model's context a session fills, as the last request of its main conversation tells.

import type { EventDetail, EventRow } from "../../api/types";
import type { components } from "../../api/schema";

type Usage = components["schemas"]["Usage"];

export interface Context {
  model: string;
  /** All tokens that the model read for its answer, in the order in which they are drawn. */
  parts: { word: string; tokens: number }[];
  used: number;
  /** How many usually fit; nothing where that is not known. */
  fits: number | undefined;
}

/** Context windows as the makers publish them for a family of models; a single one may have more. */
const WINDOWS: readonly (readonly [RegExp, number])[] = [
  [/\[1m\]/, 1_000_000], [/^claude/, 200_000], [/^gpt-5/, 400_000], [/^gemini-[23]/, 1_048_576],
];

/** Rows of requests to the model up to a moment, the latest first: side conversations are told apart only by their events. */
export function requestsUpTo(rows: readonly EventRow[], at: string | undefined, most: number): EventRow[] {
  const end = at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at);
  return rows.filter((row) => row.kind === "usage" && Date.parse(row.at) <= end).slice(-most).toReversed();
}

/** The context of the first of these that is part of the main conversation. */
export function contextOf(details: readonly (EventDetail | undefined)[]): Context | undefined {
  for (const detail of details) {
    const action = detail?.event.action;
    if (action?.kind === "usage" && action.usage.aside !== true) return ofUsage(action.usage);
  }
  return undefined;
}

function ofUsage({ model, input, cache_read, cache_write, cache_write_hour }: Usage): Context {
  const parts = [
    { word: "from the cache", tokens: cache_read }, { word: "put into the cache", tokens: cache_write + cache_write_hour }, { word: "read anew", tokens: input },
  ].filter((part) => part.tokens > 0);
  const used = parts.reduce((sum, part) => sum + part.tokens, 0);
  const name = model ?? "";
  const fits = WINDOWS.find(([like]) => like.test(name))?.[1];
  // More than usually fits: this one fits more.
  return { model: name, parts, used, fits: fits !== undefined && used <= fits ? fits : undefined };
}
