import { expect, test } from "vitest";
import { KEYMAP } from "./keymap";
import { GROUPS, PAGES, pageOf } from "./pages";

test("no key means two things", () => {
  const names = KEYMAP.map((entry) => entry.name);
  expect(new Set(names).size).toBe(names.length);
});

test("each page has a key, an address and a group of its own", () => {
  expect(new Set(PAGES.map((page) => page.key)).size).toBe(PAGES.length);
  expect(new Set(PAGES.map((page) => page.to)).size).toBe(PAGES.length);
  expect(GROUPS.map((group) => PAGES.filter((page) => page.group === group).length)).toEqual([5, 6, 1, 2, 3]);
});

test("keys are shown as they stand on the keyboard", () => {
  const shown = (name: string) => KEYMAP.find((entry) => entry.name === name)?.keys;
  expect([shown("g o"), shown("Escape"), shown("ArrowLeft"), shown("Mod+k")]).toEqual([["g", "o"], ["Esc"], ["←"], ["Ctrl", "K"]]);
});

test.each([
  ["/", "Overview"],
  ["/sessions", "Sessions"],
  ["/sessions/8a4b", "Sessions"],
  ["/alerts/k7m2", "Alerts"],
  ["/nothing", undefined],
])("%s belongs to %s", (path, word) => {
  expect(pageOf(path)?.word).toBe(word);
});
