// Keyboard shortcuts: which keys mean what, and when they mean nothing.
//
// Pages register what they can do; the last one to register wins. Single letters can be
// switched off (WCAG 2.1.4), and never act while somebody types.

import { useEffect, useRef } from "react";
import type { KeyName } from "./keymap";
import { singleKeys } from "./preferences";

export type Bindings = Partial<Record<KeyName, () => void>>;

/** What of a key press matters here. */
export interface Press {
  key: string;
  /** With Ctrl, Alt or ⌘. */
  modified: boolean;
  /** With Ctrl or ⌘ alone. */
  command: boolean;
  typing: boolean;
  /** What has the focus: it has its own use for Enter, and all but links for Space. */
  on: "link" | "button" | "page";
}

/** How long `g` waits for the second key, in milliseconds: nobody has to be quick. */
const CHORD_TIME = 5000;

/** Finds the binding for a press; `pending` is `g` after a `g`. */
export function resolve(press: Press, pending: string): { name?: string; pending: string } {
  if (press.command && press.key.toLowerCase() === "k") return { name: "Mod+k", pending: "" };
  if (press.modified) return { pending: "" };
  if (press.key === "Escape") return { name: "Escape", pending: "" };
  if (press.typing) return { pending: "" };
  if (press.key === "Enter" && press.on !== "page") return { pending: "" };
  if (press.key === " " && press.on === "button") return { pending: "" };
  if (pending !== "") return { name: `${pending} ${press.key}`, pending: "" };
  if (press.key === "g") return { pending: "g" };
  return { name: press.key === " " ? "Space" : press.key, pending: "" };
}

/** What works also where single keys are switched off. */
const ALWAYS = new Set(["Escape", "Mod+k", "Enter", "ArrowLeft", "ArrowRight"]);

const stack: { current: Bindings }[] = [];
let pending = "";
/** The key that is down and meant something here. */
let taken: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const target = event.target instanceof HTMLElement ? event.target : undefined;
  const press: Press = {
    key: event.key,
    modified: event.ctrlKey || event.metaKey || event.altKey,
    command: (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey,
    typing: target?.matches("input:not([type=checkbox]), textarea, select, [contenteditable]") ?? false,
    // A row of a list is opened with Enter, whatever element it is: Space is the page's.
    on: target?.matches("a, [data-row]") ? "link" : target?.matches("button, summary, input") ? "button" : "page",
  };
  // The open dialog closes itself, and nothing behind it is to move.
  if (document.querySelector("dialog:modal")) return;
  const result = resolve(press, pending);
  pending = result.pending;
  clearTimeout(timer);
  if (pending !== "") timer = setTimeout(() => (pending = ""), CHORD_TIME);
  const name = result.name;
  if (name === undefined || (singleKeys.get() === "off" && !ALWAYS.has(name))) return;
  const owner = stack.findLast((bindings) => (bindings.current as Record<string, unknown>)[name] !== undefined);
  if (!owner) return;
  event.preventDefault();
  taken = event.key;
  owner.current[name as KeyName]?.();
}

/** Some browsers press a button when Space is let go, also where its going down meant something here. */
function onKeyUp(event: KeyboardEvent): void {
  if (event.key === taken) event.preventDefault();
  taken = undefined;
}

export function listenForKeys(): void {
  addEventListener("keydown", onKeyDown);
  addEventListener("keyup", onKeyUp);
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
