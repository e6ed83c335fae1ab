// By what sessions can be narrowed, in words.

import { type Narrower, dollars } from "../../state/search";

export const NARROWER_WORDS: Record<Narrower, { choice: string; word: string; example: string }> = {
  file: { choice: "Touched file", word: "touched", example: ".env" },
  host: { choice: "Talked to host", word: "talked to", example: "paste.rs" },
  process: { choice: "Ran program", word: "ran", example: "terraform" },
  project: { choice: "In directory", word: "in", example: "/home/you/project" },
  model: { choice: "Used model", word: "used", example: "opus" },
  cost: { choice: "Cost at least, in $", word: "cost at least $", example: "1.50" },
};

/** What is asked for; nothing while it can't be. */
export function narrowed(by: Narrower, text: string): string | undefined {
  const value = text.trim();
  if (by === "cost") return dollars(value) === undefined ? undefined : value;
  if (by === "project" && !value.startsWith("/")) return undefined;
  return value === "" ? undefined : value;
}

/** `touched .env`, `cost at least $1.50` */
export function wordOf(by: Narrower, value: string): string {
  const { word } = NARROWER_WORDS[by];
  return word.endsWith("$") ? word + value : `${word} ${value}`;
}
