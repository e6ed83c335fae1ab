import { expect, test } from "vitest";
import type { CoverageCell, CoverageRow } from "../../api/types";
import { agentsHere, gaps, tally } from "./matrix";

const cell = (part: Partial<CoverageCell> = {}): CoverageCell => ({ channel: "tool", sight: "none", last: null, event: null, why: null, fix: null, ...part });
const row = (part: Partial<CoverageRow> = {}): CoverageRow => ({
  agent: "codex", title: "Codex CLI", found: false, hooked: "no", state: "not_hooked", cells: [cell()], blind_spots: [], ...part,
});

test("only agents that are used here count", () => {
  const rows = [row(), row({ found: true }), row({ state: "quiet" }), row({ cells: [cell({ last: "2026-11-21T08:00:00Z" })] })];
  expect(agentsHere(rows)).toEqual(rows.slice(1));
});

test("one reason is one gap, the widest first, and many installs are one", () => {
  const unhooked = (fix: string) => cell({ why: "its hooks are not installed", fix });
  const unsensed = cell({ channel: "file", why: "no sensor runs", fix: "sudo ringfence sensor" });
  const rows = [
    row({ title: "Codex CLI", cells: [unhooked("ringfence install codex"), unsensed, cell({ channel: "said", why: "no transcript" })] }),
    row({ title: "Cursor", cells: [unhooked("ringfence install cursor"), unsensed, cell({ channel: "network", why: "no sensor runs", fix: "sudo ringfence sensor" })] }),
  ];
  expect(gaps(rows)).toEqual([
    { why: "no sensor runs", agents: ["Codex CLI", "Cursor"], channels: ["file", "network"], fixes: ["sudo ringfence sensor"] },
    { why: "its hooks are not installed", agents: ["Codex CLI", "Cursor"], channels: ["tool"], fixes: ["ringfence install --all"] },
    { why: "no transcript", agents: ["Codex CLI"], channels: ["said"], fixes: [] },
  ]);
  expect(tally([cell({ sight: "full" }), cell({ sight: "partial" }), cell(), cell()])).toEqual({ full: 1, partial: 1, none: 2 });
});
