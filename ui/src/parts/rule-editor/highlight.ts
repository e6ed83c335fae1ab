// What the words of a YAML line are, for their colour. Enough for rules; nothing depends on it.

export type Sort = "key" | "text" | "number" | "mark" | "comment" | "plain";

export interface Token {
  sort: Sort;
  text: string;
}

/** Cuts a line into tokens; all of it, in order. */
export function tokens(line: string): Token[] {
  const found: Token[] = [];
  let rest = line;
  const take = (sort: Sort, length: number) => {
    if (length === 0) return;
    found.push({ sort, text: rest.slice(0, length) });
    rest = rest.slice(length);
  };
  if (/^---\s*$/.test(rest)) return [{ sort: "mark", text: rest }];
  take("plain", /^\s*/.exec(rest)?.[0].length ?? 0);
  take("mark", /^(?:- +)+/.exec(rest)?.[0].length ?? 0);
  const key = /^[\w.|"' -]+?(?=:(?:\s|$))/.exec(rest)?.[0];
  if (key !== undefined) {
    take("key", key.length);
    take("mark", 1);
  }
  while (rest !== "") {
    const next = NEXT.find(([pattern]) => pattern.test(rest));
    const length = next?.[0].exec(rest)?.[0].length ?? 1;
    take(next?.[1] ?? "plain", length);
  }
  return found;
}

/** The first that fits at the beginning is it; the last one always fits. */
const NEXT: readonly (readonly [RegExp, Sort])[] = [
  [/^\s+#.*$/, "comment"],
  [/^#.*$/, "comment"],
  [/^\s+/, "plain"],
  [/^'(?:[^']|'')*'?/, "text"],
  [/^"(?:[^"\\]|\\.)*"?/, "text"],
  [/^[[\]{},]/, "mark"],
  [/^(?:\d[\d.]*|true|false|null)(?=[\s,\]}]|$)/, "number"],
  [/^[^\s,[\]{}]+/, "text"],
  [/^./s, "plain"],
];
