import { describe, expect, test } from "vitest";
import type { FindingRow, SessionRow, Severity, Verdict } from "../../api/types";
import { findingRow, row } from "../../live/samples";
import { agentsNow } from "./agentsNow";
import { type Figures, figuresOf, sentence } from "./figures";
import { denialsByRule } from "./denials";

const SINCE = Date.UTC(2026, 10, 21, 8);
const bucket = (minute: number, events: number, denied = 0) => ({
  at: new Date(SINCE + minute * 60_000).toISOString(), events, alerted: 0, asked: 0, denied,
});

test("a drawn stretch counts what lies in it", () => {
  const buckets = [bucket(0, 5), bucket(5, 7, 1), bucket(10, 9)];
  expect(figuresOf(buckets).events).toBe(21);
  expect(figuresOf(buckets, { from: SINCE + 300_000, to: SINCE + 600_000 })).toEqual({ events: 7, alerted: 0, asked: 0, denied: 1 });
});

const figures = (part: Partial<Figures>): Figures => ({ events: 100, alerted: 0, asked: 0, denied: 0, ...part });

test.each<[Partial<Figures>, number, string]>([
  [{ events: 0 }, 0, "Nothing was heard in the last 24 hours. No agent has reported anything."],
  [{}, 0, "Nothing needs you. No rule found anything in the last 24 hours."],
  [{ alerted: 2 }, 0, "2 alerts to look at. Nothing was stopped in the last 24 hours."],
  [{ asked: 1 }, 0, "1 asked about. Nothing else was stopped in the last 24 hours."],
  [{ asked: 1, denied: 2 }, 0, "2 actions denied, 1 asked about. Nothing else was stopped in the last 24 hours."],
  [{ denied: 1 }, 1, "One incident needs you. Everything else looks normal."],
  [{ alerted: 3 }, 2, "Two incidents need you. Everything else looks normal."],
])("%j, %d", (part, needs, expected) => {
  expect(sentence(figures(part), needs, undefined, "in the last 24 hours").join(" ")).toBe(expected);
});

const finding = (n: number, severity: Severity, verdict: Verdict, part: Partial<FindingRow> = {}): FindingRow => {
  const base = findingRow(n);
  return { ...base, finding: { ...base.finding, severity, verdict, at: new Date(SINCE + n * 1000).toISOString() }, ...part };
};

test("denials by rule, the most frequent first", () => {
  const other = finding(9, "high", "deny");
  const rows = [finding(1, "high", "deny"), finding(2, "high", "deny"), finding(3, "high", "ask"), { ...other, finding: { ...other.finding, rule: "other" } }];
  expect(denialsByRule(rows).map((line) => [line.rule, line.times])).toEqual([["credential-read", 2], ["other", 1]]);
});

describe("agentsNow", () => {
  const NOW = SINCE + 3_600_000;
  const at = (before: number) => new Date(NOW - before * 1000).toISOString();
  const session = (last: number, part: Partial<SessionRow> = {}): SessionRow => ({
    session: "s", agent: "claude-code", cwd: "/home/a/p", prompt: "x", first: at(last + 600), last: at(last), events: 1, tool_calls: 1, denied: 0,
    incomplete: false, findings: {}, ...part,
  });

  test("who was heard of lately works", () => {
    const lines = agentsNow([session(10), session(3600, { session: "old" })], [row(1, { at: at(20) }), row(2, { at: at(10), source: "kernel" }), row(3, { session: "old" })], NOW);
    expect(lines.map((line) => [line.session.session, line.latest?.seq, line.bars.at(-1), line.state])).toEqual([["s", 1, 2, "working"]]);
  });

  test.each<[string, Partial<ReturnType<typeof row>>, number, string]>([
    ["an answer", { kind: "turn_end" }, 10, "waits"],
    ["a question", { kind: "permission_request" }, 10, "asks"],
    ["the end", { kind: "session_end" }, 10, "ended"],
    ["silence", {}, 300, "waits"],
  ])("after %s", (_name, part, ago, state) => {
    expect(agentsNow([session(ago)], [row(1, { at: at(ago), ...part })], NOW)[0]?.state).toBe(state);
  });

  test("rows from before the drawing, or from a clock ahead, do no harm", () => {
    const [line] = agentsNow([session(10)], [row(1, { at: at(99_999) }), row(2, { at: at(-500) })], NOW);
    expect(line?.bars.every((bar) => bar === 0)).toBe(true);
  });
});
