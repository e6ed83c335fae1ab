// What a cell says for a filter: the name of its column, its value, and both in words.

import { agentTitle, doesWord, kindWord, severityWord, sourceWord, statusWord, verdictWord } from "../../format/words";
import { shortId } from "../../format/path";
import { type Cells, type Term, fits } from "../../state/where";

const FIELDS: Record<string, { word: string; say: (value: string) => string }> = {
  agent: { word: "Agent", say: agentTitle },
  project: { word: "Project", say: same },
  kind: { word: "What", say: kindWord },
  does: { word: "What", say: doesWord },
  tool: { word: "Tool", say: same },
  verdict: { word: "Verdict", say: verdictWord },
  severity: { word: "Severity", say: severityWord },
  rule: { word: "Rule", say: same },
  here: { word: "Here", say: same },
  status: { word: "Status", say: statusWord },
  session: { word: "Session", say: shortId },
  source: { word: "Told by", say: sourceWord },
  details: { word: "Details", say: same },
  program: { word: "Program", say: same },
  call: { word: "Call", say: same },
  class: { word: "Class", say: same },
  ecosystem: { word: "From", say: same },
  server: { word: "Server", say: same },
  file: { word: "File", say: same },
  host: { word: "Host", say: same },
  package: { word: "Package", say: same },
  seen: { word: "Known from", say: same },
  origin: { word: "Read in", say: same },
};

function same(value: string): string {
  return value;
}

/** Marks an element as a cell that can be filtered by; one that says nothing is none. */
export function cell(field: string, value: string | null | undefined): Record<string, string> {
  return value === null || value === undefined || value === "" ? {} : { "data-field": field, "data-value": value };
}

/** `Agent Codex CLI`, `not Tool Read` */
export function termWord({ field, value, not }: Term): string {
  const known = FIELDS[field];
  return `${not ? "not " : ""}${known?.word ?? field} ${known ? known.say(value) : value}`;
}

/** Rows through the filters of cells, by what each says. */
export function whereRows<Row>(rows: readonly Row[], terms: readonly Term[], say: (row: Row) => Cells): Row[] {
  return terms.length === 0 ? [...rows] : rows.filter((row) => fits(say(row), terms));
}
