import { expect, test } from "vitest";
import { readEntity } from "./entity";
import { commandOf, commandOfEntity, quote } from "./command";

test.each<[string, Record<string, unknown>, string, string[]]>([
  ["/", {}, "ringfence status", []],
  ["/live", { agent: "codex", verdict: "deny", row: "1-2", paused: true }, "ringfence events --follow --agent codex --verdict deny", []],
  ["/live", { text: "rm -rf 'x'" }, "ringfence events --follow --text 'rm -rf '\\''x'\\'''", []],
  ["/live", { where: "kind:exec;-agent:codex" }, "ringfence events --follow --kind exec", ["not agent codex"]],
  ["/sessions", { range: "7d", text: "deploy" }, "ringfence sessions --since 7d", ["text deploy"]],
  ["/sessions/8a4b", { verdict: "deny", open: "1-2" }, "ringfence events --session 8a4b --verdict deny", []],
  ["/alerts", { severity: "high", range: "all" }, "ringfence alerts --severity high", []],
  ["/alerts", { from: "2026-11-21T14:05Z", to: "2026-11-21T15:00Z" }, "ringfence alerts --since 2026-11-21T14:05:00Z", ["until 2026-11-21T15:00Z"]],
  ["/proc", {}, "ringfence ps", []],
  ["/incidents", { session: "8a4b" }, "ringfence incidents list --session 8a4b", []],
  ["/incidents", { state: "all", range: "7d" }, "ringfence incidents list --all --since 7d", []],
  ["/incidents", { state: "closed", text: "x" }, "ringfence incidents list", ["state closed", "text x"]],
  ["/incidents/4jef5cr3", { step: "1-42" }, "ringfence incidents show 4jef5cr3", []],
  ["/files", { tab: "trusted" }, "ringfence files", []],
  ["/mcp", {}, "ringfence events --does mcp", []],
  ["/net", { tab: "names", range: "1h" }, "ringfence events --kind dns_query --since 1h", []],
])("%s %j", (path, search, command, without) => {
  expect(commandOf(path, search)).toEqual({ command, without });
});

test("where there is no command there is none", () => {
  expect([commandOf("/settings", {}), commandOf("/nothing", {}), commandOf("/files", {}), commandOf("/net", { tab: "all" })]).toEqual([undefined, undefined, undefined, undefined]);
});

test.each<[string, string]>([
  ["1-42", "ringfence why 1-42"],
  ["alert.k7m2qx4t", "ringfence why k7m2qx4t"],
  ["incident.2s67assh", "ringfence incidents show 2s67assh"],
  ["session.it's", "ringfence sessions show 'it'\\''s'"],
  ["rule.tree-deleted", "ringfence rules show tree-deleted"],
  ["process.1-2", "ringfence ps"],
  ["agent.codex", "ringfence doctor"],
  ["file./home/ada/my notes.md", "ringfence events --text '/home/ada/my notes.md'"],
  ["host.paste.rs", "ringfence events --text paste.rs"],
  ["package.npm:@scope/name@1.2.3", "ringfence events --text @scope/name"],
  ["tool.db/query", "ringfence events --does mcp --text query"],
])("what is open as %s", (text, command) => {
  const entity = readEntity(text);
  expect(entity && commandOfEntity(entity)).toBe(command);
});

test("a shell reads a word back as it was", () => {
  expect([quote("abc-1"), quote("a b"), quote("$(x)"), quote("it's")]).toEqual(["abc-1", "'a b'", "'$(x)'", "'it'\\''s'"]);
});
