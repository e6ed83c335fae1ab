import { expect, test } from "vitest";
import { MOST_VIEWS, parseViews, withView } from "./views";

test("the latest first, and a name stands for one view", () => {
  const views = [{ name: "denied", path: "/live?verdict=deny" }, { name: "codex", path: "/sessions?agent=codex" }];
  expect(withView(views, { name: " codex ", path: "/live?agent=codex" })).toEqual([{ name: "codex", path: "/live?agent=codex" }, views[0]]);
  expect(withView(views, { name: " ", path: "/live" })).toEqual(views);
});

test("what was kept is read again", () => {
  const views = [{ name: "denied", path: "/live?verdict=deny" }];
  expect(parseViews(JSON.stringify(views))).toEqual(views);
});

test.each([
  undefined, "", "{", "null", "7", '{"name":"a"}', '[null, 7, {"name":"a"}]', '[{"name":"","path":"/live"}]',
  '[{"name":"a","path":"https://example.org"}]', '[{"name":"a","path":"//example.org"}]', '[{"name":"a","path":"/\\\\example.org"}]',
])("%j holds no view", (text) => {
  expect(parseViews(text)).toEqual([]);
});

test("there are never too many", () => {
  expect(parseViews(JSON.stringify(Array.from({ length: 99 }, (_, n) => ({ name: `${n}`, path: "/" }))))).toHaveLength(MOST_VIEWS);
});
