// The programs of a story as a tree: each call of a tool, and below it what it would run, as its
// command line says. What the kernel saw of the same story stands beside it as what ran.

import type { EventDetail, IncidentStep, Verdict } from "../../api/types";

export interface Program {
  key: string;
  depth: number;
  /** The command as it was read. */
  line: string;
  /** What is known of it beside. */
  note: string;
  /** The step that it belongs to. */
  place: string;
  verdict: Verdict;
  pid: number | undefined;
  files: number;
  hosts: number;
}

/** Programs that are shown of one step. */
const MOST = 30;

export function programsOf(steps: readonly IncidentStep[], events: ReadonlyMap<string, EventDetail>): Program[] {
  const seen = new Set<string>();
  return steps.flatMap((step) => {
    const detail = events.get(step.place);
    // A call is told of twice: when it is asked for, and when it is done.
    const call = detail?.event.call?.id;
    if (!detail || (call !== undefined && detail.event.action.kind === "tool_result" && seen.has(call))) return [];
    if (call !== undefined) seen.add(call);
    return ofStep(step, detail);
  });
}

function ofStep(step: IncidentStep, detail: EventDetail): Program[] {
  const { event } = detail;
  const { labels, action } = event;
  const base = { place: step.place, verdict: detail.verdict, files: labels.files?.length ?? 0, hosts: labels.hosts?.length ?? 0 };
  if (action.kind === "exec") {
    return [{ ...base, key: step.place, depth: 0, line: action.argv.join(" "), note: `ran below ${labels.ancestors?.[0] ?? "an agent"}`, pid: event.process?.pid }];
  }
  const tool = "tool" in action && typeof action.tool === "object" ? action.tool : undefined;
  if (!tool) return [];
  const commands = labels.commands ?? [];
  if (tool.operation.does !== "shell") return [{ ...base, key: step.place, depth: 0, line: step.to, note: `tool ${tool.name}`, pid: undefined }];
  const whole = { ...base, key: step.place, depth: 0, line: tool.operation.command, note: `tool ${tool.name}`, pid: event.process?.pid };
  const below = commands.slice(0, MOST).map((command, place) => ({
    ...base,
    key: `${step.place} ${place}`,
    depth: 1,
    line: command.line || [command.program, ...(command.args ?? [])].join(" "),
    note: [command.through?.length ? `through ${command.through.join(", ")}` : "", command.fed_by?.length ? `fed by ${command.fed_by.join(", ")}` : ""].filter((part) => part !== "").join("; "),
    pid: undefined,
    files: (labels.files ?? []).filter((file) => file.by === command.program).length,
    hosts: command.hosts?.length ?? 0,
  }));
  // A command of one program says all by itself.
  return below.length === 1 && below[0]?.note === "" ? [whole] : [whole, ...below];
}
