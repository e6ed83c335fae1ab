import { expect, test } from "vitest";
import type { CoverageCell, CoverageRow } from "../../api/types";
import { agentsHere, fixes, tally } from "./matrix";

const cell = (part: Partial<CoverageCell> = {}): CoverageCell => ({ channel: "tool", sight: "none", last: null, event: null, why: null, fix: null, ...part });
const row = (part: Partial<CoverageRow> = {}): CoverageRow => ({
  agent: "codex", title: "Codex CLI", found: false, hooked: "no", state: "not_hooked", cells: [cell()], blind_spots: [], ...part,
});

test("only agents that are used here count", () => {
  const rows = [row(), row({ found: true }), row({ state: "quiet" }), row({ cells: [cell({ last: "2026-11-21T08:00:00Z" })] })];
  expect(agentsHere(rows)).toEqual(rows.slice(1));
});

test("what helps most comes first", () => {
  const cells = [cell({ fix: "sudo ringfence sensor" }), cell({ fix: "ringfence install codex", sight: "full" }), cell({ fix: "ringfence install codex", sight: "partial" }), cell()];
  expect(fixes(cells)).toEqual(["ringfence install codex", "sudo ringfence sensor"]);
  expect(tally(cells)).toEqual({ full: 1, partial: 1, none: 2 });
});
