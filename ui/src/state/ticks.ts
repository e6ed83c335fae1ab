// What somebody has ticked off of a list, kept in this browser: of the latest few lists only.

import { useMemo, useSyncExternalStore } from "react";
import { readText, writeText } from "./kept";

const NAME = "ticks";
export const MOST_LISTS = 50;

/** The list's id and what is done of it, the latest first. */
export type Ticks = readonly (readonly [list: string, done: readonly string[]])[];

/** Reads what was kept; what is none of ours is left out. */
export function parseTicks(text: string | undefined): Ticks {
  try {
    const raw: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(raw) ? raw.filter(isEntry).slice(0, MOST_LISTS) : [];
  } catch {
    return [];
  }
}

function isEntry(raw: unknown): raw is [string, string[]] {
  return Array.isArray(raw) && typeof raw[0] === "string" && Array.isArray(raw[1]) && raw[1].every((one) => typeof one === "string");
}

export function ticked(ticks: Ticks, list: string, item: string, on: boolean): Ticks {
  const old = ticks.find(([name]) => name === list)?.[1] ?? [];
  const done = on ? [...old.filter((one) => one !== item), item] : old.filter((one) => one !== item);
  const others = ticks.filter(([name]) => name !== list);
  return (done.length === 0 ? others : [[list, done] as const, ...others]).slice(0, MOST_LISTS);
}

const listeners = new Set<() => void>();
let kept = parseTicks(readText(NAME));

export function tick(list: string, item: string, on: boolean): void {
  kept = ticked(kept, list, item, on);
  writeText(NAME, kept.length === 0 ? undefined : JSON.stringify(kept));
  for (const listener of listeners) listener();
}

export function useTicks(list: string): ReadonlySet<string> {
  const all = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => kept);
  return useMemo(() => new Set(all.find(([name]) => name === list)?.[1]), [all, list]);
}
