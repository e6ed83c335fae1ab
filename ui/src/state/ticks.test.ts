import { expect, test } from "vitest";
import { MOST_LISTS, parseTicks, ticked } from "./ticks";

test("what is ticked off can be ticked on again", () => {
  const one = ticked([], "a", "rotate", true);
  expect(one).toEqual([["a", ["rotate"]]]);
  expect(ticked(one, "a", "rotate", true)).toEqual(one);
  expect(ticked(ticked(one, "a", "read", true), "a", "rotate", false)).toEqual([["a", ["read"]]]);
  expect(ticked(one, "a", "rotate", false)).toEqual([]);
});

test("only the latest lists are kept", () => {
  let all = parseTicks(undefined);
  for (let list = 0; list < MOST_LISTS + 3; list += 1) all = ticked(all, `list ${list}`, "x", true);
  expect([all.length, all[0]?.[0]]).toEqual([MOST_LISTS, `list ${MOST_LISTS + 2}`]);
});

test.each(["", "{}", "[1]", '[["a", [1]]]', '[["a"]]', "nonsense"])("%j is nothing", (text) => {
  expect(parseTicks(text)).toEqual([]);
});
