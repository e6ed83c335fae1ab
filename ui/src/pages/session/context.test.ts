import { expect, test } from "vitest";
import type { EventDetail, EventRow } from "../../api/types";
import { contextOf, requestsUpTo } from "./context";

const row = (id: string, minute: number, kind: EventRow["kind"] = "usage") => ({ id, kind, at: `2026-11-22T08:0${minute}:00Z` }) as EventRow;
const usage = (part: object) =>
  ({ event: { action: { kind: "usage", usage: { model: "claude-opus-4-5", input: 0, output: 9, cache_read: 0, cache_write: 0, cache_write_hour: 0, reasoning: 0, ...part } } } }) as unknown as EventDetail;

test("requests up to a moment, the latest first", () => {
  const rows = [row("1-1", 1), row("1-2", 2, "tool_call"), row("1-3", 3), row("1-4", 4)];
  expect(requestsUpTo(rows, "2026-11-22T08:03:00Z", 9).map(({ id }) => id)).toEqual(["1-3", "1-1"]);
  expect(requestsUpTo(rows, undefined, 1).map(({ id }) => id)).toEqual(["1-4"]);
});

test("what the model read fills its context; what it wrote does not yet", () => {
  expect(contextOf([usage({ input: 8, cache_read: 140_000, cache_write: 3000, cache_write_hour: 1000 })])).toEqual({
    model: "claude-opus-4-5", used: 144_008, fits: 200_000,
    parts: [{ word: "from the cache", tokens: 140_000 }, { word: "put into the cache", tokens: 4000 }, { word: "read anew", tokens: 8 }],
  });
});

test("a side conversation is another context, and what did not come yet is none", () => {
  expect(contextOf([undefined, usage({ input: 5, aside: true }), usage({ input: 7 })])?.used).toBe(7);
  expect(contextOf([])).toBeUndefined();
});

test("where it is not known how many fit, nothing is claimed", () => {
  expect(contextOf([usage({ input: 7, model: "local-model" })])?.fits).toBeUndefined();
  expect(contextOf([usage({ input: 300_000 })])?.fits).toBeUndefined();
  expect(contextOf([usage({ input: 300_000, model: "claude-opus-4-5[1m]" })])?.fits).toBe(1_000_000);
});
