import { describe, expect, test } from "vitest";
import { alertsSearch, liveSearch, overviewSearch, parseSearch, sessionSearch, stringifySearch } from "./search";

const set = (search: object) => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

test("an address survives being read and written", () => {
  const address = "?agent=codex&kind=tool_call&verdict=deny&text=rm+-rf+%2F&group=1&paused=1&row=1-42&open=1-7";
  expect(stringifySearch(liveSearch(parseSearch(address)))).toBe(address);
});

test("an empty view has an empty address", () => {
  expect(stringifySearch(liveSearch({}))).toBe("");
  expect(stringifySearch({ text: "", group: false, row: null })).toBe("");
});

describe("what is not known is dropped", () => {
  test.each([
    [liveSearch, { agent: "skynet", kind: "explosion", verdict: "allow", group: "yes", paused: "0" }],
    [liveSearch, { row: "../../etc", open: "<script>", text: "" }],
    [overviewSearch, { range: "5y" }],
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
