import { expect, test } from "vitest";
import type { AgentStatus, Status } from "../api/types";
import { hookReason, kernelReason } from "./reasons";

const agent = (part: Partial<AgentStatus>): AgentStatus => ({
  agent: "codex", title: "Codex CLI", found: true, hooked: "whole", state: "live", events: 0, last: null, last_moment: null, note: null, blind_spots: [], ...part,
});
const status = (agents: AgentStatus[]): Status => ({
  version: "1", pid: 1, since: "2026-11-21T08:00:00Z", mode: "guard", rules: 1, decisions: 0, problems: [], last_seq: 0, address: "127.0.0.1:4655", agents,
  store: { queued: 0, kept_in_memory: 0, dropped: 0, cut: 0, bad_files: 0, last_error: null, committed: 0, retention_days: 90, segments: 1, bytes: 1 },
});

test.each<[string, AgentStatus[], string, string | undefined]>([
  ["nobody is hooked", [agent({ state: "not_hooked" })], "no agent is hooked", "ringfence install --all"],
  ["nobody has spoken", [agent({ state: "never" })], "None of them has reported anything yet", "ringfence status"],
  ["somebody has spoken", [agent({ last: "2026-11-21T08:00:00Z" })], "None of them has told of one", undefined],
])("%s", (_name, agents, because, command) => {
  const reason = hookReason("No file was read.", { status: status(agents), processes: undefined });
  expect(reason.because.join(" ")).toContain(because);
  expect([reason.title, reason.command]).toEqual(["No file was read.", command]);
});

test.each<[boolean | undefined, string, string | undefined]>([
  [undefined, "could not be asked", "ringfence doctor"],
  [false, "no sensor runs", "sudo ringfence sensor"],
  [true, "has seen none. It does not see io_uring.", undefined],
])("sensed %s", (sensed, because, command) => {
  const processes = sensed === undefined ? undefined : { sensed, processes: [], not_visible: ["io_uring"] };
  const reason = kernelReason("No connection.", { status: undefined, processes });
  expect(reason.because.join(" ")).toContain(because);
  expect(reason.command).toBe(command);
});
