import { expect, test } from "vitest";
import type { AgentStatus } from "../api/types";
import { agentStatus as agent, statusOf as status } from "../live/samples";
import { hookReason, kernelReason, proxyReason } from "./reasons";

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

test("without the proxy there are no requests", () => {
  expect(proxyReason("No request.")).toMatchObject({ title: "No request." });
});
