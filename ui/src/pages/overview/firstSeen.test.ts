import { expect, test } from "vitest";
import type { HostRow, McpCallRow, PackageRow, Touched, Verdict } from "../../api/types";
import { firstSeen } from "./firstSeen";

const touched = (first: string, verdict: Verdict = "allow"): Touched => ({
  first, last: first, events: 1, sessions: 1, agents: ["codex"], denied: 0, asked: 0, verdict, event: "1-1", session: null, seen: "said",
});
const host = (name: string, fresh: boolean | null, part: Touched): HostRow => ({ ...part, host: name, class: "unknown", by: ["curl"], new: fresh });
const npm = (name: string, part: Touched): PackageRow => ({ ...part, ecosystem: "npm", name, version: null, by: ["npm"], command: `npm install ${name}` });
const tool = (name: string, part: Touched): McpCallRow => ({ ...part, server: "db", tool: name });

const DAY = { from: Date.parse("2026-11-21T08:00:00Z"), to: Date.parse("2026-11-22T08:00:00Z") };
const whole = { events: 9, since: "2026-11-20T08:00:00Z", more: false };

test("what was met before is not new; what was stopped stands first, then the latest", () => {
  const hosts = { items: [host("new.org", true, touched("2026-11-21T09:00:00Z")), host("old.org", false, touched("2026-11-21T09:00:00Z")), host("unsure.org", null, touched("2026-11-21T09:00:00Z"))], looked: whole };
  const packages = { items: [npm("axois", touched("2026-11-21T08:30:00Z", "deny")), npm("react", touched("2026-11-20T08:30:00Z"))], looked: whole };
  const tools = { items: [tool("query", touched("2026-11-21T10:00:00Z"))], looked: whole };
  expect(firstSeen(hosts, packages, tools, DAY).map(({ entity, word }) => [entity.kind, entity.id, word])).toEqual([
    ["package", "npm:axois@", "npm package"], ["tool", "db/query", "MCP tool"], ["host", "new.org", "host"],
  ]);
});

test("where nothing older was looked at, nothing is called new", () => {
  const packages = { items: [npm("axois", touched("2026-11-21T08:30:00Z"))], looked: { events: 20_000, since: "2026-11-21T08:10:00Z", more: true } };
  expect(firstSeen(undefined, packages, undefined, DAY)).toEqual([]);
  expect(firstSeen(undefined, { ...packages, looked: { ...packages.looked, since: "2026-11-20T08:10:00Z" } }, undefined, DAY)).toHaveLength(1);
});
