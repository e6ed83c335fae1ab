// What was done, counted: the effects of a call in few lines, what a turn touched, and how
// far the sources of a session tell the same.

import type { EventRow, Kind, Severity, Source } from "../../api/types";
import { SEVERITY_NAMES } from "../../format/words";
import type { Line, Turn } from "./timeline";

/** Like effects of one call: the same thing, done so often. */
export interface Deed {
  kind: Kind;
  about: string;
  times: number;
  /** One of them: the one that something was found in, else the first. */
  row: EventRow;
  severity: Severity | null;
}

/** Effects as few lines, in order; those that something was found in are never left out. */
export function deedsOf(effects: readonly EventRow[], most: number): { deeds: Deed[]; more: number } {
  const lines = new Map<string, Deed>();
  for (const row of effects) {
    const key = `${row.kind} ${row.summary}`;
    const line = lines.get(key);
    if (!line) {
      lines.set(key, { kind: row.kind, about: row.summary, times: 1, row, severity: row.severity });
      continue;
    }
    line.times += 1;
    if (rank(row.severity) > rank(line.severity)) {
      line.severity = row.severity;
      line.row = row;
    }
  }
  const all = [...lines.values()].filter((deed) => deed.kind !== "exit");
  let room = most - all.filter((deed) => deed.severity !== null).length;
  const deeds = all.filter((deed) => {
    if (deed.severity !== null) return true;
    room -= 1;
    return room >= 0;
  });
  return { deeds, more: all.length - deeds.length };
}

function rank(severity: Severity | null): number {
  return severity === null ? -1 : SEVERITY_NAMES.indexOf(severity);
}

export interface Touched {
  calls: number;
  processes: number;
  files: number;
  hosts: number;
  mcp: number;
  found: number;
}

/** What a turn touched, each thing once: by its tools, and by what their programs did. */
export function touched(turn: Turn): Touched {
  const files = new Set<string>();
  const hosts = new Set<string>();
  const sum: Touched = { calls: turn.calls, processes: 0, files: 0, hosts: 0, mcp: 0, found: 0 };
  const look = (row: EventRow) => {
    if (row.severity !== null) sum.found += 1;
    if (row.kind === "exec") sum.processes += 1;
    else if (row.kind === "file" || (row.kind === "tool_call" && (row.does === "read" || row.does === "write"))) files.add(row.summary);
    else if (row.kind === "connect" || row.kind === "dns_query" || (row.kind === "tool_call" && row.does === "fetch")) hosts.add(row.summary);
    else if (row.kind === "tool_call" && row.does === "mcp") sum.mcp += 1;
  };
  for (const line of turn.lines) for (const row of rowsOf(line)) look(row);
  return { ...sum, files: files.size, hosts: hosts.size };
}

function rowsOf(line: Line): EventRow[] {
  return [line.row, line.result, ...(line.effects ?? [])].filter((row) => row !== undefined);
}

export interface Sources {
  /** Events by who told them. */
  told: Partial<Record<Source, number>>;
  /** Calls that a hook told, and of those the ones that a transcript or telemetry tells too. */
  hooked: number;
  confirmed: number;
  /** Calls that only a transcript or telemetry tells: no hook judged them. */
  unhooked: number;
  /** What the kernel saw and no call explains. */
  alone: number;
  /** Effects that something was found in. */
  suspicious: number;
}

/** How far the sources of a session tell the same. */
export function sourcesOf(rows: readonly EventRow[], turns: readonly Turn[]): Sources {
  const sum: Sources = { told: {}, hooked: 0, confirmed: 0, unhooked: 0, alone: 0, suspicious: 0 };
  for (const row of rows) sum.told[row.source] = (sum.told[row.source] ?? 0) + 1;
  for (const { row, effects = [], also = [] } of turns.flatMap((turn) => turn.lines)) {
    if (row.source === "kernel") sum.alone += row.kind === "exit" ? 0 : 1;
    sum.suspicious += effects.filter((effect) => effect.severity !== null).length;
    if (row.kind !== "tool_call") continue;
    const sources = new Set([row.source, ...also.map((one) => one.source)]);
    const written = sources.has("transcript") || sources.has("telemetry");
    if (sources.has("hook")) {
      sum.hooked += 1;
      if (written) sum.confirmed += 1;
    } else if (written) {
      sum.unhooked += 1;
    }
  }
  return sum;
}
