import { expect, test } from "vitest";
import type { IncidentProcess } from "../../api/types";
import { endOf, processLines } from "./processLines";

const process = (pid: number, parent: number | null, started = pid): IncidentProcess => ({
  pid, started, parent, line: `p${pid}`, began: new Date(Date.UTC(2026, 10, 22) + started * 1000).toISOString(), code: null, call: null, step: null, verdict: "allow",
  files: 0, names: 0, hosts: 0, children: 0, event: "1-1",
});
const shape = (items: IncidentProcess[]) => processLines(items).map((line) => [line.process.pid, line.depth]);

test("each stands below the one that started it, in order of time", () => {
  expect(shape([process(4, 2), process(1, null), process(3, 1), process(2, 1), process(9, 77)])).toEqual([[1, 0], [2, 1], [4, 2], [3, 1], [9, 0]]);
});

test("a pid that is used again is another process", () => {
  const lines = processLines([process(5, null, 1), process(6, 5, 2), process(5, null, 3), process(7, 5, 4)]);
  expect(lines.map(({ key, depth }) => [key, depth])).toEqual([["5-1", 0], ["6-2", 1], ["5-3", 0], ["7-4", 1]]);
});

test("a circle loses nobody", () => {
  expect(shape([process(1, 2), process(2, 1), process(3, 3)]).map(([pid]) => pid).toSorted()).toEqual([1, 2, 3]);
});

test("how it ended, where that was seen", () => {
  expect([endOf({ code: null }), endOf({ code: 0 }), endOf({ code: 1 })]).toEqual(["", "ended well", "exit code 1"]);
});
