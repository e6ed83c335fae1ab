// What is seen of each agent, channel by channel: from what came, never from what should come.

import type { AgentStatus, Kind, Processes } from "../../api/types";

export interface Channel {
  id: "prompt" | "tool" | "said" | "request" | "process" | "file" | "network";
  word: string;
  /** The same where there is little room. */
  short: string;
  /** Where it comes from. */
  by: "hook" | "transcript" | "proxy" | "kernel";
  /** The event that shows that it works. */
  kind: Kind;
  /** What it holds, in a few words. */
  means: string;
}

export const CHANNELS: readonly Channel[] = [
  { id: "prompt", word: "Prompts", short: "Prompt", by: "hook", kind: "prompt", means: "what its user told it" },
  { id: "tool", word: "Tools", short: "Tool", by: "hook", kind: "tool_call", means: "each tool call, before it runs" },
  { id: "said", word: "Said", short: "Said", by: "transcript", kind: "message", means: "what the model said and used, from transcripts" },
  { id: "request", word: "Requests", short: "Req", by: "proxy", kind: "http_exchange", means: "what it asks models and MCP servers, as the proxy sees it" },
  { id: "process", word: "Processes", short: "Proc", by: "kernel", kind: "exec", means: "each program that runs below it" },
  { id: "file", word: "Files", short: "File", by: "kernel", kind: "file", means: "each file that those programs touch" },
  { id: "network", word: "Network", short: "Net", by: "kernel", kind: "connect", means: "where those programs connect to" },
];

export type Sight = "full" | "partial" | "none";

export interface Cell {
  sight: Sight;
  /** When the latest event of it came, if any is kept. */
  last: string | undefined;
  /** Why it is not all; nothing where it is. */
  why: string | undefined;
  /** The command that puts it right. */
  fix: string | undefined;
}

export const SIGHT_WORDS: Record<Sight, string> = { full: "seen", partial: "partly seen", none: "not seen" };

/** Agents that are used here, or were. */
export function agentsHere(agents: readonly AgentStatus[]): AgentStatus[] {
  return agents.filter((agent) => agent.found || agent.state !== "not_hooked" || agent.events > 0);
}

/** One cell; `last` is the latest event of this agent and the channel's kind. */
export function cellOf(channel: Channel, agent: AgentStatus, processes: Pick<Processes, "sensed"> | undefined, last: string | undefined): Cell {
  switch (channel.by) {
    case "hook":
      return hookCell(agent, last);
    case "kernel":
      return kernelCell(channel, processes?.sensed, last);
    case "transcript":
      return evidence(last, "No transcript and no telemetry of it is in the record.");
    case "proxy":
      return evidence(last, "None of its requests came through the proxy.");
  }
}

/** Where nothing but an event itself tells whether there is any. */
function evidence(last: string | undefined, why: string): Cell {
  return last === undefined ? { sight: "none", last, why, fix: undefined } : { sight: "full", last, why: undefined, fix: undefined };
}

function hookCell(agent: AgentStatus, last: string | undefined): Cell {
  const fix = agent.hooked === "whole" ? undefined : `ringfence install ${agent.agent}`;
  if (agent.hooked === "no" && last === undefined) return { sight: "none", last, why: "Its hooks are not installed.", fix };
  if (agent.hooked === "no") return { sight: "partial", last, why: "It was heard before; its hooks are not installed now.", fix };
  if (agent.hooked === "partly") return { sight: last === undefined ? "none" : "partial", last, why: "Only some of its hooks are installed.", fix };
  if (last === undefined) return { sight: "none", last, why: agent.note ?? "Its hooks are installed, and nothing of this has come yet.", fix: undefined };
  if (agent.note !== null) return { sight: "partial", last, why: agent.note, fix: undefined };
  return { sight: "full", last, why: undefined, fix: undefined };
}

const SENSOR = "sudo ringfence sensor";

function kernelCell(channel: Channel, sensed: boolean | undefined, last: string | undefined): Cell {
  if (sensed === undefined) return { sight: last === undefined ? "none" : "partial", last, why: "It could not be asked whether the sensor runs.", fix: undefined };
  if (sensed && last !== undefined) return { sight: "full", last, why: undefined, fix: undefined };
  if (sensed) return { sight: "partial", last, why: "The sensor runs, and nothing of this has come yet.", fix: undefined };
  if (last !== undefined) return { sight: "partial", last, why: "It was seen before; no sensor runs now.", fix: SENSOR };
  if (channel.id === "process") return { sight: "partial", last, why: "No sensor runs: processes are only looked for.", fix: SENSOR };
  return { sight: "none", last, why: "No sensor runs in the kernel.", fix: SENSOR };
}

/** How much is seen of all that could be, for the sentence at the head. */
export function tally(cells: readonly Cell[]): Record<Sight, number> {
  const sum = { full: 0, partial: 0, none: 0 };
  for (const { sight } of cells) sum[sight] += 1;
  return sum;
}

/** The different commands that would put something right, the one that helps most first. */
export function fixes(cells: readonly Cell[]): string[] {
  const times = new Map<string, number>();
  for (const { fix } of cells) if (fix !== undefined) times.set(fix, (times.get(fix) ?? 0) + 1);
  return [...times].toSorted((one, other) => other[1] - one[1]).map(([fix]) => fix);
}
