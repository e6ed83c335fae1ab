// A session's rows as a story: turns that begin with a prompt, calls with their results, and
// with each call what was seen of it elsewhere: in the kernel, in the transcript.

import type { EventRow, Severity, Verdict } from "../../api/types";
import { SEVERITY_NAMES, VERDICT_NAMES } from "../../format/words";
import { passes } from "../../live/view";
import type { SessionSearch } from "../../state/search";

/** One line of the story: a call may have its result with it. */
export interface Line {
  row: EventRow;
  /** The result that followed the call: of the same id, or of the same tool and summary, in order. */
  result?: EventRow;
  /** That the agent asked its user about the call. */
  asked?: EventRow;
  /** What the kernel saw of the call, in order. */
  effects?: EventRow[];
  /** The same call as another source tells it. */
  also?: EventRow[];
}

export interface Turn {
  /** Counted from 1; 0 is what came before the first prompt. */
  number: number;
  prompt: EventRow | undefined;
  lines: Line[];
  calls: number;
  worst: Severity | undefined;
  verdict: Verdict;
}

export function turnsOf(rows: readonly EventRow[]): Turn[] {
  const turns: Turn[] = [];
  const open = new Map<string, Line[]>();
  const byId = new Map<string, Line>();
  let turn: Turn | undefined;
  let number = 0;
  const begin = (prompt: EventRow | undefined): Turn => {
    if (prompt) number += 1;
    const fresh: Turn = { number, prompt, lines: [], calls: 0, worst: undefined, verdict: "allow" };
    turns.push(fresh);
    return fresh;
  };
  for (const row of rows) {
    // What a model used is summed elsewhere: it is nothing that was said or done.
    if (row.kind === "usage" && row.severity === null) continue;
    if (row.kind === "prompt" && !isTwin(turn?.prompt, row)) {
      turn = begin(row);
      judge(turn, row);
      continue;
    }
    turn ??= begin(undefined);
    judge(turn, row);
    if (row.kind === "prompt" || joins(row, byId, open)) continue;
    const line: Line = { row };
    if (row.kind === "tool_call") {
      turn.calls += 1;
      open.set(keyOf(row), [...(open.get(keyOf(row)) ?? []), line]);
      if (row.call !== null) byId.set(row.call, line);
    }
    turn.lines.push(line);
  }
  return turns;
}

/** Where a turn ends: where the next one begins; the last one has no end yet. */
export function endOf(turns: readonly Turn[], turn: Turn | undefined): string | undefined {
  const place = turn ? turns.indexOf(turn) : -1;
  return place < 0 ? undefined : turns[place + 1]?.prompt?.at;
}

/** The prompt that a turn begins with, as a second source tells it. */
function isTwin(prompt: EventRow | undefined, row: EventRow): boolean {
  return prompt !== undefined && prompt.source !== row.source && prompt.summary === row.summary;
}

/** Whether a row became part of a line that is there; what was found something in stays a line, unless it is an effect. */
function joins(row: EventRow, byId: Map<string, Line>, open: Map<string, Line[]>): boolean {
  const call = row.call === null ? undefined : byId.get(row.call);
  if (row.source === "kernel") {
    if (!call) return false;
    call.effects = [...(call.effects ?? []), row];
    return true;
  }
  if (row.verdict !== "allow") {
    if (row.kind === "tool_result") open.get(keyOf(row))?.shift();
    return false;
  }
  switch (row.kind) {
    case "tool_call":
      if (!call || call.row.source === row.source) return false;
      call.also = [...(call.also ?? []), row];
      return true;
    case "tool_result":
      return joinsResult(row, call, open);
    case "permission_request": {
      const line = call ?? open.get(keyOf(row))?.find((one) => one.asked === undefined);
      if (!line || line.asked) return false;
      line.asked = row;
      return true;
    }
    default:
      return false;
  }
}

function joinsResult(row: EventRow, call: Line | undefined, open: Map<string, Line[]>): boolean {
  const line = open.get(keyOf(row))?.shift() ?? call;
  if (!line) return false;
  if (line.result) {
    if (line.result.source === row.source) return false;
    line.also = [...(line.also ?? []), row];
  } else {
    line.result = row;
  }
  return true;
}

/** What a call and its result have in common: the agent's id, or else tool and summary. */
function keyOf(row: EventRow): string {
  return row.call ?? `${row.tool} ${row.summary}`;
}

function judge(turn: Turn, row: EventRow): void {
  if (VERDICT_NAMES.indexOf(row.verdict) > VERDICT_NAMES.indexOf(turn.verdict)) turn.verdict = row.verdict;
  if (row.severity === null) return;
  if (turn.worst === undefined || SEVERITY_NAMES.indexOf(row.severity) > SEVERITY_NAMES.indexOf(turn.worst)) turn.worst = row.severity;
}

/** What the list shows, one below the other: prompts as headings of their turns. */
export type Item = { type: "prompt"; turn: Turn; row: EventRow } | { type: "line"; turn: Turn; line: Line };

type Filter = Pick<SessionSearch, "text" | "verdict" | "effects">;

/** The story through a filter: a turn's prompt stays if anything of the turn does. */
export function itemsOf(turns: readonly Turn[], filter: Filter): Item[] {
  const items: Item[] = [];
  for (const turn of turns) {
    const lines = turn.lines.filter((line) => stays(line, filter));
    const prompt = turn.prompt;
    if (prompt && (lines.length > 0 || (!filter.effects && passes(prompt, filter)))) items.push({ type: "prompt", turn, row: prompt });
    for (const line of lines) items.push({ type: "line", turn, line });
  }
  return items;
}

function stays(line: Line, filter: Filter): boolean {
  if (filter.effects && line.row.source !== "kernel" && line.effects === undefined) return false;
  return [line.row, ...(line.effects ?? [])].some((row) => passes(row, filter));
}

export function rowOf(item: Item): EventRow {
  return item.type === "prompt" ? item.row : item.line.row;
}

/** Whether an item is an event, or has it in itself. */
export function holds(item: Item, id: string | undefined): boolean {
  if (id === undefined) return false;
  if (item.type === "prompt") return item.row.id === id;
  const { row, result, asked, effects, also } = item.line;
  return [row, result, asked, ...(effects ?? []), ...(also ?? [])].some((one) => one?.id === id);
}
