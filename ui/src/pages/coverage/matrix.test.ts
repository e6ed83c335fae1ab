import { expect, test } from "vitest";
import type { AgentStatus } from "../../api/types";
import { agentStatus as agent } from "../../live/samples";
import { CHANNELS, type Channel, agentsHere, cellOf, fixes, tally } from "./matrix";

const AT = "2026-11-21T08:00:00Z";
const channel = (id: Channel["id"]): Channel => {
  const found = CHANNELS.find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
};

test.each<[string, Channel["id"], Partial<AgentStatus>, boolean | undefined, string | undefined, string, string | undefined]>([
  ["an event came", "tool", {}, false, AT, "full", undefined],
  ["nothing came yet", "tool", {}, false, undefined, "none", undefined],
  ["no hooks", "tool", { hooked: "no" }, false, undefined, "none", "ringfence install codex"],
  ["hooks are gone", "tool", { hooked: "no" }, false, AT, "partial", "ringfence install codex"],
  ["some hooks", "prompt", { hooked: "partly" }, false, AT, "partial", "ringfence install codex"],
  ["something to know", "prompt", { note: "trust it first" }, false, AT, "partial", undefined],
  ["the sensor tells", "file", {}, true, AT, "full", undefined],
  ["the sensor has nothing to tell", "file", {}, true, undefined, "partial", undefined],
  ["the sensor is gone", "network", {}, false, AT, "partial", "sudo ringfence sensor"],
  ["no sensor", "network", {}, false, undefined, "none", "sudo ringfence sensor"],
  ["no sensor, but processes are looked for", "process", {}, false, undefined, "partial", "sudo ringfence sensor"],
  ["nobody knows", "file", {}, undefined, undefined, "none", undefined],
  ["no transcript", "said", {}, true, undefined, "none", undefined],
  ["no proxy", "request", {}, true, undefined, "none", undefined],
  ["a proxy", "request", {}, false, AT, "full", undefined],
  ["a transcript", "said", {}, false, AT, "full", undefined],
])("%s", (_name, id, part, sensed, last, sight, fix) => {
  const cell = cellOf(channel(id), agent(part), sensed === undefined ? undefined : { sensed }, last);
  expect([cell.sight, cell.fix, cell.last]).toEqual([sight, fix, last]);
  expect(cell.why === undefined).toBe(sight === "full");
});

test("only agents that are used here count", () => {
  const far = agent({ agent: "roo", found: false, state: "not_hooked", events: 0 });
  expect(agentsHere([agent(), far])).toEqual([agent()]);
  expect(agentsHere([{ ...far, events: 1 }])).toHaveLength(1);
});

test("what helps most comes first", () => {
  const cells = [["tool", "no"], ["prompt", "no"], ["file", "whole"]].map(([id, hooked]) =>
    cellOf(channel(id as Channel["id"]), agent({ hooked: hooked as AgentStatus["hooked"] }), { sensed: false }, undefined));
  expect(fixes(cells)).toEqual(["ringfence install codex", "sudo ringfence sensor"]);
  expect(tally(cells)).toEqual({ full: 0, partial: 0, none: 3 });
});
