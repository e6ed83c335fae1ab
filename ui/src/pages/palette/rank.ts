// Which entries of the palette fit what was typed, the best first.

export interface Ranked {
  /** What it is called. */
  word: string;
  /** What else it can be found by. */
  more?: string | undefined;
}

/** Each word that was typed must be there; the order of equals stays. */
export function rank<Item extends Ranked>(items: readonly Item[], text: string): Item[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [...items];
  return items
    .map((item) => ({ item, score: scoreOf(item, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score)
    .map(({ item }) => item);
}

function scoreOf(item: Ranked, words: string[]): number {
  const name = item.word.toLowerCase();
  const rest = (item.more ?? "").toLowerCase();
  let score = 0;
  for (const word of words) {
    const place = name.indexOf(word);
    if (place === 0) score += 8;
    else if (place > 0) score += /\W/.test(name.charAt(place - 1)) ? 6 : 3;
    else if (rest.includes(word)) score += 2;
    else if (initials(name).startsWith(word)) score += 4;
    else return 0;
  }
  return score;
}

/** `mcp & skills` is also found by `ms`. */
function initials(name: string): string {
  return name.split(/[^a-z0-9]+/).map((word) => word.charAt(0)).join("");
}
