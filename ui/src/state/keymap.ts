// Every key that does something, once. Bindings can only be made for these names, and the
// help is drawn from the same table: what it says is what there is.

import { PAGES } from "./pages";

type PageKey = `g ${(typeof PAGES)[number]["key"]}`;

const OTHERS = [
  { name: "Mod+k", does: "Search or jump: pages, sessions, incidents, alerts, actions", group: "Everywhere" },
  { name: "?", does: "This page", group: "Everywhere" },
  { name: "/", does: "Filter by text", group: "Everywhere" },
  { name: "Escape", does: "Close what is open, or go back", group: "Everywhere" },
  { name: "c", does: "Copy the view as a `ringfence` command", group: "Everywhere" },
  { name: "w", does: "Saved views", group: "Everywhere" },
  { name: "d", does: "Next density of rows", group: "Everywhere" },
  { name: "t", does: "Next theme: auto, dark, light", group: "Everywhere" },
  { name: "z", does: "Times in your zone, or in UTC", group: "Everywhere" },
  { name: "u", does: "Take back what was just decided", group: "Everywhere" },
  { name: "j", does: "Next row", group: "Lists" },
  { name: "k", does: "Row before", group: "Lists" },
  { name: "Enter", does: "Open the row", group: "Lists" },
  { name: "v", does: "Look at the row beside the list", group: "Lists" },
  { name: "o", does: "From beside the list to the full page", group: "Lists" },
  { name: "ArrowRight", does: "Next cell of the row; in a tree: unfold; in a replay or an incident: next step", group: "Lists" },
  { name: "ArrowLeft", does: "Cell before; in a tree: fold; in a replay or an incident: step before", group: "Lists" },
  { name: ".", does: "Only rows like this cell", group: "Lists" },
  { name: ",", does: "Without rows like this cell", group: "Lists" },
  { name: "]", does: "Next turn, incident or alert", group: "Lists" },
  { name: "[", does: "Turn, incident or alert before", group: "Lists" },
  { name: "e", does: "Resolve the incident", group: "Lists" },
  { name: "s", does: "Snooze it until it changes", group: "Lists" },
  { name: "f", does: "It is not a threat", group: "Lists" },
  { name: "a", does: "Take it: somebody looks", group: "Lists" },
  { name: "x", does: "Choose several incidents", group: "Lists" },
  { name: "Space", does: "Pause the live list; play a replay", group: "Lists" },
] as const;

export type KeyName = (typeof OTHERS)[number]["name"] | PageKey;

export interface KeyEntry {
  name: KeyName;
  /** What stands on the keys, one after the other. */
  keys: string[];
  does: string;
  group: "Everywhere" | "Lists" | "Go to";
}

const CAPS: Record<string, string> = { Escape: "Esc", ArrowRight: "→", ArrowLeft: "←" };

/** `⌘` where that key is, else `Ctrl`. */
export function commandKey(): string {
  return typeof navigator !== "undefined" && /Mac|iP(hone|ad|od)/.test(navigator.userAgent) ? "⌘" : "Ctrl";
}

function caps(name: string): string[] {
  if (name === "Mod+k") return [commandKey(), "K"];
  return name.split(" ").map((key) => CAPS[key] ?? key);
}

export const KEYMAP: readonly KeyEntry[] = [
  ...OTHERS.map(({ name, does, group }) => ({ name, does, group, keys: caps(name) })),
  ...PAGES.map((page) => ({ name: `g ${page.key}` as const, does: page.word, group: "Go to" as const, keys: ["g", page.key] })),
];
