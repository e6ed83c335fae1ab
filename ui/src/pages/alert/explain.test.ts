import { expect, test } from "vitest";
import type { AgentKind, Event, FindingDetail, Verdict } from "../../api/types";
import { findingRow } from "../../live/samples";
import { attempted, isLeading, outcome, told } from "./explain";

interface Case {
  agent?: AgentKind;
  action?: Event["action"];
  verdict?: Verdict;
  all?: Verdict;
  allowed?: string;
}

const shell: Event["action"] = { kind: "tool_call", tool: { name: "Bash", operation: { does: "shell", command: "cat ~/.ssh/id_rsa" } } };

function detail({ agent = "claude-code", action = shell, verdict = "deny", all = verdict, allowed }: Case): FindingDetail {
  const item = findingRow(1);
  const finding = { ...item.finding, verdict, allowed_by: allowed };
  const other = { ...item.finding, id: "other", verdict: all };
  return {
    finding: { ...item, agent, finding },
    event: {
      id: "1-1",
      verdict: all,
      event: { key: "k", at: finding.at, source: "hook", agent, cwd: "/home/dev/startup-api", action, labels: {} },
      findings: all === verdict ? [finding] : [finding, other],
    },
    rule: null,
    undo: "run `ringfence allow f1`",
    steps: [],
    before: [],
    after: [],
  };
}

test.each<[Case, string]>([
  [{}, "Claude Code wanted to run a command in startup-api. It was denied before it ran."],
  [{ verdict: "ask" }, "Claude Code wanted to run a command in startup-api. The agent was told to ask its user first."],
  [{ verdict: "alert" }, "Claude Code wanted to run a command in startup-api. It was let through, and noted here."],
  [{ verdict: "allow", allowed: "f0" }, "Claude Code wanted to run a command in startup-api. It was let through: you had allowed it."],
  [
    { verdict: "alert", all: "deny" },
    "Claude Code wanted to run a command in startup-api. This rule alone would have let it through; another one was stricter. It was denied before it ran.",
  ],
  [{ action: { kind: "prompt", text: "x" } }, "Claude Code was given a prompt in startup-api. The prompt was kept from the model."],
])("%j", (given, expected) => {
  const made = detail(given);
  expect(`${attempted(made.event.event)} ${outcome(made)}`).toBe(expected);
});

test("what the agent was told is the reason and the way out; nothing where it went on", () => {
  expect(told(detail({}))).toBe("Ringfence: It reads a private key. (rule credential-read)\nrun `ringfence allow f1`");
  expect(told(detail({ verdict: "alert" }))).toBeUndefined();
});

test("the strictest finding speaks for the event", () => {
  expect(isLeading(detail({}))).toBe(true);
  expect(isLeading(detail({ verdict: "alert", all: "deny" }))).toBe(false);
});
