// A choice that is kept on this machine and is no part of a view: the theme, the density,
// how times are said. Where storage is switched off it lasts as long as the page.

import { useSyncExternalStore } from "react";

export interface Kept<Value extends string> {
  readonly values: readonly Value[];
  get: () => Value;
  set: (value: Value) => void;
  /** Goes to the value after this one, round and round. */
  next: () => void;
  use: () => Value;
}

/** The first value is the one of somebody who never chose; `apply` is called with each. */
export function kept<Value extends string>(
  name: string,
  values: readonly [Value, ...Value[]],
  apply: (value: Value) => void = () => undefined,
): Kept<Value> {
  const listeners = new Set<() => void>();
  const read = (): Value => {
    const text = readText(name);
    return values.find((value) => value === text) ?? values[0];
  };
  let value = read();
  apply(value);
  const set = (chosen: Value) => {
    value = chosen;
    writeText(name, chosen === values[0] ? undefined : chosen);
    apply(chosen);
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    values,
    get: () => value,
    set,
    next: () => set(values[(values.indexOf(value) + 1) % values.length] ?? values[0]),
    use: () => useSyncExternalStore(subscribe, () => value),
  };
}

/** What is kept under a name; nothing where storage is switched off. */
export function readText(name: string): string | undefined {
  try {
    return localStorage.getItem(`ringfence.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text, or forgets what was kept; says whether that could be done. */
export function writeText(name: string, text: string | undefined): boolean {
  try {
    if (text === undefined) localStorage.removeItem(`ringfence.${name}`);
    else localStorage.setItem(`ringfence.${name}`, text);
    return true;
  } catch {
    return false;
  }
}
