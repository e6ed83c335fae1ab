import { describe, expect, test } from "vitest";
import { Ring } from "./ring";
import { row } from "./samples";
import { type LiveFilter, NO_ROWS, View, effectsWord, isRun, joined, passes } from "./view";

describe("passes", () => {
  const denied = row(1, { verdict: "deny", severity: "high", summary: "cat ~/.ssh/id_rsa", session: "abc-1" });
  test.each<[LiveFilter, boolean]>([
    [{}, true],
    [{ agent: "claude-code" }, true],
    [{ agent: "codex" }, false],
    [{ kind: "tool_call" }, true],
    [{ kind: "prompt" }, false],
    [{ verdict: "alert" }, true],
    [{ verdict: "deny" }, true],
    [{ text: "ID_RSA" }, true],
    [{ text: "bash" }, true],
    [{ text: "abc-1" }, true],
    [{ text: "curl" }, false],
    [{ text: "id_rsa", verdict: "deny", agent: "codex" }, false],
    [{ terms: [{ field: "tool", value: "Bash", not: false }] }, true],
    [{ terms: [{ field: "tool", value: "Bash", not: true }] }, false],
    [{ text: "id_rsa", terms: [{ field: "source", value: "kernel", not: true }] }, true],
  ])("%j: %s", (filter, expected) => {
    expect(passes(denied, filter)).toBe(expected);
  });

  test("a stricter verdict than the row's leaves it out", () => {
    expect(passes(row(1, { verdict: "ask" }), { verdict: "deny" })).toBe(false);
    expect(passes(row(1), { verdict: "alert" })).toBe(false);
  });
});

describe("isRun", () => {
  test.each([
    ["a call and its result", row(1), row(2, { kind: "tool_result" }), true],
    ["another tool", row(1), row(2, { tool: "Read" }), false],
    ["another session", row(1), row(2, { session: "t" }), false],
    ["something was found", row(1), row(2, { verdict: "deny", severity: "high" }), false],
    ["two prompts", row(1, { tool: null, kind: "prompt" }), row(2, { tool: null, kind: "prompt" }), true],
    ["a prompt and an answer", row(1, { tool: null, kind: "prompt" }), row(2, { tool: null, kind: "turn_end" }), false],
  ])("%s", (_name, one, other, expected) => {
    expect(isRun(one, other)).toBe(expected);
  });
});

describe("View", () => {
  test("shows the newest first, and takes in only what is new", () => {
    const ring = new Ring<ReturnType<typeof row>>(100);
    for (let seq = 1; seq <= 3; seq += 1) ring.push(row(seq));
    const view = new View(ring, {}, false);
    expect([view.at(0)?.row.seq, view.at(2)?.row.seq, view.length]).toEqual([3, 1, 3]);
    ring.push(row(4));
    expect(view.length).toBe(3);
    expect(view.update()).toBe(1);
    expect(view.update()).toBe(0);
    expect([view.at(0)?.row.seq, view.indexOf("1-1"), view.indexOf("1-99")]).toEqual([4, 3, -1]);
  });

  test("folds runs under their latest row", () => {
    const ring = new Ring<ReturnType<typeof row>>(100);
    for (let seq = 1; seq <= 5; seq += 1) ring.push(row(seq));
    ring.push(row(6, { verdict: "deny" }));
    ring.push(row(7));
    const view = new View(ring, {}, true);
    expect([0, 1, 2].map((place) => [view.at(place)?.row.seq, view.at(place)?.count])).toEqual([[7, 1], [6, 1], [5, 5]]);
  });

  test("stands still while only counted, and has no hole afterwards", () => {
    const ring = new Ring<ReturnType<typeof row>>(10);
    ring.push(row(1));
    const view = new View(ring, { text: "command" }, false);
    for (let seq = 2; seq <= 5; seq += 1) ring.push(row(seq));
    ring.push(row(6, { summary: "other" }));
    expect([view.fresh(), view.fresh(), view.length]).toEqual([4, 4, 1]);
    for (let seq = 7; seq <= 30; seq += 1) {
      ring.push(row(seq));
      view.fresh();
    }
    expect([view.fresh(), view.length, view.at(0)?.row.seq]).toEqual([28, 1, 1]);
    view.update();
    expect([view.fresh(), view.length, view.at(0)?.row.seq, view.at(9)?.row.seq]).toEqual([0, 10, 30, 21]);
  });

  test("stays bounded, and begins anew with an emptied ring", () => {
    const ring = new Ring<ReturnType<typeof row>>(10);
    const view = new View(ring, {}, false);
    for (let seq = 1; seq <= 1000; seq += 1) {
      ring.push(row(seq));
      view.update();
      expect(view.length).toBeLessThanOrEqual(13);
    }
    ring.clear();
    ring.push(row(1));
    view.update();
    expect([view.length, view.at(0)?.row.seq]).toEqual([1, 1]);
  });
});

describe("what the kernel saw", () => {
  const kernel = (seq: number, kind: "exec" | "file" | "connect" | "exit", part = {}) => row(seq, { source: "kernel", kind, tool: null, does: null, call: "a", ...part });
  const viewOf = (rows: ReturnType<typeof row>[], group = true) => {
    const ring = new Ring<ReturnType<typeof row>>(100);
    for (const one of rows) ring.push(one);
    return new View(ring, {}, group);
  };
  const lines = (view: View) => Array.from({ length: view.length }, (_, place) => [view.at(place)?.row.seq, view.at(place)?.effects]);

  test("is counted in the line of its call, also when others came between", () => {
    const view = viewOf([
      row(1, { call: "a" }), kernel(2, "exec"), row(3, { session: "t", tool: "Read", call: "b" }), kernel(4, "exec"), kernel(5, "file"), kernel(6, "connect"),
    ]);
    expect(lines(view)).toEqual([[3, undefined], [1, { processes: 2, files: 1, network: 1 }]]);
  });

  test("a result is part of its call, unless something was found in it", () => {
    const result = (seq: number, part = {}) => row(seq, { kind: "tool_result", call: "a", ...part });
    const between = row(2, { tool: "Read", call: "b" });
    expect(lines(viewOf([row(1, { call: "a" }), between, result(3)])).map(([seq]) => seq)).toEqual([2, 1]);
    expect(lines(viewOf([row(1, { call: "a" }), between, result(3, { verdict: "alert", severity: "low" })])).map(([seq]) => seq)).toEqual([3, 2, 1]);
  });

  test("without its call it is a line of its own", () => {
    expect(lines(viewOf([kernel(1, "exec"), kernel(2, "file")]))).toEqual([[1, { processes: 1, files: 1, network: 0 }]]);
  });

  test("is never folded away where something was found in it", () => {
    const view = viewOf([row(1, { call: "a" }), kernel(2, "file", { verdict: "alert", severity: "high" })]);
    expect(lines(view).map(([seq]) => seq)).toEqual([2, 1]);
  });

  test("has a line for each event where nothing is grouped", () => {
    expect(viewOf([row(1, { call: "a" }), kernel(2, "exec"), kernel(3, "file")], false).length).toBe(3);
  });

  test("in words", () => {
    expect(effectsWord({ processes: 1, files: 0, network: 2 })).toBe("1 process, 2 times on the network");
    expect(effectsWord({ processes: 0, files: 0, network: 0 })).toBe("");
  });
});

test("two lists are one, the newer rows first", () => {
  const view = (from: number, to: number) => {
    const ring = new Ring<ReturnType<typeof row>>(100);
    for (let seq = from; seq <= to; seq += 1) ring.push(row(seq));
    return new View(ring, {}, false);
  };
  const all = joined(view(3, 4), view(1, 2));
  expect([0, 1, 2, 3, 4].map((place) => all.at(place)?.row.seq)).toEqual([4, 3, 2, 1, undefined]);
  expect([all.length, all.indexOf("1-4"), all.indexOf("1-1"), all.indexOf("1-9")]).toEqual([4, 0, 3, -1]);
  expect(joined(NO_ROWS, NO_ROWS).at(0)).toBeUndefined();
});
