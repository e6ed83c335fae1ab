// Filters that come from cells: "only rows like this one", "without rows like this one".
//
// **Invariant:** what is written can be read again, whatever stands in a cell; an address
// that is none of ours gives no filter and no error.

/** One filter: a column's name, what stands in the cell, and whether it must not. */
export interface Term {
  field: string;
  value: string;
  not: boolean;
}

/** What a row says in each column that can be filtered. */
export type Cells = Readonly<Record<string, string | undefined>>;

const MOST_TERMS = 12;
const MAX_VALUE = 200;

/** `agent:codex;-tool:Read`, with what would be ambiguous in percent signs. */
export function parseWhere(text: string | undefined): Term[] {
  if (text === undefined) return [];
  return text
    .split(";")
    .map(parseTerm)
    .filter((term) => term !== undefined)
    .slice(0, MOST_TERMS);
}

function parseTerm(text: string): Term | undefined {
  const parts = /^(-?)([a-z]+):(.+)$/s.exec(text);
  if (!parts?.[2] || !parts[3]) return undefined;
  try {
    return { field: parts[2], value: decodeURIComponent(parts[3]).slice(0, MAX_VALUE), not: parts[1] === "-" };
  } catch {
    return undefined;
  }
}

export function writeWhere(terms: readonly Term[]): string | undefined {
  if (terms.length === 0) return undefined;
  return terms
    .slice(-MOST_TERMS)
    .map(({ field, value, not }) => `${not ? "-" : ""}${field}:${value.slice(0, MAX_VALUE).replaceAll(/[%;]/g, encodeURIComponent)}`)
    .join(";");
}

/** Adds a filter; its opposite goes, and so does another "only" of the same column. */
export function withTerm(terms: readonly Term[], term: Term): Term[] {
  const others = terms.filter((old) => old.field !== term.field || (old.value !== term.value && (old.not || term.not)));
  return [...others, term];
}

export function withoutTerm(terms: readonly Term[], term: Term): Term[] {
  return terms.filter((old) => old.field !== term.field || old.value !== term.value || old.not !== term.not);
}

/** Whether a row passes; a column that the page does not have stops nothing. */
export function fits(cells: Cells, terms: readonly Term[]): boolean {
  return terms.every(({ field, value, not }) => !(field in cells) || ((cells[field] ?? "").slice(0, MAX_VALUE) === value) !== not);
}
