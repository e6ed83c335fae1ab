import { describe, expect, test } from "vitest";
import { type Term, fits, parseWhere, withTerm, withoutTerm, writeWhere } from "./where";

const only = (field: string, value: string): Term => ({ field, value, not: false });
const without = (field: string, value: string): Term => ({ field, value, not: true });

describe("an address says it again", () => {
  test.each<[string, Term[]]>([
    ["agent:codex", [only("agent", "codex")]],
    ["agent:codex;-tool:Read", [only("agent", "codex"), without("tool", "Read")]],
    ["details:a%3Bb%25", [only("details", "a;b%")]],
    ["details:-x:y", [only("details", "-x:y")]],
  ])("%s", (text, terms) => {
    expect(parseWhere(text)).toEqual(terms);
    expect(writeWhere(terms)).toBe(text);
  });
});

test.each(["", ";;;", "agent", "agent:", ":codex", "AGENT:codex", "agent:%", "<script>:1"])("%j is no filter", (text) => {
  expect(parseWhere(text)).toEqual([]);
});

test("there are never too many, and none is too long", () => {
  expect(parseWhere(Array.from({ length: 99 }, (_, n) => `tool:${n}`).join(";"))).toHaveLength(12);
  expect(parseWhere(`tool:${"x".repeat(999)}`)[0]?.value).toHaveLength(200);
  expect(writeWhere([])).toBeUndefined();
});

test("an only takes the place of an only, and of its opposite", () => {
  const terms = [only("agent", "codex"), without("tool", "Read")];
  expect(withTerm(terms, only("agent", "cursor"))).toEqual([without("tool", "Read"), only("agent", "cursor")]);
  expect(withTerm(terms, only("tool", "Read"))).toEqual([only("agent", "codex"), only("tool", "Read")]);
  expect(withTerm(terms, without("tool", "Bash"))).toEqual([...terms, without("tool", "Bash")]);
  expect(withTerm(terms, without("tool", "Read"))).toEqual(terms);
  expect(withoutTerm(terms, without("tool", "Read"))).toEqual([only("agent", "codex")]);
});

test.each<[Term[], boolean]>([
  [[], true],
  [[only("agent", "codex")], true],
  [[only("agent", "cursor")], false],
  [[without("agent", "codex")], false],
  [[without("agent", "cursor")], true],
  [[only("project", "")], true],
  [[only("moon", "full")], true],
  [[only("agent", "codex"), without("tool", "Read")], false],
])("%j: %s", (terms, passes) => {
  expect(fits({ agent: "codex", tool: "Read", project: undefined }, terms)).toBe(passes);
});
