// One short sentence about what was just done, said once and then gone; it may hold the way back.
//
// **Invariant:** the way back outlives the sentence: nobody has to be quick (WCAG 2.2.1).

import { useSyncExternalStore } from "react";

const SHOWN_FOR = 4000;
/** With a way back it stays longer. */
const UNDO_FOR = 10_000;

export interface Said {
  text: string;
  undo?: () => void;
}

const listeners = new Set<() => void>();
let said: Said | undefined;
/** How the last thing that can be taken back is. */
let wayBack: (() => void) | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

function change(next: Said | undefined): void {
  said = next;
  for (const listener of listeners) listener();
}

/** `undo` takes back what was done. */
export function say(text: string, undo?: () => void): void {
  clearTimeout(timer);
  if (undo) wayBack = undo;
  change(undo ? { text, undo } : { text });
  timer = setTimeout(() => change(undefined), undo ? UNDO_FOR : SHOWN_FOR);
}

/** Takes back what was said last; says whether there was something. */
export function takeBack(): boolean {
  const undo = wayBack;
  if (!undo) return false;
  wayBack = undefined;
  clearTimeout(timer);
  change(undefined);
  undo();
  return true;
}

export function useSaid(): Said | undefined {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => said);
}
