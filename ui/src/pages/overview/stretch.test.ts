import { expect, test } from "vitest";
import { stretchOf } from "./stretch";

const NOW = Date.parse("2026-11-22T08:00:00Z");

test("a day unless the address says otherwise", () => {
  expect(stretchOf({}, NOW)).toEqual({ asked: { range: "24h" }, bounds: { from: Date.parse("2026-11-21T08:00:00Z"), to: Number.POSITIVE_INFINITY } });
  expect(stretchOf({ range: "all" }, NOW)).toEqual({ asked: { range: "all" }, bounds: undefined });
  expect(stretchOf({ range: "7d", from: "2026-11-21T10:00Z", to: "2026-11-21T11:00Z" }, NOW)).toEqual({
    asked: { from: "2026-11-21T10:00Z", to: "2026-11-21T11:00Z" },
    bounds: { from: Date.parse("2026-11-21T10:00:00Z"), to: Date.parse("2026-11-21T11:00:00Z") },
  });
});
