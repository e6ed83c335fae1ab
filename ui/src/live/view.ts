// The live list as it is looked at: the ring through a filter, newest first, with runs of
// like rows folded if wanted. Each frame only looks at what came since the last one.

import type { EventRow } from "../api/types";
import { STRICTNESS, type LiveSearch } from "../state/search";
import type { Ring } from "./ring";

/** One line of the list: a row, or a run of like rows under its latest one. */
export interface Entry {
  row: EventRow;
  count: number;
}

export type LiveFilter = Pick<LiveSearch, "agent" | "kind" | "verdict" | "text">;

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
  return true;
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

export class View {
  private entries: Entry[] = [];
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
    const last = this.entries.at(-1);
    if (this.group && last && isRun(last.row, row)) {
      this.entries[this.entries.length - 1] = { row, count: last.count + 1 };
    } else {
      this.entries.push({ row, count: 1 });
    }
  }

  /** No more entries than the ring has rows; some at once, so that it costs little. */
  private drop(): void {
    const most = this.rows.capacity;
    if (this.entries.length > most * 1.25) this.entries.splice(0, this.entries.length - most);
  }
}
