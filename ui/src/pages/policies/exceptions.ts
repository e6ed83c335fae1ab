// What was allowed, in words; and what somebody wants to allow, as it is asked for.

import type { Allow, Exception } from "../../api/types";
import { counted } from "../../format/number";

const HOUR = 3_600_000;

/** How long an exception is to hold. */
export const SPANS = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR, always: undefined } as const;
export type Span = keyof typeof SPANS;
export const SPAN_WORDS: Record<Span, string> = { hour: "for an hour", day: "for a day", week: "for a week", always: "until it is withdrawn" };

/** `below /home/ada/project`, `for one call: terraform apply` */
export function aboutOf({ project, call, once }: Pick<Exception, "project" | "call" | "once">): string {
  if (project !== null) return `below ${project}`;
  return `${once ? "for one call" : "for this call"}${call === null ? "" : `: ${call}`}`;
}

/** `used 3 times`; whether it still counts. */
export function stateOf({ used, expired }: Pick<Exception, "used" | "expired">): string {
  const times = used === 0 ? "never used" : `used ${counted(used, "time")}`;
  return expired ? `over, ${times}` : times;
}

/** What is asked for, or why it can't be yet. */
export function allowOf(rule: string, project: string, span: Span, reason: string, now: number): { allow: Allow } | { why: string } {
  if (rule === "") return { why: "Which rule?" };
  const directory = project.trim();
  if (!directory.startsWith("/")) return { why: "Below which directory? Its whole path." };
  const long = SPANS[span];
  return {
    allow: {
      rule,
      project: directory,
      until: long === undefined ? null : new Date(now + long).toISOString(),
      reason: reason.trim() === "" ? null : reason.trim(),
    },
  };
}

/** How an exception that was withdrawn is made again: one for a call has the name of what was found in it. */
export function againOf({ id, rule, project, once, until, reason }: Pick<Exception, "id" | "rule" | "project" | "once" | "until" | "reason">): Allow {
  return project === null ? { finding: id, once, until, reason } : { rule, project, until, reason };
}
