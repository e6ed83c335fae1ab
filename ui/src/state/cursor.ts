// j and k over the rows of a list. The row is real focus, so Enter opens it as any link,
// and screen readers follow; its id goes to the URL.

import { useCallback, useEffect, useRef } from "react";
import { useKeys } from "./keys";

interface Cursor {
  ids: readonly string[];
  row: string | undefined;
  setRow: (row: string) => void;
}

/** Returns the function that a row's link calls when it gets focus. */
export function useCursor({ ids, row, setRow }: Cursor): (id: string) => void {
  const latest = useRef(row);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = row;
  }, [row]);
  useEffect(() => () => clearTimeout(timer.current), []);

  // A held key moves thirty rows a second: the address needs only the last one.
  const note = useCallback(
    (id: string) => {
      if (latest.current === id) return;
      latest.current = id;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setRow(id), 150);
    },
    [setRow],
  );

  const move = (step: number) => {
    const place = latest.current === undefined ? -1 : ids.indexOf(latest.current);
    const next = place < 0 ? (step > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, place + step));
    const id = ids[next];
    if (id === undefined) return;
    note(id);
    focusRow(id);
  };
  useKeys({ j: () => move(1), k: () => move(-1) });
  return note;
}

export function focusRow(id: string): void {
  const link = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: "nearest" });
}

/** The row that has the focus: known at once, while the address follows a held key later. */
export function focusedRow(): string | undefined {
  return document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset["row"];
}
