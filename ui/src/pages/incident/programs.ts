// The programs of a story: each call of a tool, and below it what ran, as the kernel saw it; where
// nobody watched, what its command line says that would run.

import type { EventDetail, IncidentStep, Verdict, Why } from "../../api/types";

export interface Program {
  key: string;
  /** 0: a call, or a program that the kernel saw by itself; 1: what is below it. */
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

export function programsOf(steps: readonly IncidentStep[], events: ReadonlyMap<string, EventDetail>, whys: ReadonlyMap<string, Why>): Program[] {
  const seen = new Set<string>();
  return steps.flatMap((step) => {
    const detail = events.get(step.place);
    // A call is told of twice: when it is asked for, and when it is done.
    const call = detail?.event.call?.id;
    if (!detail || (call !== undefined && seen.has(call) && detail.event.source !== "kernel")) return [];
    if (call !== undefined) seen.add(call);
    return ofStep(step, detail, whys.get(step.place));
  });
}

function ofStep(step: IncidentStep, detail: EventDetail, why: Why | undefined): Program[] {
  const { event } = detail;
  const { labels, action } = event;
  const base = { place: step.place, key: step.place, depth: 0, verdict: detail.verdict, pid: event.process?.pid, files: labels.files?.length ?? 0, hosts: labels.hosts?.length ?? 0 };
  if (action.kind === "exec") return [{ ...base, line: action.argv.join(" "), note: `ran below ${labels.ancestors?.[0] ?? "an agent"}` }];
  const tool = "tool" in action && typeof action.tool === "object" ? action.tool : undefined;
  if (!tool) return [];
  const done = why?.step?.step === "call" ? why.step : undefined;
  const whole = {
    ...base,
    line: tool.operation.does === "shell" ? tool.operation.command : step.to,
    note: `tool ${tool.name}`,
    pid: undefined,
    files: Math.max(base.files, done?.files?.length ?? 0),
    hosts: Math.max(base.hosts, done?.hosts?.length ?? 0),
  };
  const ran = (done?.processes ?? []).slice(0, MOST).map((one, place) => ({
    ...base, key: `${step.place} ran ${place}`, depth: 1, line: one.line, pid: one.process?.pid, note: one.code === undefined ? "ran" : `ran, exit code ${one.code}`, files: 0, hosts: 0,
  }));
  if (ran.length > 0) return [whole, ...ran];
  const said = (labels.commands ?? []).slice(0, MOST).map((command, place) => ({
    ...base,
    key: `${step.place} ${place}`,
    depth: 1,
    pid: undefined,
    line: command.line || [command.program, ...(command.args ?? [])].join(" "),
    note: [command.through?.length ? `through ${command.through.join(", ")}` : "", command.fed_by?.length ? `fed by ${command.fed_by.join(", ")}` : ""].filter((part) => part !== "").join("; "),
    files: (labels.files ?? []).filter((file) => file.by === command.program).length,
    hosts: command.hosts?.length ?? 0,
  }));
  // A command of one program says all by itself.
  return said.length === 1 && said[0]?.note === "" ? [whole] : [whole, ...said];
}
