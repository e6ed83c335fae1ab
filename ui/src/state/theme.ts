// Dark, light, or as the system says. Kept on this machine: it is no part of a view.

import { useSyncExternalStore } from "react";

export type Theme = "auto" | "dark" | "light";
const THEMES: Theme[] = ["auto", "dark", "light"];
const NAME = "ringfence.theme";

const listeners = new Set<() => void>();
let theme: Theme = stored();

function stored(): Theme {
  try {
    const kept = localStorage.getItem(NAME);
    return THEMES.find((one) => one === kept) ?? "auto";
  } catch {
    return "auto";
  }
}

export function applyTheme(): void {
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function nextTheme(): void {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
  try {
    localStorage.setItem(NAME, theme);
  } catch {
    // Storage may be switched off: then the choice lasts as long as the page.
  }
  applyTheme();
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => theme);
}
