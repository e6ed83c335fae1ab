import { expect, test } from "vitest";
import { tokens } from "./highlight";

test.each<[string, string[]]>([
  ["title: Home deleted", ["key title", "mark :", "plain  ", "text Home", "plain  ", "text deleted"]],
  ["    - command: rm -rf ~  # why", ["plain     ", "mark - ", "key command", "mark :", "plain  ", "text rm", "plain  ", "text -rf", "plain  ", "text ~", "comment   # why"]],
  ["    - {read: 'a b'}", ["plain     ", "mark - ", "mark {", "text read:", "plain  ", "text 'a b'", "mark }"]],
  ["count: 12", ["key count", "mark :", "plain  ", "number 12"]],
  ["---", ["mark ---"]],
  ["", []],
])("%j", (line, expected) => {
  expect(tokens(line).map(({ sort, text }) => `${sort} ${text}`)).toEqual(expected);
});

test("nothing is lost, whatever stands there", () => {
  for (const line of ["'open", '"open \\', "a: b: c", "- - x", "\t:", "][}{,,", "#", "key|re|i: '^a$'", "\u{1F512} x: y"]) {
    expect(tokens(line).map((token) => token.text).join("")).toBe(line);
  }
});
