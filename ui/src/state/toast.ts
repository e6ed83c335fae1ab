// One short sentence about what was just done, said once and then gone.

import { useSyncExternalStore } from "react";

const SHOWN_FOR = 4000;
const listeners = new Set<() => void>();
let said: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

function change(text: string | undefined): void {
  said = text;
  for (const listener of listeners) listener();
}

export function say(text: string): void {
  clearTimeout(timer);
  change(text);
  timer = setTimeout(() => change(undefined), SHOWN_FOR);
}

export function useSaid(): string | undefined {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => said);
}
