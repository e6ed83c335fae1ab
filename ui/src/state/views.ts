// Views that somebody saved under a name: addresses of this dashboard, kept on this machine.
//
// **Invariant:** a saved view leads to a page of ours and nowhere else.

import { useSyncExternalStore } from "react";
import { readText, writeText } from "./kept";

export interface SavedView {
  name: string;
  /** Path and search. */
  path: string;
}

const NAME = "views";
export const MOST_VIEWS = 50;
export const LONGEST_NAME = 60;

/** Reads what was kept; what is no view is left out. */
export function parseViews(text: string | undefined): SavedView[] {
  let raw: unknown;
  try {
    raw = JSON.parse(text ?? "[]");
  } catch {
    return [];
  }
  return Array.isArray(raw) ? raw.map(viewOf).filter((view) => view !== undefined).slice(0, MOST_VIEWS) : [];
}

function viewOf(raw: unknown): SavedView | undefined {
  if (typeof raw !== "object" || raw === null || !("name" in raw) || !("path" in raw)) return undefined;
  const { name, path } = raw;
  if (typeof name !== "string" || typeof path !== "string" || !/^\/(?![/\\])/.test(path)) return undefined;
  const short = name.trim().slice(0, LONGEST_NAME);
  return short === "" ? undefined : { name: short, path: path.slice(0, 4000) };
}

/** The latest first; a name stands for one view. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  const fresh = viewOf(view);
  return fresh ? [fresh, ...views.filter((old) => old.name !== fresh.name)].slice(0, MOST_VIEWS) : [...views];
}

const listeners = new Set<() => void>();
let views = parseViews(readText(NAME));

function keep(next: SavedView[]): void {
  views = next;
  writeText(NAME, next.length === 0 ? undefined : JSON.stringify(next));
  for (const listener of listeners) listener();
}

export function saveView(view: SavedView): void {
  keep(withView(views, view));
}

export function dropView(name: string): void {
  keep(views.filter((view) => view.name !== name));
}

export function useViews(): readonly SavedView[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => views);
}
