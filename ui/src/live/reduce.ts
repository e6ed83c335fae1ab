// What a message of the stream does to what is known: a pure function over a small state.
//
// **Invariant:** every event is taken once, in the order of its sequence number, also when
// a batch comes again after the line was cut.

import type { EventRow, FindingRow, ServerMessage } from "../api/types";

export interface StreamState {
  /** The last sequence number taken; `null` before anything is known. */
  seq: number | null;
  /** Events that the server left out because this page was too slow. */
  skipped: number;
}

export interface Step {
  state: StreamState;
  events: EventRow[];
  findings: FindingRow[];
  /** The record begins anew (another database): everything held is void. */
  restarted: boolean;
  /** What the server complained of. */
  complaint?: string;
}

export const START: StreamState = { seq: null, skipped: 0 };

export function reduce(state: StreamState, message: ServerMessage): Step {
  const nothing: Step = { state, events: [], findings: [], restarted: false };
  switch (message.type) {
    case "hello":
      return state.seq !== null && message.last_seq < state.seq
        ? { ...nothing, state: { ...START, skipped: state.skipped }, restarted: true }
        : nothing;
    case "batch": {
      const seen = state.seq ?? -1;
      const events = message.events.filter((event) => event.seq > seen);
      return {
        state: { seq: Math.max(seen, message.last_seq), skipped: state.skipped + message.skipped },
        events,
        findings: message.findings.filter((finding) => seqOf(finding.event_id) > seen),
        restarted: false,
      };
    }
    case "pong":
      return nothing;
    case "error":
      return { ...nothing, complaint: message.message };
  }
}

/** Reads a frame; `undefined` if it is nothing that this page knows. */
export function parse(frame: unknown): ServerMessage | undefined {
  if (typeof frame !== "string") return undefined;
  try {
    const message: unknown = JSON.parse(frame);
    const type = typeof message === "object" && message !== null && "type" in message ? message.type : undefined;
    return type === "hello" || type === "batch" || type === "pong" || type === "error"
      ? (message as ServerMessage)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The sequence number inside of an event's id (`epoch-seq`). */
export function seqOf(id: string): number {
  return Number(id.slice(id.lastIndexOf("-") + 1));
}
