import { describe, expect, test } from "vitest";
import { alertsSearch, liveSearch, parseSearch, rootSearch, sessionSearch, stringifySearch, tableSearch } from "./search";

const set = (search: object) => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

test("an address survives being read and written", () => {
  const address = "?agent=codex&kind=tool_call&verdict=deny&text=rm+-rf+%2F&raw=1&paused=1&row=1-42&range=7d"
    + "&from=2026-11-21T14%3A05Z&to=2026-11-21T15%3A00Z&where=-tool%3ARead&open=1-7";
  const raw = parseSearch(address);
  expect(stringifySearch({ ...liveSearch(raw), ...rootSearch(raw) })).toBe(address);
});

test("an empty view has an empty address", () => {
  expect(stringifySearch(liveSearch({}))).toBe("");
  expect(stringifySearch({ text: "", raw: false, row: null })).toBe("");
});

describe("what is not known is dropped", () => {
  test.each([
    [liveSearch, { agent: "skynet", kind: "explosion", verdict: "allow", raw: "yes", paused: "0" }],
    [liveSearch, { row: "../../etc", text: "" }],
    [rootSearch, { range: "5y", open: "<script>", where: "" }],
    [rootSearch, { from: "2026-11-21T15:00Z", to: "2026-11-21T14:00Z" }],
    [rootSearch, { from: "2026-13-41T99:00Z", to: "yesterday" }],
    [rootSearch, { from: "2026-11-21T15:00Z" }],
    [tableSearch, { tab: "../x", text: 7 }],
    [alertsSearch, { severity: "enormous", rule: 7, session: null }],
    [sessionSearch, { text: ["a"], verdict: {} }],
  ])("%o", (read, raw) => {
    expect(set(read(raw))).toEqual({});
  });
});

test("a text is bounded", () => {
  expect(liveSearch({ text: "x".repeat(5000) }).text).toHaveLength(200);
});

test("numbers in an address stay text", () => {
  expect(liveSearch(parseSearch("?text=42"))).toMatchObject({ text: "42" });
});
