import { expect, test } from "vitest";
import { findingRow } from "../../live/samples";
import { ruleLines } from "./lines";

const found = (rule: string, at: string, part: object = {}) => {
  const base = findingRow(1);
  return { ...base, finding: { ...base.finding, rule, at, ...part } };
};

test("each rule once, with its latest match", () => {
  const lines = ruleLines({ "credential-read": 3, quiet: 9 }, [
    found("credential-read", "2026-11-21T09:00:00Z", { verdict: "ask" }),
    found("credential-read", "2026-11-21T08:00:00Z", { allowed_by: "x" }),
    found("fresh", "2026-11-21T10:00:00Z", { severity: "critical" }),
  ]);
  expect(lines.map(({ rule, hits, latest, allowed }) => [rule, hits, latest?.verdict, latest?.at.slice(11, 13), allowed])).toEqual([
    ["fresh", 1, "deny", "10", 0],
    ["credential-read", 3, "ask", "09", 1],
    ["quiet", 9, undefined, undefined, 0],
  ]);
});

test("nothing matched", () => {
  expect(ruleLines({}, [])).toEqual([]);
});
