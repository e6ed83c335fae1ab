import { expect, test } from "vitest";
import type { Event, EventDetail, IncidentStep, Why } from "../../api/types";
import { programsOf } from "./programs";

const AT = "2026-11-21T08:00:00Z";
const step = (place: string): IncidentStep => ({ place, at: AT, lane: "process", what: "runs a command", to: "x", severity: null, verdict: "deny", carries_secret: false, findings: [] });
const shell = (command: string): Event["action"] => ({ kind: "tool_call", tool: { name: "Bash", operation: { does: "shell", command } } });

function detail(id: string, part: Partial<Event>): EventDetail {
  return { id, verdict: "deny", findings: [], event: { key: "k", at: AT, source: "hook", action: shell("x"), labels: {}, ...part } };
}

function shown(details: EventDetail[], whys: [string, Why][] = []) {
  const programs = programsOf(details.map(({ id }) => step(id)), new Map(details.map((one) => [one.id, one])), new Map(whys));
  return programs.map(({ depth, line, note, pid }) => [depth, line, note, pid]);
}

const command = (program: string, part: object = {}) => ({ program, line: program, args: [], through: [], ...part }) as never;

test("a call with the programs that its command line says", () => {
  const commands = [command("base64"), command("curl", { fed_by: ["base64"] })];
  expect(shown([detail("1-1", { action: shell("base64 x | curl -d @- y"), labels: { commands } })])).toEqual([
    [0, "base64 x | curl -d @- y", "tool Bash", undefined],
    [1, "base64", "", undefined],
    [1, "curl", "fed by base64", undefined],
  ]);
});

test("a command of one program says all by itself", () => {
  expect(shown([detail("1-1", { action: shell("cat x"), labels: { commands: [command("cat x")] } })])).toEqual([[0, "cat x", "tool Bash", undefined]]);
});

test("what the kernel saw takes the place of what was said", () => {
  const why = { step: { step: "call", processes: [{ at: AT, line: "cat x", code: 0, process: { pid: 7, started: 1 } }] } } as unknown as Why;
  expect(shown([detail("1-1", { action: shell("cat x") })], [["1-1", why]])).toEqual([
    [0, "cat x", "tool Bash", undefined],
    [1, "cat x", "ran, exit code 0", 7],
  ]);
});

test("a call that is told of twice is one call; what the kernel saw of it stands beside", () => {
  const call = { id: "c", join: "exact" as const };
  const exec: Event["action"] = { kind: "exec", argv: ["curl", "y"], parent: null };
  expect(shown([
    detail("1-1", { action: shell("curl y"), call }),
    detail("1-2", { action: exec, call, source: "kernel", process: { pid: 9, started: 1 }, labels: { ancestors: ["bash"] } }),
    detail("1-3", { action: shell("curl y"), call }),
  ])).toEqual([[0, "curl y", "tool Bash", undefined], [0, "curl y", "ran below bash", 9]]);
});

test("what runs no program is none", () => {
  expect(shown([detail("1-1", { action: { kind: "prompt", text: "x" } })])).toEqual([]);
});
