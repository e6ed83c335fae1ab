// A sentence of the daemon: what stands between backquotes is code.

export function Prose({ text }: { text: string }) {
  return text.split("`").map((part, place) =>
    // Every second part stood between two backquotes; parts never change places.
    place % 2 === 1 ? <code key={place}>{part}</code> : <span key={place}>{part}</span>,
  );
}

/** The commands inside of such a sentence. */
export function commandsIn(text: string): string[] {
  return text.split("`").filter((part, place) => place % 2 === 1 && part.includes(" "));
}
