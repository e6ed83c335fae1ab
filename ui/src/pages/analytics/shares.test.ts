import { expect, test } from "vitest";
import { shares } from "./shares";

test("the largest first, with its share", () => {
  expect(shares({ a: 1, b: 3, none: 0 }, 5)).toEqual([
    { name: "b", value: 3, bar: 1, percent: 75 },
    { name: "a", value: 1, bar: 1 / 3, percent: 25 },
  ]);
});

test("what is beyond the limit becomes one line", () => {
  expect(shares({ a: 5, b: 4, c: 3, d: 2 }, 3).map((line) => [line.name, line.value])).toEqual([["a", 5], ["b", 4], ["2 more", 5]]);
  expect(shares({}, 3)).toEqual([]);
});
