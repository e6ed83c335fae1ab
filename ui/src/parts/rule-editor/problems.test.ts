import { expect, test } from "vitest";
import { byLine, caretOf, indentAfter, placeOf } from "./problems";

const TEXT = "title: x\nlevel: hihg\n";

test("a place, and back", () => {
  for (let caret = 0; caret <= TEXT.length; caret += 1) {
    const { line, column } = placeOf(TEXT, caret);
    expect(caretOf(TEXT, line + 1, column + 1)).toBe(caret);
  }
});

test("a place outside is the nearest inside", () => {
  expect([caretOf(TEXT, 99, 1), caretOf(TEXT, 1, 99), caretOf(TEXT, -1, -1), caretOf("", 5, 5)]).toEqual([TEXT.length, 8, 0, 0]);
});

test("mistakes without a line stand at the first", () => {
  const problem = (line: number | null) => ({ rule: null, message: "m", line, column: null, hint: null });
  expect([...byLine([problem(2), problem(null), problem(2)])].map(([line, found]) => [line, found.length])).toEqual([[2, 2], [1, 1]]);
});

test.each([["title: x", ""], ["  detection:", "    "], ["    - a", "    "], ["", ""]])("after %j", (line, indent) => {
  expect(indentAfter(line)).toBe(indent);
});
