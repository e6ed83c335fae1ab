import { expect, test } from "vitest";
import { narrowed, wordOf } from "./narrow";

test("only what can be asked for narrows", () => {
  expect([narrowed("file", " .env "), narrowed("file", "  "), narrowed("project", "app"), narrowed("project", "/home/ada/app")]).toEqual([".env", undefined, undefined, "/home/ada/app"]);
  expect([narrowed("cost", "1.5"), narrowed("cost", "0"), narrowed("cost", "-1"), narrowed("cost", "much"), narrowed("cost", "1e9")]).toEqual(["1.5", undefined, undefined, undefined, undefined]);
});

test("in words", () => {
  expect([wordOf("host", "paste.rs"), wordOf("cost", "2")]).toEqual(["talked to paste.rs", "cost at least $2"]);
});
