import { expect, test } from "vitest";
import type { Verdict } from "../../api/types";
import { byProgram, domainOf, ordered } from "./rows";

test("what was stopped comes first, then the latest", () => {
  const row = (id: number, verdict: Verdict, second: number) => ({ id, verdict, last: `2026-11-21T08:00:0${second}Z` });
  expect(ordered([row(1, "allow", 9), row(2, "deny", 1), row(3, "deny", 2), row(4, "alert", 5)]).map(({ id }) => id)).toEqual([3, 2, 4, 1]);
});

test.each([
  ["example.org", "example.org"], ["static.example.org", "example.org"], ["a.b.example.co.uk", "example.co.uk"], ["192.0.2.7", "192.0.2.7"], ["2001:db8::1", "2001:db8::1"], ["localhost", "localhost"],
])("the domain of %s is %s", (host, domain) => {
  expect(domainOf(host)).toBe(domain);
});

test("hosts below programs and domains, those with something stopped first", () => {
  const row = (host: string, by: string[], events: number, denied = 0) => ({ host, by, events, denied, asked: 0 });
  const tree = byProgram([row("a.x.org", ["curl"], 1), row("b.x.org", ["curl", "git"], 5), row("y.net", [], 2, 1)]);
  expect(tree.map(({ program, events, stopped, domains }) => [program, events, stopped, domains.map(({ name, leaves }) => [name, leaves.map(({ row: { host } }) => host)])])).toEqual([
    ["not known", 2, 1, [["y.net", ["y.net"]]]],
    ["curl", 6, 0, [["x.org", ["a.x.org", "b.x.org"]]]],
    ["git", 5, 0, [["x.org", ["b.x.org"]]]],
  ]);
});
