import { expect, test } from "vitest";
import type { Process } from "../../api/types";
import { graphOf } from "./graph";
import { treesOf } from "./tree";

const process = (pid: number, parent: number | null): Process => ({
  pid, started: pid, parent, root: 1, agent: "claude-code", session: "s1", call: null, said: null, outlives: false, executable: `/usr/bin/p${pid}`, line: `p${pid}`, began: "2026-11-21T08:00:00Z",
});
const trees = treesOf([process(1, null), process(2, 1), process(3, 2), process(4, 2), process(5, 1), process(9, null)]);

test("each leaf has a line of its own, and a parent stands between its children", () => {
  const graph = graphOf(trees);
  const lines = new Map(graph.places.map(({ node, y }) => [node.process.pid, y / 44]));
  expect([...lines].toSorted(([one], [other]) => one - other)).toEqual([[1, 1.25], [2, 0.5], [3, 0], [4, 1], [5, 2], [9, 3]]);
  expect(graph.lines.map(({ key }) => key).toSorted()).toEqual(["2-2", "3-3", "4-4", "5-5"]);
  expect(graph.hidden).toBe(0);
  // Nobody stands on anybody.
  expect(new Set(graph.places.map(({ x, y }) => `${x} ${y}`)).size).toBe(6);
});

test("the nearest are drawn, the others are counted", () => {
  const graph = graphOf(trees, 4);
  expect(graph.places.map(({ node }) => node.process.pid).toSorted()).toEqual([1, 2, 5, 9]);
  expect(graph.hidden).toBe(2);
  expect(graph.places.map(({ node, hidden }) => [node.process.pid, hidden]).filter(([, hidden]) => hidden !== 0)).toEqual([[2, 2]]);
});

test("a flood is not drawn", () => {
  const flood = treesOf([process(1, null), ...Array.from({ length: 5000 }, (_, place) => process(place + 2, 1))]);
  const graph = graphOf(flood);
  expect([graph.places.length, graph.hidden]).toEqual([300, 4701]);
});
