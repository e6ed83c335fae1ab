import { expect, test } from "vitest";
import { type Press, resolve } from "./keys";

const press = (key: string, part: Partial<Press> = {}): Press => ({ key, modified: false, command: false, typing: false, on: "page", ...part });

test.each<[string, Press, string, { name?: string; pending: string }]>([
  ["a letter", press("j"), "", { name: "j", pending: "" }],
  ["space has a name", press(" "), "", { name: "Space", pending: "" }],
  ["g waits", press("g"), "", { pending: "g" }],
  ["g and s", press("s"), "g", { name: "g s", pending: "" }],
  ["Ctrl and K", press("k", { modified: true, command: true }), "", { name: "Mod+k", pending: "" }],
  ["Ctrl and K while typing", press("K", { modified: true, command: true, typing: true }), "g", { name: "Mod+k", pending: "" }],
  ["Ctrl, Alt and K is the browser's", press("k", { modified: true }), "", { pending: "" }],
  ["with Ctrl it is the browser's", press("j", { modified: true }), "", { pending: "" }],
  ["Ctrl ends a chord", press("s", { modified: true }), "g", { pending: "" }],
  ["not while typing", press("j", { typing: true }), "", { pending: "" }],
  ["a chord does not go on while typing", press("s", { typing: true }), "g", { pending: "" }],
  ["Esc always", press("Escape", { typing: true }), "g", { name: "Escape", pending: "" }],
  ["space presses a focused button", press(" ", { on: "button" }), "", { pending: "" }],
  ["Enter follows a focused link", press("Enter", { on: "link" }), "", { pending: "" }],
  ["space means nothing to a link", press(" ", { on: "link" }), "", { name: "Space", pending: "" }],
  ["letters act on a focused link too", press("j", { on: "link" }), "", { name: "j", pending: "" }],
])("%s", (_name, key, pending, expected) => {
  expect(resolve(key, pending)).toEqual(expected);
});
