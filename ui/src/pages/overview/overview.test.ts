import { expect, test } from "vitest";
import type { Stats } from "../../api/types";
import { bars, said } from "./bars";
import { sentence } from "./Summary";

const SINCE = Date.UTC(2026, 10, 21, 8);
const bucket = (minute: number, events: number, denied = 0) => ({
  at: new Date(SINCE + minute * 60_000).toISOString(), events, alerted: 0, asked: 0, denied,
});

test("empty steps are drawn as empty, strays are left out", () => {
  const drawn = bars([bucket(0, 100), bucket(2, 1, 1), bucket(-5, 9), bucket(99, 9)], SINCE, SINCE + 240_000, 60);
  expect(drawn.map((bar) => [bar.events, bar.height, bar.worst])).toEqual([
    [100, 1, undefined], [0, 0, undefined], [1, 0.1, "deny"], [0, 0, undefined],
  ]);
});

test("the ribbon in words", () => {
  expect(said([bucket(0, 1200), bucket(1, 1, 1)])).toBe("Activity: 1,201 events, 1 denied, 0 asked, 0 alerted");
});

const stats = (part: Partial<Stats>): Stats => ({
  events: 100, findings: 0, denied: 0, asked: 0, first: null, last: null,
  by_agent: {}, by_kind: {}, by_operation: {}, by_verdict: {}, by_rule: {}, by_severity: {}, ...part,
});

test.each<[Partial<Stats>, string]>([
  [{ events: 0 }, "Nothing was heard in the last 24 hours. No agent has reported anything."],
  [{}, "Nothing needs you. No rule found anything in the last 24 hours."],
  [{ findings: 2 }, "2 alerts to look at. Nothing was stopped in the last 24 hours."],
  [{ findings: 2, asked: 1 }, "1 action asked about. Nothing was denied in the last 24 hours."],
  [{ findings: 3, asked: 1, denied: 2 }, "2 actions denied, 1 asked about. Nothing else was stopped in the last 24 hours."],
  [{ findings: 1, denied: 1 }, "1 action denied. Nothing else was stopped in the last 24 hours."],
])("%j", (part, expected) => {
  expect(sentence(stats(part), undefined, "24h").join(" ")).toBe(expected);
});
