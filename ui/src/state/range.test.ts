import { expect, test } from "vitest";
import { sinceOf } from "./range";

const NOW = Date.UTC(2026, 10, 21, 8, 30, 42, 123);

test.each([
  ["1h", "2026-11-21T07:30:00.000Z"],
  ["24h", "2026-11-20T08:30:00.000Z"],
  ["7d", "2026-11-14T08:30:00.000Z"],
  ["30d", "2026-10-22T08:30:00.000Z"],
  ["all", undefined],
] as const)("%s begins at %s", (range, expected) => {
  expect(sinceOf(range, NOW)).toBe(expected);
});
