import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CATEGORIES, KEYS, MODIFIERS, VALUES, fieldsOf } from "./vocabulary";

const DETECT = "../crates/detect/src";
const read = (file: string) => readFileSync(`${DETECT}/${file}`, "utf8");
/** What stands in quotes in the parser's own tables. */
const quoted = (text: string) => new Set([...text.matchAll(/"([\w-]+)"/g)].map((hit) => hit[1]));

test.each([
  ["field/category.rs", CATEGORIES],
  ["field.rs", CATEGORIES.flatMap((category) => fieldsOf(category))],
  ["modifier.rs", MODIFIERS],
  ["rule/reader.rs", [...(KEYS[""] ?? []), ...(KEYS["logsource"] ?? []), ...(KEYS["ringfence"] ?? []), ...(VALUES["status"] ?? []), ...(VALUES["level"] ?? []), ...(VALUES["action"] ?? [])]],
  ["correlation.rs", [...(KEYS["correlation"] ?? []), ...(VALUES["type"] ?? [])]],
  ["example.rs", KEYS["example"] ?? []],
] as const)("the parser of %s knows each word", (file, words) => {
  const known = quoted(read(file));
  expect(words.filter((word) => !known.has(word))).toEqual([]);
});

test("the API knows what a field may say", () => {
  const schemas = JSON.parse(readFileSync("openapi.json", "utf8")).components.schemas as Record<string, { enum?: string[] }>;
  for (const [field, schema] of [["agent", "AgentKind"], ["does", "Does"], ["access", "Access"], ["class", "FileClass"], ["host_class", "HostClass"], ["injection_level", "InjectionLevel"], ["activity", "FileActivity"], ["peer", "Peer"], ["handling", "Handling"]] as const) {
    const known = schemas[schema]?.enum ?? [];
    expect([field, (VALUES[field] ?? []).filter((value) => !known.includes(value))]).toEqual([field, []]);
  }
});
