import { expect, test } from "vitest";
import { bars, said } from "./bars";
import { type Stretch, between, placed, pressed } from "./brush";

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

test("a stretch is drawn from either end", () => {
  expect([between(3, 7), between(7, 3), between(5, 5)]).toEqual([{ first: 3, last: 7 }, { first: 3, last: 7 }, { first: 5, last: 5 }]);
});

test.each<[string, boolean, Stretch | undefined, Stretch | null | undefined]>([
  ["ArrowLeft", false, undefined, { first: 88, last: 99 }],
  ["ArrowLeft", false, { first: 10, last: 20 }, { first: 9, last: 19 }],
  ["ArrowLeft", false, { first: 0, last: 20 }, { first: 0, last: 20 }],
  ["ArrowRight", false, { first: 90, last: 99 }, { first: 90, last: 99 }],
  ["ArrowRight", true, { first: 10, last: 20 }, { first: 10, last: 21 }],
  ["ArrowLeft", true, { first: 10, last: 10 }, { first: 10, last: 10 }],
  ["Delete", false, { first: 10, last: 10 }, null],
  ["Delete", false, undefined, undefined],
  ["x", false, { first: 10, last: 10 }, undefined],
])("%s (shift %s) on %j", (key, shift, stretch, expected) => {
  expect(pressed(key, shift, stretch, 100)).toEqual(expected);
});

test.each<[number, number, Stretch | undefined]>([
  [0, 60, { first: 0, last: 0 }],
  [60, 240, { first: 1, last: 3 }],
  [-500, 90, { first: 0, last: 1 }],
  [0, 9999, { first: 0, last: 9 }],
  [900, 9999, undefined],
  [-500, -100, undefined],
])("%d to %d", (from, to, expected) => {
  expect(placed(from, to, 0, 60, 10)).toEqual(expected);
});
