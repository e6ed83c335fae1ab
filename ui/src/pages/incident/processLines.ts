// The processes around an incident as an indented list: who started whom, in order of time.

import type { IncidentProcess } from "../../api/types";

export interface ProcessLine {
  process: IncidentProcess;
  key: string;
  depth: number;
}

/** How deep lines are indented; deeper ones stand there, too. */
const DEEPEST = 8;

export function processLines(items: readonly IncidentProcess[]): ProcessLine[] {
  const byTime = items.toSorted((one, other) => Date.parse(one.began) - Date.parse(other.began) || one.pid - other.pid);
  const below = new Map<IncidentProcess | undefined, IncidentProcess[]>();
  for (const process of byTime) {
    const parent = parentOf(process, byTime);
    below.set(parent, [...(below.get(parent) ?? []), process]);
  }
  const lines: ProcessLine[] = [];
  const put = (process: IncidentProcess, depth: number) => {
    lines.push({ process, key: `${process.pid}-${process.started}`, depth: Math.min(depth, DEEPEST) });
    for (const child of below.get(process) ?? []) put(child, depth + 1);
  };
  for (const root of below.get(undefined) ?? []) put(root, 0);
  return lines;
}

/** The one with the parent's pid that began last before it: pids are used again. */
function parentOf(process: IncidentProcess, byTime: readonly IncidentProcess[]): IncidentProcess | undefined {
  if (process.parent === null) return undefined;
  return byTime.findLast((other) => other.pid === process.parent && isBefore(other, process));
}

/** An order without circles: by start, and by pid where that says nothing. */
function isBefore(one: IncidentProcess, other: IncidentProcess): boolean {
  return one.started < other.started || (one.started === other.started && one.pid < other.pid);
}

/** `exit code 1`, `still ran` */
export function endOf({ code }: Pick<IncidentProcess, "code">): string {
  return code === null ? "" : code === 0 ? "ended well" : `exit code ${code}`;
}
