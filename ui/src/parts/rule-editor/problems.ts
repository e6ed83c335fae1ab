// Mistakes by the line that they stand on.

import type { RuleProblem } from "../../api/types";

/** Messages by line, counted from 1; what has no line stands at the first. */
export function byLine(problems: readonly RuleProblem[]): Map<number, RuleProblem[]> {
  const lines = new Map<number, RuleProblem[]>();
  for (const problem of problems) {
    const line = Math.max(1, problem.line ?? 1);
    lines.set(line, [...(lines.get(line) ?? []), problem]);
  }
  return lines;
}

/** Where a place of a text is: its line and column, both counted from 0. */
export function placeOf(text: string, caret: number): { line: number; column: number } {
  const before = text.slice(0, caret);
  const begin = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length - 1, column: caret - begin };
}

/** Where a line and a column of a mistake are in the text; both counted from 1. */
export function caretOf(text: string, line: number, column: number): number {
  const lines = text.split("\n");
  const place = Math.min(lines.length, Math.max(1, line)) - 1;
  const begin = lines.slice(0, place).reduce((sum, one) => sum + one.length + 1, 0);
  return begin + Math.min(lines[place]?.length ?? 0, Math.max(1, column) - 1);
}

/** What a new line begins with: as far in as this one, further below a key without a value. */
export function indentAfter(line: string): string {
  const spaces = /^ */.exec(line)?.[0] ?? "";
  return /:\s*$/.test(line) ? `${spaces}  ` : spaces;
}
