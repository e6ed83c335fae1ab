import { expect, test } from "vitest";
import { aboutOf, againOf, allowOf, stateOf } from "./exceptions";

const NOW = Date.parse("2026-11-22T08:00:00Z");

test("what is allowed, in words", () => {
  expect(aboutOf({ project: "/home/ada/app", call: null, once: false })).toBe("below /home/ada/app");
  expect(aboutOf({ project: null, call: "terraform apply", once: true })).toBe("for one call: terraform apply");
  expect(aboutOf({ project: null, call: null, once: false })).toBe("for this call");
  expect([stateOf({ used: 0, expired: false }), stateOf({ used: 1, expired: false }), stateOf({ used: 3, expired: true })]).toEqual(["never used", "used 1 time", "over, used 3 times"]);
});

test("an exception needs a rule and a whole path", () => {
  expect(allowOf("", "/a", "day", "", NOW)).toEqual({ why: "Which rule?" });
  expect(allowOf("tree-deleted", "app", "day", "", NOW)).toEqual({ why: "Below which directory? Its whole path." });
  expect(allowOf("tree-deleted", " /home/ada/app ", "day", " tests delete it ", NOW)).toEqual({
    allow: { rule: "tree-deleted", project: "/home/ada/app", until: "2026-11-23T08:00:00.000Z", reason: "tests delete it" },
  });
  expect(allowOf("tree-deleted", "/a", "always", "", NOW)).toEqual({ allow: { rule: "tree-deleted", project: "/a", until: null, reason: null } });
});

test("what was withdrawn can be made again", () => {
  expect(againOf({ id: "e1", rule: "r", project: "/a", once: false, until: null, reason: "x" })).toEqual({ rule: "r", project: "/a", until: null, reason: "x" });
  expect(againOf({ id: "k7m2qx4t", rule: "r", project: null, once: true, until: null, reason: null })).toEqual({ finding: "k7m2qx4t", once: true, until: null, reason: null });
});
