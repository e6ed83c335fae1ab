// Keyboard shortcuts: which keys mean what, and when they mean nothing.
//
// Pages register what they can do; the last one to register wins. Single letters can be
// switched off (WCAG 2.1.4), and never act while somebody types.

import { useEffect, useRef, useSyncExternalStore } from "react";

export type Bindings = Record<string, () => void>;

/** What of a key press matters here. */
export interface Press {
  key: string;
  modified: boolean;
  typing: boolean;
  /** What has the focus: it has its own use for Enter, and all but links for Space. */
  on: "link" | "button" | "page";
}

/** How long `g` waits for the second key, in milliseconds. */
const CHORD_TIME = 1200;

/** Finds the binding for a press; `pending` is `g` after a `g`. */
export function resolve(press: Press, pending: string): { name?: string; pending: string } {
  if (press.modified) return { pending: "" };
  if (press.key === "Escape") return { name: "Escape", pending: "" };
  if (press.typing) return { pending: "" };
  if (press.key === "Enter" && press.on !== "page") return { pending: "" };
  if (press.key === " " && press.on === "button") return { pending: "" };
  if (pending !== "") return { name: `${pending} ${press.key}`, pending: "" };
  if (press.key === "g") return { pending: "g" };
  return { name: press.key === " " ? "Space" : press.key, pending: "" };
}

const OFF = "ringfence.keys";
const stack: { current: Bindings }[] = [];
const listeners = new Set<() => void>();
let enabled = readEnabled();
let pending = "";
let timer: ReturnType<typeof setTimeout> | undefined;

function readEnabled(): boolean {
  try {
    return localStorage.getItem(OFF) !== "off";
  } catch {
    return true;
  }
}

export function setKeysEnabled(on: boolean): void {
  enabled = on;
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "off");
  } catch {
    // Storage may be switched off: then the choice lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

export function useKeysEnabled(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => enabled);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const target = event.target instanceof HTMLElement ? event.target : undefined;
  const press: Press = {
    key: event.key,
    modified: event.ctrlKey || event.metaKey || event.altKey,
    typing: target?.matches("input:not([type=checkbox]), textarea, select, [contenteditable]") ?? false,
    on: target?.matches("button, summary, input") ? "button" : target?.matches("a") ? "link" : "page",
  };
  // The open dialog closes itself, and nothing behind it is to move.
  if (document.querySelector("dialog:modal")) return;
  const result = resolve(press, pending);
  pending = result.pending;
  clearTimeout(timer);
  if (pending !== "") timer = setTimeout(() => (pending = ""), CHORD_TIME);
  const name = result.name;
  if (name === undefined || (!enabled && name !== "Escape")) return;
  const owner = stack.findLast((bindings) => name in bindings.current);
  if (!owner) return;
  event.preventDefault();
  owner.current[name]?.();
}

export function listenForKeys(): void {
  addEventListener("keydown", onKeyDown);
}

/** Binds keys for as long as the component is shown. */
export function useKeys(bindings: Bindings): void {
  const current = useRef(bindings);
  useEffect(() => {
    current.current = bindings;
  });
  useEffect(() => {
    stack.push(current);
    return () => {
      stack.splice(stack.indexOf(current), 1);
    };
  }, []);
}
