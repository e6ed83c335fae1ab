import { expect, test } from "vitest";
import { cell, termWord, whereRows } from "./cell";

test("a cell that says nothing is none", () => {
  expect([cell("agent", "codex"), cell("agent", null), cell("agent", ""), cell("agent", undefined)]).toEqual([
    { "data-field": "agent", "data-value": "codex" }, {}, {}, {},
  ]);
});

test("a filter in words", () => {
  expect(termWord({ field: "agent", value: "codex", not: false })).toBe("Agent Codex CLI");
  expect(termWord({ field: "tool", value: "Read", not: true })).toBe("not Tool Read");
  expect(termWord({ field: "moon", value: "full", not: false })).toBe("moon full");
});

test("rows through filters", () => {
  const rows = [{ agent: "codex" }, { agent: "cursor" }];
  expect(whereRows(rows, [{ field: "agent", value: "codex", not: true }], (row) => row)).toEqual([rows[1]]);
  expect(whereRows(rows, [], (row) => row)).toEqual(rows);
});
