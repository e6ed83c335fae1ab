import { expect, test } from "vitest";
import { row } from "../../live/samples";
import { fold } from "./fold";

test("one line for each thing, with how often and by whom", () => {
  const lines = fold([
    row(9, { summary: "src/a.rs", agent: "codex", session: "t", tool: "Read" }),
    row(7, { summary: "src/b.rs" }),
    row(5, { summary: "src/a.rs", session: "s", tool: "Edit" }),
    row(3, { summary: "src/a.rs", session: "s" }),
  ]);
  expect(lines.map(({ about, times, agents, tools, sessions, latest, first }) => [about, times, agents, tools, sessions, latest.seq, first.slice(17, 19)])).toEqual([
    ["src/a.rs", 3, ["codex", "claude-code"], ["Read", "Edit", "Bash"], 2, 9, "03"],
    ["src/b.rs", 1, ["claude-code"], ["Bash"], 1, 7, "07"],
  ]);
});

test("what was found something in comes first, with the worst of it", () => {
  const lines = fold([
    row(9, { summary: "src/a.rs" }),
    row(7, { summary: "~/.ssh/id_rsa" }),
    row(6, { summary: "~/.ssh/id_rsa", verdict: "deny", severity: "high" }),
    row(5, { summary: "~/.ssh/id_rsa", verdict: "alert", severity: "critical" }),
  ]);
  expect(lines.map((line) => [line.about, line.verdict, line.severity])).toEqual([["~/.ssh/id_rsa", "deny", "critical"], ["src/a.rs", "allow", null]]);
});

test("nothing folds to nothing", () => {
  expect(fold([])).toEqual([]);
});
