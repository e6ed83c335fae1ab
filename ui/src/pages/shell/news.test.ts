import { expect, test } from "vitest";
import { news } from "./news";

const rows = (...ids: string[]) => ids.map((id) => ({ id }));

test("what is there when one begins to look is no news", () => {
  expect(news(undefined, rows("a", "b"))).toEqual([]);
  expect(news(new Set(["a"]), rows("b", "a"))).toEqual(rows("b"));
  expect(news(new Set(["a", "b"]), rows("b", "a"))).toEqual([]);
});

test("a flood is told in a few", () => {
  expect(news(new Set(), rows("a", "b", "c", "d", "e"))).toHaveLength(3);
});
