import { expect, test } from "vitest";
import type { Process } from "../../api/types";
import { linesOf, narrowed, programOf, treesOf } from "./tree";

const process = (pid: number, parent: number | null, part: Partial<Process> = {}): Process => ({
  pid, parent, started: 1, root: 1, agent: "claude-code", session: "s", call: null, said: null, outlives: false, executable: `/usr/bin/p${pid}`,
  line: `p${pid} --flag`, began: "2026-11-21T08:00:00Z", ...part,
});
const shape = (nodes: ReturnType<typeof treesOf>) => linesOf(nodes, new Set()).map((node) => [node.process.pid, node.depth, node.below]);

test("each process stands below the one that started it", () => {
  const roots = treesOf([process(1, null), process(2, 1), process(3, 2), process(4, 1), process(9, 77)]);
  expect(shape(roots)).toEqual([[1, 0, 3], [2, 1, 1], [3, 2, 0], [4, 1, 0], [9, 0, 0]]);
});

test("a circle of pids ends nowhere, and loses nobody", () => {
  const roots = treesOf([process(1, 2), process(2, 1), process(3, 3)]);
  expect(linesOf(roots, new Set()).map((node) => node.process.pid).toSorted()).toEqual([1, 2, 3]);
});

test("what is below a folded line is not shown", () => {
  const roots = treesOf([process(1, null), process(2, 1), process(3, 2), process(4, 1)]);
  expect(linesOf(roots, new Set(["2-1"])).map((node) => node.process.pid)).toEqual([1, 2, 4]);
});

test("what goes on after its call is counted up to the root", () => {
  const roots = treesOf([process(1, null), process(2, 1), process(3, 2, { outlives: true })]);
  expect(linesOf(roots, new Set()).map((node) => node.outliving)).toEqual([1, 1, 1]);
});

test("a line that fits keeps those above it", () => {
  const roots = treesOf([process(1, null), process(2, 1), process(3, 2, { line: "curl -s example.org" }), process(4, 1)]);
  const pids = (nodes: ReturnType<typeof treesOf>) => linesOf(nodes, new Set()).map((node) => node.process.pid);
  expect(pids(narrowed(roots, [], "CURL"))).toEqual([1, 2, 3]);
  expect(pids(narrowed(roots, [{ field: "program", value: "p4", not: false }], undefined))).toEqual([1, 4]);
  expect(pids(narrowed(roots, [{ field: "agent", value: "claude-code", not: true }], undefined))).toEqual([]);
  expect(pids(narrowed(roots, [], undefined))).toEqual([1, 2, 3, 4]);
});

test("a program without a file is called by its line", () => {
  expect([programOf(process(1, null)), programOf(process(1, null, { executable: null })), programOf(process(1, null, { executable: null, line: "" })), programOf(process(2, 1, { executable: null, line: "" }))]).toEqual([
    "p1", "p1", "Claude Code", "not known",
  ]);
});
