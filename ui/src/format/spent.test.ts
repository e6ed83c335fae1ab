import { expect, test } from "vitest";
import type { Spent } from "../api/types";
import { cachedShare, costWord, tokensOf } from "./spent";

const spent = (part: Partial<Spent>): Spent => ({
  requests: 2, input: 0, output: 0, cache_read: 0, cache_write: 0, reasoning: 0, cost: 0, recorded: 0, unpriced: 0, ...part,
});

test("tokens stand in heaps that do not overlap", () => {
  const all = spent({ input: 10, output: 5, cache_read: 80, cache_write: 10, reasoning: 3 });
  expect([tokensOf(all), cachedShare(all), cachedShare(spent({}))]).toEqual([105, 80, 0]);
});

test.each<[Partial<Spent>, string]>([
  [{ cost: 3_180_000_000 }, "$3.18"],
  [{ cost: 3_180_000_000, unpriced: 1 }, "$3.18 and more"],
  [{ unpriced: 2, recorded: 1_000_000_000 }, "$1.00"],
  [{ unpriced: 2 }, "no price known"],
])("%j costs %s", (part, word) => {
  expect(costWord(spent(part))).toBe(word);
});
