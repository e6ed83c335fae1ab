import { expect, test } from "vitest";
import { EXAMPLE, draft, nameOf, testOf } from "./draft";

const first = draft();

test.each([
  ["days", { ...first, target: "days" as const, days: 30 }, {}, { rules: null, choices: {}, mode: null, days: 30 }],
  ["a choice for a rule", { ...first, choice: "off" as const }, { rule: "r" }, { rules: null, choices: { r: "off" }, mode: null, days: 7 }],
  ["a choice for no rule", { ...first, choice: "off" as const }, {}, { rules: null, choices: {}, mode: null, days: 7 }],
  ["an event by its id", { ...first, target: "event" as const, event: " 1-42 " }, {}, { rules: null, choices: {}, mode: null, event: "1-42" }],
  ["the event of the address", { ...first, target: "event" as const, event: "x" }, { event: "1-7" }, { rules: null, choices: {}, mode: null, event: "1-7" }],
  ["an event as JSON", { ...first, target: "event" as const, event: '{"key":"k"}' }, {}, { rules: null, choices: {}, mode: null, event: { key: "k" } }],
  ["a payload, a rule and a mode", { ...first, target: "payload" as const, payload: "{}", rules: "title: x", mode: "enforce" as const }, {}, { rules: "title: x", choices: {}, mode: "enforce", payload: { agent: "claude-code", body: {} } }],
])("%s", (_name, now, search, expected) => {
  expect(testOf(now, search)).toEqual({ test: expected });
});

test.each([["event", "x"], ["event", "[1]"], ["event", ""], ["payload", "nonsense"], ["payload", "null"]] as const)("no %s is %j", (target, text) => {
  expect(testOf({ ...first, target, event: text, payload: text }, {})).toHaveProperty("why");
});

test("the name of the one rule in a text", () => {
  expect(nameOf(EXAMPLE)).toBe("production-deploy");
  expect(nameOf("ringfence:\n  action: ask\n\n  name: 'two-words' # why\n")).toBe("two-words");
  expect(nameOf("title: x\nname: outside\n")).toBeUndefined();
  expect(nameOf(`${EXAMPLE}---\n${EXAMPLE}`)).toBeUndefined();
  expect(nameOf("")).toBeUndefined();
});
