import { expect, test } from "vitest";
import { obeyed } from "./injections";

test.each([
  [{ denied: 0, asked: 0, alerted: 0 }, "Nothing was found in the half hour after it", "dim"],
  [{ denied: 2, asked: 1, alerted: 0 }, "Afterwards 2 denied, 1 asked about", "medium"],
  [{ denied: 0, asked: 0, alerted: 3 }, "Afterwards 3 noted and let through", "high"],
  [{ denied: 1, asked: 0, alerted: 1 }, "Afterwards 1 noted and let through; 1 denied", "high"],
])("%j", (after, word, hue) => {
  expect(obeyed({ after })).toEqual({ word, hue });
});
