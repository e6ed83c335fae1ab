// What is seen of each agent, channel by channel, in the words of the page. What is seen and why
// not, the daemon says.

import type { ChannelId, CoverageCell, CoverageRow, Sight } from "../../api/types";

interface ChannelWords {
  word: string;
  /** The same where there is little room. */
  short: string;
  /** What it holds, in a few words. */
  means: string;
}

export const CHANNELS: Record<ChannelId, ChannelWords> = {
  prompt: { word: "Prompts", short: "Prompt", means: "what its user told it" },
  tool: { word: "Tools", short: "Tool", means: "each tool call, before it runs" },
  said: { word: "Said", short: "Said", means: "what the model said and used, from transcripts" },
  request: { word: "Requests", short: "Req", means: "what it asks models and MCP servers, as the proxy sees it" },
  process: { word: "Processes", short: "Proc", means: "each program that runs below it" },
  file: { word: "Files", short: "File", means: "each file that those programs touch" },
  network: { word: "Network", short: "Net", means: "where those programs connect to" },
};

export const SIGHT_WORDS: Record<Sight, string> = { full: "seen", partial: "partly seen", none: "not seen" };

/** Agents that are used here, or were. */
export function agentsHere(rows: readonly CoverageRow[]): CoverageRow[] {
  return rows.filter((row) => row.found || row.state !== "not_hooked" || row.cells.some((cell) => cell.last !== null));
}

/** How much is seen of all that could be, for the sentence at the head. */
export function tally(cells: readonly Pick<CoverageCell, "sight">[]): Record<Sight, number> {
  const sum = { full: 0, partial: 0, none: 0 };
  for (const { sight } of cells) sum[sight] += 1;
  return sum;
}

/** One reason why something is not seen whole: of which agents, on which channels, and what helps. */
export interface Gap {
  why: string;
  agents: string[];
  channels: ChannelId[];
  fixes: string[];
}

/** The same reason of several agents and channels is one gap; the widest first. */
export function gaps(rows: readonly Pick<CoverageRow, "title" | "cells">[]): Gap[] {
  const found = new Map<string, Gap & { cells: number }>();
  for (const { title, cells } of rows) {
    for (const { why, channel, fix } of cells) {
      if (why === null) continue;
      const gap = found.get(why) ?? { why, agents: [], channels: [], fixes: [], cells: 0 };
      found.set(why, gap);
      gap.cells += 1;
      if (!gap.agents.includes(title)) gap.agents.push(title);
      if (!gap.channels.includes(channel)) gap.channels.push(channel);
      if (fix !== null && !gap.fixes.includes(fix)) gap.fixes.push(fix);
    }
  }
  return [...found.values()].toSorted((one, other) => other.cells - one.cells).map(({ why, agents, channels, fixes }) => ({ why, agents, channels, fixes: shortest(fixes) }));
}

/** Where several agents' hooks are missing, one command installs them all. */
function shortest(fixes: readonly string[]): string[] {
  const installs = fixes.filter((fix) => /^ringfence install [a-z-]+$/.test(fix));
  return installs.length > 1 ? ["ringfence install --all", ...fixes.filter((fix) => !installs.includes(fix))] : [...fixes];
}
