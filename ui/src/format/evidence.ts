// Where the evidence stands inside of what was attempted.

export interface Piece {
  text: string;
  marked: boolean;
}

/**
 * Cuts a text into pieces, those that are the evidence marked. The evidence is looked for
 * as it is, then with any white space between its words, then word by word: it is the
 * command after the shell's quoting is undone, with files named in full.
 */
export function mark(text: string, evidence: string): Piece[] {
  const wanted = evidence.trim();
  if (wanted === "" || text === "") return [{ text, marked: false }];
  const words = wanted.split(/\s+/);
  const loose = words.map(pattern).join("\\s+");
  return cut(text, new RegExp(escaped(wanted), "g"))
    ?? cut(text, new RegExp(loose, "g"))
    ?? cut(text, new RegExp(telling(words).map(pattern).join("|") || "(?!)", "g"))
    ?? [{ text, marked: false }];
}

/** Marks the first evidence that stands in the text. */
export function markAny(text: string, evidence: string[]): Piece[] {
  for (const one of evidence) {
    const pieces = mark(text, one);
    if (isMarked(pieces)) return pieces;
  }
  return [{ text, marked: false }];
}

/** Whether any piece is marked. */
export function isMarked(pieces: Piece[]): boolean {
  return pieces.some((piece) => piece.marked);
}

/** Words that are worth a mark alone; the longest first, so that none hides in another. */
function telling(words: string[]): string[] {
  return words
    .map((word) => word.replaceAll(/^['"]+|['"]+$/g, ""))
    .filter((word) => word.length > 2)
    .toSorted((one, other) => other.length - one.length);
}

/** A file in full is also found as it was typed (`~/.ssh/id_rsa`): by its name, with what leads to it. */
function pattern(word: string): string {
  const name = /^\/.*\/([^/]{3,})$/.exec(word)?.[1];
  return name === undefined ? escaped(word) : `[^\\s'"|;&<>()=@]*${escaped(name)}(?![^\\s'"|;&<>()])`;
}

function cut(text: string, wanted: RegExp): Piece[] | undefined {
  const pieces: Piece[] = [];
  let end = 0;
  for (const hit of text.matchAll(wanted)) {
    if (hit[0] === "") continue;
    if (hit.index > end) pieces.push({ text: text.slice(end, hit.index), marked: false });
    pieces.push({ text: hit[0], marked: true });
    end = hit.index + hit[0].length;
  }
  if (pieces.length === 0) return undefined;
  if (end < text.length) pieces.push({ text: text.slice(end), marked: false });
  return pieces;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
