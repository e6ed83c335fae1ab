import { expect, test } from "vitest";
import { boundsOf, drawn, ribbonRange, scopePhrase, stamp, stretchWord } from "./scope";

const NOW = Date.UTC(2026, 10, 21, 16);
const stretch = { from: "2026-11-21T14:05Z", to: "2026-11-21T15:00Z" };

test("a drawn stretch comes before the range", () => {
  expect(boundsOf({ range: "1h", ...stretch }, "all", NOW)).toEqual({ since: "2026-11-21T14:05:00.000Z", until: "2026-11-21T15:00:00.000Z" });
  expect(boundsOf({ range: "1h" }, "all", NOW)).toEqual({ since: "2026-11-21T15:00:00.000Z", until: undefined });
  expect(boundsOf({}, "all", NOW)).toEqual({ since: undefined, until: undefined });
});

test("a stretch can be written and read", () => {
  expect(drawn({ from: stamp(NOW), to: stamp(NOW + 60_000) })).toEqual({ from: NOW, to: NOW + 60_000 });
  expect(drawn({ from: stamp(NOW) })).toBeUndefined();
});

test("the ribbon shows what was drawn on it", () => {
  expect([ribbonRange({}, NOW), ribbonRange({ range: "all" }, NOW), ribbonRange(stretch, NOW)]).toEqual(["24h", "24h", "24h"]);
  expect(ribbonRange({ range: "1h", ...stretch }, NOW)).toBe("24h");
  expect(ribbonRange({ from: "2026-11-16T14:05Z", to: "2026-11-16T15:00Z" }, NOW)).toBe("7d");
  expect(ribbonRange({ from: "2020-11-16T14:05Z", to: "2020-11-16T15:00Z" }, NOW)).toBe("30d");
});

test("in words", () => {
  const from = new Date(2026, 10, 21, 14, 5).getTime();
  expect(stretchWord({ from, to: from + 55 * 60_000 })).toBe("14:05 to 15:00");
  expect(stretchWord({ from, to: from + 86_400_000 })).toBe("Sat 21 Nov 14:05 to Sun 22 Nov 14:05");
  expect(scopePhrase({}, "24h")).toBe("in the last 24 hours");
});
