import { beforeEach, expect, test, vi } from "vitest";
import { say, takeBack } from "./toast";

beforeEach(() => {
  vi.useFakeTimers();
  while (takeBack());
});

test("what was done last is taken back once, however long ago", () => {
  const [first, second] = [vi.fn(), vi.fn()];
  say("One", first);
  say("Two", second);
  vi.advanceTimersByTime(3_600_000);
  expect(takeBack()).toBe(true);
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
  expect(takeBack()).toBe(false);
});

test("what is only said takes no way back away", () => {
  const undo = vi.fn();
  say("Done", undo);
  say("Theme: dark");
  expect(takeBack()).toBe(true);
  expect(undo).toHaveBeenCalledOnce();
});
