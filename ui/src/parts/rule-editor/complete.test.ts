import { describe, expect, test } from "vitest";
import { complete, pathOf } from "./complete";

/** Options where `^` stands. */
function at(text: string, asked = false): string[] | undefined {
  const caret = text.indexOf("^");
  return complete(text.replace("^", ""), caret, asked)?.options;
}

const RULE = "title: x\nlogsource:\n  product: agent\n  category: file\ndetection:\n  gone:\n    class: tree\n  kept:\n    access: read\n";

describe("complete", () => {
  test.each<[string, string, string[]]>([
    ["a key of a rule", "tit^", ["title"]],
    ["a key of the log source", "logsource:\n  cat^", ["category"]],
    ["a category", "logsource:\n  category: fi^", ["file", "file_event", "file_access", "file_delete", "file_rename"]],
    ["a field of the category", `${RULE}  more:\n    acc^`, ["access"]],
    ["a value of a field", `${RULE}  more:\n    access: de^`, ["delete"]],
    ["a value of a list", `${RULE}  more:\n    class:\n      - cre^`, ["credential"]],
    ["a value of a flow list", `${RULE}  more:\n    class: [tree, cre^`, ["credential"]],
    ["a modifier", `${RULE}  more:\n    path|con^`, ["contains"]],
    ["a second modifier", `${RULE}  more:\n    path|contains|a^`, ["all"]],
    ["a selection in a condition", `${RULE}  condition: go^`, ["gone"]],
    ["an action", "ringfence:\n  action: d^", ["deny"]],
    ["an example", "ringfence:\n  examples:\n    - com^", ["command"]],
    ["an example in braces", "ringfence:\n  negative_examples:\n    - {rea^", ["read"]],
    ["a level", "level: cr^", ["critical"]],
    ["the next document", `${RULE}---\ntit^`, ["title"]],
    ["a class of hosts", "logsource:\n  category: network\ndetection:\n  a:\n    class: dr^", ["drop"]],
  ])("%s", (_name, text, expected) => {
    expect(at(text)).toEqual(expected);
  });

  test.each<[string, string]>([
    ["prose", "description: what it fin^"],
    ["the middle of a word", "ti^tle"],
    ["a whole word", "title^"],
    ["an empty place, unasked", "logsource:\n  ^"],
    ["a free value", "title: a^"],
  ])("nothing in %s", (_name, text) => {
    expect(at(text)).toBeUndefined();
  });

  test("somebody who asks is told in an empty place too", () => {
    expect(at("logsource:\n  ^", true)).toEqual(["product", "category", "definition"]);
    expect(at(`${RULE}  condition: ^`, true)?.slice(0, 3)).toEqual(["gone", "kept", "not"]);
  });

  test("nothing makes it fail", () => {
    for (const text of ["", "\n\n", ":", "- - -", "---", "a:\n\tb", "|", "{", "detection:", "\u{1F512}: x"]) {
      for (let caret = 0; caret <= text.length; caret += 1) complete(text, caret, true);
    }
  });
});

test("the keys above a line", () => {
  const text = "ringfence:\n  name: x\n  examples:\n    - command: a\n    - ";
  expect(pathOf(text, text.lastIndexOf("\n") + 1, 4)).toEqual(["ringfence", "examples"]);
});
