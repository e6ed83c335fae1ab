// Rows for tests.

import type { EventRow, FindingRow } from "../api/types";

export function row(seq: number, part: Partial<EventRow> = {}): EventRow {
  return {
    id: `1-${seq}`,
    seq,
    at: new Date(Date.UTC(2026, 10, 21, 8, 0, seq)).toISOString(),
    source: "hook",
    agent: "claude-code",
    session: "s",
    call: null,
    kind: "tool_call",
    does: "shell",
    tool: "Bash",
    verdict: "allow",
    severity: null,
    summary: `command ${seq}`,
    ...part,
  };
}

export function findingRow(seq: number): FindingRow {
  return {
    event_id: `1-${seq}`,
    agent: "claude-code",
    session: "s",
    summary: "cat ~/.ssh/id_rsa",
    finding: {
      id: `f${seq}`,
      event: "k",
      at: "2026-11-21T08:00:00Z",
      rule: "credential-read",
      title: "Private key read",
      severity: "high",
      verdict: "deny",
      reason: "It reads a private key.",
      evidence: "cat ~/.ssh/id_rsa",
    },
  };
}
