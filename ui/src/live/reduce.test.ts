import { describe, expect, test } from "vitest";
import type { Batch } from "../api/types";
import { START, parse, reduce, seqOf } from "./reduce";
import { findingRow, row } from "./samples";

const batch = (last_seq: number, seqs: number[], skipped = 0): Batch => ({
  type: "batch",
  last_seq,
  skipped,
  events: seqs.map((seq) => row(seq)),
  findings: seqs.map((seq) => findingRow(seq)),
});

describe("reduce", () => {
  test("takes a batch and remembers where to resume", () => {
    const step = reduce(START, batch(3, [1, 2, 3]));
    expect(step.state).toEqual({ seq: 3, skipped: 0 });
    expect(step.events.map((event) => event.seq)).toEqual([1, 2, 3]);
    expect(step.findings).toHaveLength(3);
  });

  test("takes nothing twice when a batch comes again", () => {
    const first = reduce(START, batch(3, [1, 2, 3]));
    const again = reduce(first.state, batch(4, [2, 3, 4]));
    expect(again.events.map((event) => event.seq)).toEqual([4]);
    expect(again.findings.map((finding) => finding.event_id)).toEqual(["1-4"]);
    expect(again.state.seq).toBe(4);
  });

  test("adds up what was skipped, and never goes back", () => {
    const first = reduce({ seq: 10, skipped: 2 }, batch(500, [499, 500], 480));
    expect(first.state).toEqual({ seq: 500, skipped: 482 });
    expect(reduce(first.state, batch(400, [])).state.seq).toBe(500);
  });

  test("a record that begins anew voids what is held", () => {
    const step = reduce({ seq: 900, skipped: 1 }, { type: "hello", version: 1, last_seq: 3 });
    expect(step.restarted).toBe(true);
    expect(step.state).toEqual({ seq: null, skipped: 1 });
    expect(reduce({ seq: 3, skipped: 0 }, { type: "hello", version: 1, last_seq: 3 }).restarted).toBe(false);
  });

  test("passes complaints on and ignores pongs", () => {
    expect(reduce(START, { type: "error", message: "no such topic" }).complaint).toBe("no such topic");
    expect(reduce(START, { type: "pong", n: 1 })).toEqual({ state: START, events: [], findings: [], restarted: false });
  });
});

test.each([[""], ["{"], ["null"], ["[]"], ['"batch"'], ['{"type":"secret"}'], [new Blob()], [undefined]])("parse(%j) is nothing", (frame) => {
  expect(parse(frame)).toBeUndefined();
});

test("parse reads what it knows", () => {
  expect(parse('{"type":"pong","n":4}')).toEqual({ type: "pong", n: 4 });
});

test("seqOf reads the end of an id", () => {
  expect(seqOf("12-3456")).toBe(3456);
});
