import { expect, test } from "vitest";
import { rank } from "./rank";

const items = [
  { word: "Overview", more: "Does anybody have to act?" },
  { word: "Sessions", more: "Who did what" },
  { word: "MCP & skills" },
  { word: "Next theme", more: "dark light" },
];
const found = (text: string) => rank(items, text).map((item) => item.word);

test.each<[string, string[]]>([
  ["", ["Overview", "Sessions", "MCP & skills", "Next theme"]],
  ["  ", ["Overview", "Sessions", "MCP & skills", "Next theme"]],
  ["sess", ["Sessions"]],
  ["SKILLS", ["MCP & skills"]],
  ["dark", ["Next theme"]],
  ["theme next", ["Next theme"]],
  ["ms", ["MCP & skills"]],
  ["what", ["Sessions"]],
  ["zebra", []],
  ["theme zebra", []],
])("%j finds %j", (text, words) => {
  expect(found(text)).toEqual(words);
});

test("the beginning of a name comes before its middle", () => {
  expect(rank([{ word: "An overview" }, { word: "Overview" }, { word: "Preoverview" }], "over").map((item) => item.word)).toEqual([
    "Overview", "An overview", "Preoverview",
  ]);
});
