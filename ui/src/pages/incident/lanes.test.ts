import { expect, test } from "vitest";
import type { IncidentStep } from "../../api/types";
import { BOX_HEIGHT, GAP, HEAD, LANE_HEIGHT, MOST, folded, pictureOf, telling } from "./lanes";

function step(place: number, part: Partial<IncidentStep> = {}): IncidentStep {
  return {
    place: `1-${place}`, at: new Date(Date.UTC(2026, 10, 21, 8, 0, place)).toISOString(), lane: "process", what: "runs a command",
    to: `command ${place}`, severity: null, verdict: "allow", carries_secret: false, findings: [], ...part,
  };
}

test("each step stands on its lane, later ones further right, and no two overlap", () => {
  const { boxes, box, width } = pictureOf([step(1, { lane: "prompt" }), step(2, { lane: "file" }), step(3, { lane: "network" })], 1000);
  expect(boxes.map(({ y }) => (y - HEAD - (LANE_HEIGHT - BOX_HEIGHT) / 2) / LANE_HEIGHT)).toEqual([0, 1, 3]);
  expect(boxes[0]?.x).toBe(1);
  for (const [column, one] of boxes.entries()) {
    const next = boxes[column + 1];
    if (next) expect(next.x - one.x - box).toBeGreaterThanOrEqual(GAP - 1);
  }
  expect(width).toBe(1000);
});

test("where there is too little room the picture is wider", () => {
  const { boxes, box, width } = pictureOf(Array.from({ length: 9 }, (_, place) => step(place)), 390);
  expect(width).toBe((boxes.at(-1)?.x ?? 0) + box + 2);
  expect(width).toBeGreaterThan(390);
});

test("the secret's way is drawn from who had it to who had it next", () => {
  const { wires } = pictureOf([
    step(1), step(2, { carries_secret: true, lane: "file" }), step(3, { carries_secret: true }), step(4), step(5, { carries_secret: true, lane: "network" }),
  ], 1000);
  // 1-2 came next, 2-3 carried, 3-4 and 4-5 came next, 3-5 carried past 4.
  expect(wires.map((wire) => wire.secret)).toEqual([false, true, false, false, true]);
});

test("a way past others leaves along the line between two lanes", () => {
  const { wires, boxes } = pictureOf([step(1, { carries_secret: true, lane: "file" }), step(2), step(3, { carries_secret: true, lane: "network" })], 1000);
  const along = Number(/ (-?\d+)H/.exec(wires.at(-1)?.path ?? "")?.[1]);
  for (const { y } of boxes) expect(along <= y || along >= y + BOX_HEIGHT).toBe(true);
});

test("runs of like steps are one box", () => {
  const same = { to: "again" };
  expect(folded([step(1, same), step(2, same), step(3), step(4, same)]).map(({ times, places }) => [times, places])).toEqual([
    [2, ["1-1", "1-2"]], [1, ["1-3"]], [1, ["1-4"]],
  ]);
});

test("of a very long story the end is drawn", () => {
  const { boxes, before } = pictureOf(Array.from({ length: MOST + 7 }, (_, place) => step(place)), 1000);
  expect([boxes.length, before]).toEqual([MOST, 7]);
});

test("nothing is drawn of nothing", () => {
  expect(pictureOf([], 1000)).toMatchObject({ boxes: [], wires: [], before: 0, width: 1000 });
});

test("what is looked at first is the strictest, then the worst, then the last", () => {
  const steps = [step(1, { verdict: "deny", severity: "high" }), step(2, { verdict: "alert", severity: "critical" }), step(3, { verdict: "deny", severity: "high" }), step(4)];
  expect(telling(steps)?.place).toBe("1-3");
  expect(telling([])).toBeUndefined();
});
