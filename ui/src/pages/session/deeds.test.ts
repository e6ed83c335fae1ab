import { describe, expect, test } from "vitest";
import type { EventRow } from "../../api/types";
import { row } from "../../live/samples";
import { deedsOf, sourcesOf, touched } from "./deeds";
import { nearest, pause, placeOf, trackOf } from "./replay";
import { holds, itemsOf, turnsOf } from "./timeline";

const prompt = (seq: number) => row(seq, { kind: "prompt", tool: null, does: null, summary: `prompt ${seq}` });
const call = (seq: number, id: string, part: Partial<EventRow> = {}) => row(seq, { call: id, summary: `command ${id}`, ...part });
const kernel = (seq: number, id: string | null, kind: EventRow["kind"], summary: string, part: Partial<EventRow> = {}) =>
  row(seq, { source: "kernel", call: id, kind, tool: null, does: null, summary, ...part });

describe("said and did", () => {
  const rows = [
    prompt(1),
    call(2, "a"),
    kernel(3, "a", "exec", "bash -lc x"),
    call(4, "b"),
    kernel(5, "a", "file", "~/.aws/credentials", { verdict: "alert", severity: "high" }),
    row(6, { kind: "tool_result", call: "a", summary: "command a" }),
    kernel(7, "a", "file", "/tmp/.c"),
    kernel(8, null, "connect", "104.20.29.150:443"),
  ];

  test("what the kernel saw stands with its call, also after its result", () => {
    const [turn] = turnsOf(rows);
    expect(turn?.lines.map((line) => [line.row.seq, line.result?.seq, line.effects?.map((effect) => effect.seq)])).toEqual([
      [2, 6, [3, 5, 7]], [4, undefined, undefined], [8, undefined, undefined],
    ]);
    expect([turn?.worst, turn?.verdict, turn?.calls]).toEqual(["high", "alert", 2]);
  });

  test("a search finds a call by what it did", () => {
    const items = itemsOf(turnsOf(rows), { text: "credentials" });
    expect(items.map((item) => item.type)).toEqual(["prompt", "line"]);
    expect(items.some((item) => item.type === "line" && holds(item, "1-5"))).toBe(true);
  });

  test("only what had effects", () => {
    expect(itemsOf(turnsOf(rows), { effects: true }).map((item) => (item.type === "line" ? item.line.row.seq : "prompt"))).toEqual(["prompt", 2, 8]);
  });

  test("what a turn touched", () => {
    const [turn] = turnsOf([...rows, call(9, "c", { does: "read", summary: "/tmp/.c" }), call(10, "d", { does: "mcp" }), call(11, "e", { does: "fetch", summary: "https://example.org" })]);
    expect(turn && touched(turn)).toEqual({ calls: 5, processes: 1, files: 2, hosts: 2, mcp: 1, found: 1 });
  });
});

test("two sources that tell the same are one line", () => {
  const rows = [
    prompt(1), { ...prompt(2), summary: "prompt 1", source: "transcript" as const },
    call(3, "a"), call(4, "a", { source: "transcript" }), call(5, "b", { source: "transcript" }),
    row(6, { kind: "usage", source: "transcript" }),
    kernel(7, null, "exec", "cron"), kernel(8, null, "exit", "cron"),
  ];
  const turns = turnsOf(rows);
  expect(turns.map((turn) => [turn.prompt?.seq, turn.lines.map((line) => [line.row.seq, line.also?.map((one) => one.seq)])])).toEqual([
    [1, [[3, [4]], [5, undefined], [7, undefined], [8, undefined]]],
  ]);
  expect(sourcesOf(rows, turns)).toEqual({
    told: { hook: 2, transcript: 4, kernel: 2 }, hooked: 1, confirmed: 1, unhooked: 1, alone: 1, suspicious: 0,
  });
});

describe("deedsOf", () => {
  test("like effects are one line", () => {
    const { deeds, more } = deedsOf([kernel(1, "a", "exec", "ls"), kernel(2, "a", "exec", "ls"), kernel(3, "a", "file", "ls"), kernel(4, "a", "exit", "ls")], 9);
    expect([deeds.map((deed) => [deed.kind, deed.about, deed.times]), more]).toEqual([[["exec", "ls", 2], ["file", "ls", 1]], 0]);
  });

  test("what was found something in is never left out", () => {
    const many = Array.from({ length: 20 }, (_, n) => kernel(n + 1, "a", "file", `f${n}`, n === 19 ? { severity: "critical", verdict: "deny" } : {}));
    const { deeds, more } = deedsOf(many, 4);
    expect([deeds.map((deed) => deed.about), more]).toEqual([["f0", "f1", "f2", "f19"], 16]);
  });
});

describe("the scrubber", () => {
  const rows = [row(0), row(10, { verdict: "deny", severity: "high" }), row(20)];
  const track = trackOf(rows, 4);

  test("draws where something was, and marks what was found", () => {
    expect([track.bars, track.marks]).toEqual([[1, 0, 1, 1], [{ place: 0.5, verdict: "deny" }]]);
    expect([placeOf(track.last, track), placeOf(0, track)]).toEqual([1, 0]);
  });

  test("finds the nearest row", () => {
    expect([0, 0.4, 1].map((place) => nearest(rows, place, track)?.seq)).toEqual([0, 10, 20]);
    expect(nearest([], 0.5, track)).toBeUndefined();
  });

  test("a session of one event, or of none, is drawn too", () => {
    expect(trackOf([row(1)], 3).bars).toEqual([1, 0, 0]);
    expect(trackOf([], 3).bars).toEqual([0, 0, 0]);
  });

  test("waits as long as it was, but nobody waits long", () => {
    const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 8, 0, seconds)).toISOString();
    expect([pause(at(0), at(1), 1), pause(at(0), at(1), 4), pause(at(0), at(40), 1), pause(at(0), at(0), 1), pause(at(5), at(0), 16)]).toEqual([1000, 250, 2500, 120, 120]);
  });
});
