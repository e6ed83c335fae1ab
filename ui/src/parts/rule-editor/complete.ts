// What could stand where the caret is: from the indentation and the lines above it, without
// understanding the rest. A text that is not whole yet is what an editor always has.

import { KEYS, MODIFIERS, fieldsOf, valuesOf } from "./vocabulary";

export interface Completion {
  /** Where the word that is being typed begins. */
  from: number;
  options: string[];
}

/** Options that are shown. */
const MOST = 12;

/** `asked` is set where somebody asked for it: then also where nothing was typed yet. */
export function complete(text: string, caret: number, asked = false): Completion | undefined {
  const begin = text.lastIndexOf("\n", caret - 1) + 1;
  const before = text.slice(begin, caret);
  // Within a word nothing is offered: it would be split.
  if (/^[\w-]/.test(text.slice(caret))) return undefined;
  const word = /[\w.-]*$/.exec(before)?.[0] ?? "";
  if (word === "" && !asked && !before.endsWith("|")) return undefined;
  const options = optionsAt(text, begin, before).filter((option) => option.startsWith(word) && option !== word);
  return options.length === 0 ? undefined : { from: caret - word.length, options: options.slice(0, MOST) };
}

function optionsAt(text: string, begin: number, before: string): readonly string[] {
  const path = pathOf(text, begin, indentOf(before));
  const category = /^ {2}category: *([\w-]+)/m.exec(document(text, begin))?.[1];
  if (/^\s*(- )?[\w.-]+(\|[\w.-]+)*\|[\w.-]*$/.test(before)) return MODIFIERS;
  const pair = /^\s*(?:- )?([\w.-]+)(?:\|[\w|.-]*)?:\s+(?:\[[^\]]*)?[\w.-]*$/.exec(before);
  if (pair?.[1] !== undefined) {
    if (pair[1] === "condition" && path[0] === "detection") return [...selectionsOf(text, begin), "not", "1 of", "all of", "and", "or"];
    return valuesOf(pair[1], category);
  }
  if (pair === null && /^\s*- [\w.-]*$/.test(before)) {
    const last = path.at(-1) ?? "";
    if (isExample(last)) return KEYS["example"] ?? [];
    const values = valuesOf(last.split("|")[0] ?? "", category);
    return values.length > 0 || path[0] !== "detection" ? values : fieldsOf(category);
  }
  if (/^\s*[\w.-]*$/.test(before)) return keysBelow(path, category);
  return /^\s*- \{[\w.-]*$/.test(before) ? (KEYS["example"] ?? []) : [];
}

function keysBelow(path: readonly string[], category: string | undefined): readonly string[] {
  const [first, ...rest] = path;
  if (first === undefined) return KEYS[""] ?? [];
  if (first === "detection") return rest.length === 0 ? ["condition"] : fieldsOf(category);
  if (rest.some(isExample)) return KEYS["example"] ?? [];
  return rest.length === 0 ? (KEYS[first] ?? []) : [];
}

function isExample(key: string): boolean {
  return key === "examples" || key === "negative_examples";
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

/** The keys that a line stands below, the outermost first. */
export function pathOf(text: string, begin: number, indent: number): string[] {
  const path: string[] = [];
  let inside = indent;
  for (const line of document(text, begin, true).split("\n").reverse()) {
    const key = /^( *)(?:- )?([\w.|-]+):/.exec(line);
    if (key?.[1] === undefined || key[2] === undefined || key[1].length >= inside) continue;
    inside = key[1].length;
    path.unshift(key[2]);
  }
  return path;
}

/** The document that a place lies in; `above` is its part before it. */
function document(text: string, place: number, above = false): string {
  const start = text.lastIndexOf("\n---", Math.max(0, place - 1));
  const end = above ? place : text.indexOf("\n---", place);
  return text.slice(start < 0 ? 0 : start, end < 0 ? undefined : end);
}

/** The names of the selections in a document: the keys right below `detection`. */
function selectionsOf(text: string, place: number): string[] {
  const part = /^detection:\n((?:(?: +.*)?\n)*)/m.exec(`${document(text, place)}\n`)?.[1] ?? "";
  return [...part.matchAll(/^ {2}([\w-]+):/gm)].flatMap((hit) => (hit[1] === undefined || hit[1] === "condition" ? [] : [hit[1]]));
}
