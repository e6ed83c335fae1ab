import { expect, test } from "vitest";
import { Ring } from "./ring";

test("keeps the latest rows, oldest first", () => {
  const ring = new Ring<number>(4);
  for (let row = 0; row < 11; row += 1) ring.push(row);
  expect(ring.snapshot()).toEqual([7, 8, 9, 10]);
  expect([ring.start, ring.end, ring.length, ring.last()]).toEqual([7, 11, 4, 10]);
});

test("a place names the same row until it falls out", () => {
  const ring = new Ring<string>(2);
  ring.push("a");
  expect(ring.at(0)).toBe("a");
  ring.push("b");
  ring.push("c");
  expect([ring.at(0), ring.at(1), ring.at(2), ring.at(3)]).toEqual([undefined, "b", "c", undefined]);
});

test("never holds much more than its capacity", () => {
  const ring = new Ring<number>(100);
  for (let row = 0; row < 10_000; row += 1) {
    ring.push(row);
    expect(ring.length).toBeLessThanOrEqual(100);
    expect(ring.at(ring.start)).toBe(Math.max(0, row - 99));
  }
});

test("a snapshot does not change with later rows, and clearing empties", () => {
  const ring = new Ring<number>(3);
  ring.push(1);
  const before = ring.snapshot();
  ring.push(2);
  expect(before).toEqual([1]);
  ring.clear();
  expect([ring.length, ring.end, ring.last()]).toEqual([0, 0, undefined]);
});
