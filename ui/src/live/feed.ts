// What the stream brought, for all pages of the tab: a ring outside of React, and at most
// one notification for each frame that is drawn.

import { useSyncExternalStore } from "react";
import type { EventRow, FindingRow } from "../api/types";
import { Ring } from "./ring";

/** Rows that are kept. */
export const CAPACITY = 20_000;

/** How the line is. */
export type Line = "connecting" | "open" | "waiting";

export interface Facts {
  line: Line;
  /** Raised with every change of the rows. */
  version: number;
  /** Raised when a finding came. */
  findings: number;
  /** Events that the server left out because this page was too slow. */
  skipped: number;
  complaint: string | undefined;
}

export const rows = new Ring<EventRow>(CAPACITY);

let facts: Facts = { line: "connecting", version: 0, findings: 0, skipped: 0, complaint: undefined };
let next: Facts = facts;
let frame: number | undefined;
const listeners = new Set<() => void>();

function change(part: Partial<Facts>): void {
  next = { ...next, ...part };
  // A hidden tab draws no frames: it is told when it is looked at again.
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    facts = next;
    for (const listener of listeners) listener();
  });
}

export function setLine(line: Line): void {
  change({ line });
}

export function setComplaint(complaint: string | undefined): void {
  change({ complaint });
}

export function setSkipped(skipped: number): void {
  change({ skipped });
}

export function take(events: EventRow[], findings: FindingRow[]): void {
  for (const event of events) rows.push(event);
  change({
    version: next.version + (events.length > 0 ? 1 : 0),
    findings: next.findings + findings.length,
  });
}

export function forget(): void {
  rows.clear();
  change({ version: next.version + 1 });
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function snapshot(): Facts {
  return facts;
}

/** One fact; the component is drawn anew only when this one changes. */
export function useFact<Name extends keyof Facts>(name: Name): Facts[Name] {
  return useSyncExternalStore(subscribe, () => facts[name]);
}
