// The live list as it is looked at: the ring through a filter, newest first, with runs of
// like rows folded if wanted. Each frame only looks at what came since the last one.

import type { EventRow } from "../api/types";
import { counted } from "../format/number";
import { STRICTNESS, type LiveSearch } from "../state/search";
import { type Cells, type Term, fits } from "../state/where";
import type { Ring } from "./ring";

/** What the kernel saw of a call, counted. */
export interface Effects {
  processes: number;
  files: number;
  network: number;
}

/** One line of the list: a row, or a run of like rows under its latest one. */
export interface Entry {
  row: EventRow;
  count: number;
  /** What was seen of it in the kernel, folded into the call that it belongs to. */
  effects?: Effects;
}

/** What a list is made of, newest first. */
export interface Rows {
  readonly length: number;
  at: (index: number) => Entry | undefined;
  indexOf: (id: string) => number;
}

export type LiveFilter = Pick<LiveSearch, "agent" | "kind" | "verdict" | "text"> & { terms?: readonly Term[] };

const STRICT: Record<string, number> = { allow: 0, alert: 1, ask: 2, deny: 3 };

/** Whether a row passes; texts are compared without regard to case. */
export function passes(row: EventRow, filter: LiveFilter): boolean {
  if (filter.agent !== undefined && row.agent !== filter.agent) return false;
  if (filter.kind !== undefined && row.kind !== filter.kind) return false;
  if (filter.verdict !== undefined && (STRICT[row.verdict] ?? 0) < STRICTNESS.indexOf(filter.verdict) + 1) return false;
  if (filter.text !== undefined) {
    const wanted = filter.text.toLowerCase();
    const texts = [row.summary, row.tool, row.session];
    if (!texts.some((text) => text?.toLowerCase().includes(wanted))) return false;
  }
  return filter.terms === undefined || filter.terms.length === 0 || fits(cellsOf(row), filter.terms);
}

/** What a row says for filters from cells. */
export function cellsOf(row: EventRow): Cells {
  return {
    agent: row.agent ?? undefined,
    kind: row.kind,
    tool: row.tool ?? undefined,
    source: row.source,
    session: row.session ?? undefined,
    verdict: row.verdict,
    severity: row.severity ?? undefined,
    details: row.summary,
  };
}

/**
 * Whether two rows that follow each other are of one run: the same tool's calls and
 * results, or the same kind where there is no tool. What was found anything in stays alone.
 */
export function isRun(one: EventRow, other: EventRow): boolean {
  return (
    one.session === other.session &&
    one.agent === other.agent &&
    one.tool === other.tool &&
    (one.tool !== null || one.kind === other.kind) &&
    one.verdict === "allow" &&
    other.verdict === "allow" &&
    one.severity === null &&
    other.severity === null
  );
}

/** Which of the counts a row of the kernel belongs to; `undefined` if it is no effect. */
export function effectOf(row: EventRow): keyof Effects | undefined {
  if (row.source !== "kernel" || row.verdict !== "allow" || row.severity !== null) return undefined;
  switch (row.kind) {
    case "exec":
      return "processes";
    case "file":
      return "files";
    case "connect":
    case "dns_query":
    case "listen":
    case "accept":
      return "network";
    default:
      return undefined;
  }
}

/** `3 processes, 1 file` */
export function effectsWord({ processes, files, network }: Effects): string {
  const parts = [
    processes > 0 && counted(processes, "process", "processes"),
    files > 0 && counted(files, "file"),
    network > 0 && `${counted(network, "time")} on the network`,
  ];
  return parts.filter(Boolean).join(", ");
}

export class View implements Rows {
  private entries: Entry[] = [];
  /** Where the entry of a session's call stands, counted from the beginning of all. */
  private calls = new Map<string, number>();
  /** How many entries fell out at the old end. */
  private fallen = 0;
  private place: number;
  /** How far `fresh` has counted, and what it found, since the last update. */
  private counted = 0;
  private pending = 0;
  private readonly rows: Ring<EventRow>;
  private readonly filter: LiveFilter;
  private readonly group: boolean;

  constructor(rows: Ring<EventRow>, filter: LiveFilter, group: boolean) {
    this.rows = rows;
    this.filter = filter;
    this.group = group;
    this.place = rows.start;
    this.update();
  }

  /** Takes in what came since; returns how many rows passed the filter. */
  update(): number {
    // The ring was emptied, or rows fell out of it unseen: a list with a hole says what is not so.
    if (this.place > this.rows.end || this.place < this.rows.start) {
      this.entries = [];
      this.calls.clear();
      this.fallen = 0;
      this.place = this.rows.start;
    }
    let passed = 0;
    for (let place = this.place; place < this.rows.end; place += 1) {
      const row = this.rows.at(place);
      if (row && passes(row, this.filter)) {
        this.add(row);
        passed += 1;
      }
    }
    this.place = this.rows.end;
    this.pending = 0;
    this.drop();
    return passed;
  }

  /** How many rows came since the last update and pass the filter; the list stays as it is. */
  fresh(): number {
    for (let place = Math.max(this.place, this.counted, this.rows.start); place < this.rows.end; place += 1) {
      const row = this.rows.at(place);
      if (row && passes(row, this.filter)) this.pending += 1;
    }
    this.counted = this.rows.end;
    return this.pending;
  }

  get length(): number {
    return this.entries.length;
  }

  /** The entry at a place of the list, newest first. */
  at(index: number): Entry | undefined {
    return this.entries[this.entries.length - 1 - index];
  }

  indexOf(id: string): number {
    const place = this.entries.findLastIndex((entry) => entry.row.id === id);
    return place < 0 ? -1 : this.entries.length - 1 - place;
  }

  private add(row: EventRow): void {
    if (!this.group) {
      this.entries.push({ row, count: 1 });
      return;
    }
    if (this.fold(row) || this.absorbs(row)) return;
    const last = this.entries.at(-1);
    if (last && isRun(last.row, row)) {
      // A new object: what is drawn is drawn again only where it is another one.
      this.entries[this.entries.length - 1] = { ...last, row, count: last.count + 1 };
    } else {
      this.entries.push({ row, count: 1 });
    }
    this.calls.set(callKey(row), this.fallen + this.entries.length - 1);
  }

  /** A result that nothing was found in is part of its call, wherever that stands. */
  private absorbs(row: EventRow): boolean {
    return row.kind === "tool_result" && row.call !== null && row.verdict === "allow" && row.severity === null && this.calls.has(callKey(row));
  }

  /** Counts what the kernel saw in the line of its call; says whether it did. */
  private fold(row: EventRow): boolean {
    const effect = effectOf(row);
    if (effect === undefined) return false;
    const place = this.calls.get(callKey(row)) ?? -1;
    const entry = this.entries[place - this.fallen];
    const none = { processes: 0, files: 0, network: 0 };
    if (!entry) {
      this.entries.push({ row, count: 1, effects: { ...none, [effect]: 1 } });
      this.calls.set(callKey(row), this.fallen + this.entries.length - 1);
      return true;
    }
    const effects = entry.effects ?? none;
    this.entries[place - this.fallen] = { ...entry, effects: { ...effects, [effect]: effects[effect] + 1 } };
    return true;
  }

  /** No more entries than the ring has rows; some at once, so that it costs little. */
  private drop(): void {
    const most = this.rows.capacity;
    if (this.entries.length <= most * 1.25) return;
    const cut = this.entries.length - most;
    this.entries.splice(0, cut);
    this.fallen += cut;
    for (const [key, place] of this.calls) if (place < this.fallen) this.calls.delete(key);
  }
}

function callKey(row: EventRow): string {
  return `${row.session} ${row.call}`;
}

/** Two lists as one: the newer rows first. */
export function joined(newer: Rows, older: Rows): Rows {
  return {
    length: newer.length + older.length,
    at: (index) => newer.at(index) ?? older.at(index - newer.length),
    indexOf: (id) => {
      const place = newer.indexOf(id);
      if (place >= 0) return place;
      const before = older.indexOf(id);
      return before < 0 ? -1 : newer.length + before;
    },
  };
}

export const NO_ROWS: Rows = { length: 0, at: () => undefined, indexOf: () => -1 };
