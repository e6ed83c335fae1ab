// Rows for tests.

import type { AgentStatus, EventRow, FindingRow, Status } from "../api/types";

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

export function agentStatus(part: Partial<AgentStatus> = {}): AgentStatus {
  return {
    agent: "codex", title: "Codex CLI", found: true, hooked: "whole", state: "live", events: 3, last: null, last_moment: null, note: null,
    blind_spots: [], health: null, telemetry: null, ...part,
  };
}

export function statusOf(agents: AgentStatus[]): Status {
  return {
    version: "1", pid: 1, since: "2026-11-21T08:00:00Z", mode: "guard", demo: false, rules: 1, decisions: 0, problems: [], last_seq: 0,
    address: "127.0.0.1:4655", agents,
    store: { queued: 0, kept_in_memory: 0, dropped: 0, cut: 0, bad_files: 0, last_error: null, committed: 0, retention_days: 90, segments: 1, bytes: 1 },
  };
}
