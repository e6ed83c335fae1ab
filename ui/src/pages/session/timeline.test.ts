import { expect, test } from "vitest";
import { row } from "../../live/samples";
import { itemsOf, rowOf, turnsOf } from "./timeline";

const prompt = (seq: number) => row(seq, { kind: "prompt", tool: null, does: null, summary: `prompt ${seq}` });
const call = (seq: number, summary: string) => row(seq, { summary });
const result = (seq: number, summary: string) => row(seq, { kind: "tool_result", summary });

test("a session is turns that begin with a prompt", () => {
  const turns = turnsOf([row(1, { kind: "session_start", tool: null }), prompt(2), call(3, "ls"), result(4, "ls"), prompt(5)]);
  expect(turns.map((turn) => [turn.number, turn.prompt?.seq, turn.calls, turn.lines.length])).toEqual([
    [0, undefined, 0, 1], [1, 2, 1, 1], [2, 5, 0, 0],
  ]);
});

test("a result finds its call by its id, whatever came between", () => {
  const one = { ...call(2, "ls"), call: "a" };
  const other = { ...call(3, "ls"), call: "b" };
  const turns = turnsOf([prompt(1), one, other, { ...result(4, "ls"), call: "b" }, { ...result(5, "ls -l"), call: "a" }]);
  expect(turns[0]?.lines.map((line) => [line.row.seq, line.result?.seq])).toEqual([[2, 5], [3, 4]]);
});

test("each call gets its own result, in order", () => {
  const turns = turnsOf([prompt(1), call(2, "ls"), call(3, "ls"), result(4, "ls"), result(5, "ls"), result(6, "pwd")]);
  expect(turns[0]?.lines.map((line) => [line.row.seq, line.result?.seq])).toEqual([[2, 4], [3, 5], [6, undefined]]);
});

test("that the user was asked belongs to the call", () => {
  const asked = row(3, { kind: "permission_request", summary: "ls" });
  expect(turnsOf([call(2, "ls"), asked])[0]?.lines).toEqual([{ row: call(2, "ls"), asked }]);
});

test("what was found something in is never folded away", () => {
  const bad = { ...result(3, "ls"), verdict: "deny" as const, severity: "high" as const };
  const turns = turnsOf([call(2, "ls"), bad]);
  expect(turns[0]?.lines.map((line) => line.row.seq)).toEqual([2, 3]);
  expect([turns[0]?.verdict, turns[0]?.worst]).toEqual(["deny", "high"]);
});

test("a filter keeps the prompt of what it keeps", () => {
  const turns = turnsOf([prompt(1), call(2, "ls"), prompt(3), call(4, "cargo test"), prompt(5)]);
  expect(itemsOf(turns, { text: "cargo" }).map((item) => rowOf(item).seq)).toEqual([3, 4]);
  expect(itemsOf(turns, { text: "prompt 5" }).map((item) => rowOf(item).seq)).toEqual([5]);
  expect(itemsOf(turns, {})).toHaveLength(5);
});
