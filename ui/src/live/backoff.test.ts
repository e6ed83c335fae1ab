import { expect, test } from "vitest";
import { backoff } from "./backoff";

test.each([
  [0, 1, 500],
  [0, 0, 375],
  [1, 1, 1000],
  [4, 1, 8000],
  [5, 1, 15_000],
  [5000, 1, 15_000],
  [5000, 0, 11_250],
])("after %i failures, chance %d: %i ms", (failures, chance, expected) => {
  expect(backoff(failures, chance)).toBe(expected);
});
