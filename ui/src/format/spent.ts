// What a model used and what it cost, as it is said to people.

import type { Spent } from "../api/types";
import { money } from "./number";

/** All tokens, those from a cache too. */
export function tokensOf(spent: Spent): number {
  return spent.input + spent.output + spent.cache_read + spent.cache_write;
}

/** How much of what was read came from a cache, in percent. */
export function cachedShare(spent: Spent): number {
  const read = spent.input + spent.cache_read + spent.cache_write;
  return read === 0 ? 0 : Math.round((spent.cache_read / read) * 100);
}

/** What it cost by the table of prices, else what the agent says; with what has no price. */
export function costWord(spent: Spent): string {
  const priced = spent.unpriced < spent.requests;
  if (!priced) return spent.recorded > 0 ? money(spent.recorded) : "no price known";
  return spent.unpriced > 0 ? `${money(spent.cost)} and more` : money(spent.cost);
}
