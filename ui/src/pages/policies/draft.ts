// What stands on the bench, and the question that it makes. It lives as long as the page.

import type { AgentKind, Event, Bench, RuleChoice } from "../../api/types";
import type { BenchSearch } from "../../state/search";

export const TARGETS = ["days", "event", "payload"] as const;
export type Target = (typeof TARGETS)[number];
export const TARGET_WORDS: Record<Target, string> = { days: "What was recorded", event: "One event", payload: "What an agent would send" };

export interface Draft {
  rules: string;
  choice: RuleChoice;
  mode: "" | "monitor" | "guard" | "enforce";
  target: Target;
  days: number;
  /** An event's id, or JSON. */
  event: string;
  agent: AgentKind;
  /** JSON. */
  payload: string;
}

const FIRST: Draft = {
  rules: "", choice: "default", mode: "", target: "days", days: 7, event: "", agent: "claude-code",
  payload: JSON.stringify({ session_id: "bench", hook_event_name: "PreToolUse", cwd: "/home/ada/project", tool_name: "Bash", tool_input: { command: "cat ~/.ssh/id_rsa" } }, null, 2),
};

let kept = FIRST;

export function draft(): Draft {
  return kept;
}

export function keepDraft(next: Draft): void {
  kept = next;
}

/** What can be asked of the daemon, or why it can't yet. */
export function testOf(now: Draft, search: Pick<BenchSearch, "rule" | "event">): { test: Bench } | { why: string } {
  const base: Bench = {
    rules: now.rules.trim() === "" ? null : now.rules,
    choices: search.rule !== undefined && now.choice !== "default" ? { [search.rule]: now.choice } : {},
    mode: now.mode === "" ? null : now.mode,
  };
  switch (now.target) {
    case "days":
      return { test: { ...base, days: now.days } };
    case "event": {
      const event = eventOf(search.event ?? now.event);
      return event === undefined ? { why: "An event's id has the form 1-42; else it is JSON." } : { test: { ...base, event } };
    }
    case "payload": {
      const body = objectOf(now.payload);
      return body === undefined ? { why: "What the hook sends must be an object in JSON." } : { test: { ...base, payload: { agent: now.agent, body } } };
    }
  }
}

function eventOf(text: string): Event | string | undefined {
  const id = text.trim();
  return /^\d+-\d+$/.test(id) ? id : (objectOf(id) as Event | undefined);
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The name of the one rule in a text, as it says it below `ringfence`; none where there are several. */
export function nameOf(text: string): string | undefined {
  const names = [...text.matchAll(/^ringfence:[ \t]*(?:#.*)?\n(?:[ \t]+.*\n|[ \t]*\n)*?[ \t]+name:[ \t]*["']?([a-z0-9][a-z0-9-]*)["']?[ \t]*(?:#.*)?$/gm)];
  return names.length === 1 ? names[0]?.[1] : undefined;
}

/** A whole small rule to begin with. */
export const EXAMPLE = `title: Deployment to production
id: 4c9f2a10-7f0b-4b8e-9a51-0d6b7c3e2f41
status: experimental
description: An agent deploys to production by itself.
logsource:
  product: agent
  category: command
detection:
  deploys:
    program: [kubectl, terraform]
    args: [apply]
  condition: deploys
level: high
ringfence:
  name: production-deploy
  action: ask
  reason: '{evidence} changes production.'
  examples:
    - command: terraform apply -auto-approve
  negative_examples:
    - command: terraform plan
`;
