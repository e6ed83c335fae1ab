// One clock for everything that says "ago": it ticks once for all, and only while looked at.

import { useSyncExternalStore } from "react";

const TICK = 1000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const one of listeners) one();
  }, TICK);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time, to `step` milliseconds: a component is drawn anew only when the step changes. */
export function useNow(step: number): number {
  return useSyncExternalStore(subscribe, () => {
    if (timer === undefined) now = Math.max(now, Date.now());
    return Math.floor(now / step) * step;
  });
}
