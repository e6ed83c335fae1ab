// A session's rows as a story: turns that begin with a prompt, calls with their results.

import type { EventRow, Severity, Verdict } from "../../api/types";
import { SEVERITY_NAMES } from "../../format/words";
import type { SessionSearch } from "../../state/search";
import { passes } from "../../live/view";

/** One line of the story: a call may have its result with it. */
export interface Line {
  row: EventRow;
  /** The result that followed the call: of the same id, or of the same tool and summary, in order. */
  result?: EventRow;
  /** That the agent asked its user about the call. */
  asked?: EventRow;
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

const VERDICTS: Verdict[] = ["allow", "alert", "ask", "deny"];

export function turnsOf(rows: EventRow[]): Turn[] {
  const turns: Turn[] = [];
  const open = new Map<string, Line[]>();
  let turn: Turn | undefined;
  let number = 0;
  const begin = (prompt: EventRow | undefined): Turn => {
    if (prompt) number += 1;
    const fresh: Turn = { number, prompt, lines: [], calls: 0, worst: undefined, verdict: "allow" };
    turns.push(fresh);
    return fresh;
  };
  for (const row of rows) {
    if (row.kind === "prompt") {
      turn = begin(row);
      judge(turn, row);
      continue;
    }
    turn ??= begin(undefined);
    judge(turn, row);
    if (row.kind === "tool_result") {
      const call = open.get(keyOf(row))?.shift();
      if (call && row.verdict === "allow") {
        call.result = row;
        continue;
      }
    }
    if (row.kind === "permission_request") {
      const call = open.get(keyOf(row))?.find((line) => line.asked === undefined);
      if (call && row.verdict === "allow") {
        call.asked = row;
        continue;
      }
    }
    const line: Line = { row };
    if (row.kind === "tool_call") {
      turn.calls += 1;
      open.set(keyOf(row), [...(open.get(keyOf(row)) ?? []), line]);
    }
    turn.lines.push(line);
  }
  return turns;
}

/** What a call and its result have in common: the agent's id, or else tool and summary. */
function keyOf(row: EventRow): string {
  return row.call ?? `${row.tool} ${row.summary}`;
}

function judge(turn: Turn, row: EventRow): void {
  if (VERDICTS.indexOf(row.verdict) > VERDICTS.indexOf(turn.verdict)) turn.verdict = row.verdict;
  if (row.severity === null) return;
  if (turn.worst === undefined || SEVERITY_NAMES.indexOf(row.severity) > SEVERITY_NAMES.indexOf(turn.worst)) turn.worst = row.severity;
}

/** What the list shows, one below the other: prompts as headings of their turns. */
export type Item = { type: "prompt"; turn: Turn; row: EventRow } | { type: "line"; turn: Turn; line: Line };

/** The story through a filter: a turn's prompt stays if anything of the turn does. */
export function itemsOf(turns: Turn[], filter: Pick<SessionSearch, "text" | "verdict">): Item[] {
  const items: Item[] = [];
  for (const turn of turns) {
    const lines = turn.lines.filter((line) => passes(line.row, filter));
    const prompt = turn.prompt;
    if (prompt && (lines.length > 0 || passes(prompt, filter))) items.push({ type: "prompt", turn, row: prompt });
    for (const line of lines) items.push({ type: "line", turn, line });
  }
  return items;
}

export function rowOf(item: Item): EventRow {
  return item.type === "prompt" ? item.row : item.line.row;
}
