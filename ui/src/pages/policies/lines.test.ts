import { expect, test } from "vitest";
import type { RuleRow } from "../../api/types";
import { type Wanted, fitting } from "./lines";

const rule = (id: string, part: Partial<RuleRow> = {}): RuleRow => ({
  id, title: `Title of ${id}`, severity: "medium", action: "alert", here: "alert", choice: null, builtin: true, source: "builtin", techniques: ["T1552.001"],
  hits: { all: 0, recent: 0, last: null }, ...part,
});

const RULES = [
  rule("quiet"),
  rule("worst", { severity: "critical", here: "deny" }),
  rule("often", { hits: { all: 9, recent: 3, last: "2026-11-21T08:00:00Z" } }),
  rule("once", { hits: { all: 1, recent: 0, last: "2026-01-01T08:00:00Z" }, choice: "off", here: "off" }),
  rule("mine", { builtin: false, title: "Deploys" }),
];

test.each<[Partial<Wanted>, string[]]>([
  [{}, ["often", "once", "worst", "mine", "quiet"]],
  [{ text: "DEPLOY" }, ["mine"]],
  [{ text: "t1552" }, ["often", "once", "worst", "mine", "quiet"]],
  [{ severity: "high" }, ["worst"]],
  [{ show: "matched" }, ["often"]],
  [{ show: "never" }, ["worst", "mine", "quiet"]],
  [{ show: "chosen" }, ["once"]],
  [{ show: "off" }, ["once"]],
  [{ show: "own" }, ["mine"]],
  [{ terms: [{ field: "here", value: "alert", not: true }] }, ["once", "worst"]],
])("%j", (part, expected) => {
  expect(fitting(RULES, { text: undefined, severity: undefined, show: undefined, terms: [], ...part }).map(({ id }) => id)).toEqual(expected);
});
