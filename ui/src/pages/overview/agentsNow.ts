// Who works now, from the latest sessions and the rows of the live stream.

import type { EventRow, SessionRow } from "../../api/types";

/** How long after its last event a session still counts as going on. */
export const GOES_ON = 15 * 60_000;
/** Bars of the little drawing, and how long each is. */
export const BARS = 24;
const BAR = GOES_ON / BARS;

export interface AgentNow {
  session: SessionRow;
  /** The latest thing that it did, if the stream still has it. */
  latest: EventRow | undefined;
  /** Events for each stretch of the last quarter of an hour, oldest first. */
  bars: number[];
  /** It ended, or is asking its user, or waits for the next prompt. */
  state: "working" | "asks" | "waits" | "ended";
}

const QUIET = 2 * 60_000;

export function agentsNow(sessions: readonly SessionRow[], rows: readonly EventRow[], now: number): AgentNow[] {
  const going = sessions.filter((session) => now - Date.parse(session.last) < GOES_ON);
  const lines = new Map(going.map((session): [string, AgentNow] => [session.session, { session, latest: undefined, bars: Array<number>(BARS).fill(0), state: "working" }]));
  for (const row of rows) {
    const line = row.session === null ? undefined : lines.get(row.session);
    if (!line) continue;
    const place = BARS - 1 - Math.floor((now - Date.parse(row.at)) / BAR);
    const bar = line.bars[place];
    if (bar !== undefined) line.bars[place] = bar + 1;
    // What the agent did says more than what its programs did.
    if (row.source !== "kernel" && (line.latest === undefined || row.at >= line.latest.at)) line.latest = row;
  }
  for (const line of lines.values()) line.state = stateOf(line, now);
  return [...lines.values()];
}

function stateOf({ latest, session }: AgentNow, now: number): AgentNow["state"] {
  if (latest?.kind === "session_end") return "ended";
  if (latest?.kind === "permission_request" || latest?.verdict === "ask") return "asks";
  if (latest?.kind === "turn_end" || now - Date.parse(session.last) > QUIET) return "waits";
  return "working";
}

export const STATE_WORDS: Record<AgentNow["state"], string> = { working: "", asks: "Asks its user", waits: "Waits for its user", ended: "Ended" };
