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

/** The different commands that would put something right, the one that helps most first. */
export function fixes(cells: readonly Pick<CoverageCell, "fix">[]): string[] {
  const times = new Map<string, number>();
  for (const { fix } of cells) if (fix !== null) times.set(fix, (times.get(fix) ?? 0) + 1);
  return [...times].toSorted((one, other) => other[1] - one[1]).map(([fix]) => fix);
}
