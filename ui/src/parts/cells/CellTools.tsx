// + and − on every cell of the table inside: one pair of buttons that goes to the cell that
// is pointed at, or that the arrow keys are on, instead of two in each of a thousand cells.

import { Minus, Plus } from "lucide-react";
import { type PointerEvent, type ReactNode, useRef, useState } from "react";
import { useKeys } from "../../state/keys";
import { termWord } from "./cell";
import { useWhere } from "./useWhere";
import "./cells.css";

interface CellToolsProps {
  /** Whether left and right go from cell to cell; a tree has its own use for them. */
  arrows?: boolean;
  className?: string;
  children: ReactNode;
}

interface At {
  field: string;
  value: string;
  top: number;
  right: number;
  height: number;
  byKey: boolean;
}

export function CellTools({ arrows = true, className, children }: CellToolsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<At>();
  const { add } = useWhere();
  const go = (element: Element | null, byKey: boolean) => setAt(element instanceof HTMLElement && box.current ? placeOf(element, box.current, byKey) : undefined);
  const choose = (not: boolean) => {
    if (at) {
      add({ field: at.field, value: at.value, not });
      setAt(undefined);
    } else {
      go(cellsOfRow()[0] ?? null, true);
    }
  };
  const move = (step: number) => {
    const cells = cellsOfRow();
    const now = at ? cells.findIndex((cell) => cell.dataset["field"] === at.field) : -1;
    go(cells[now < 0 ? (step > 0 ? 0 : cells.length - 1) : Math.min(cells.length - 1, Math.max(0, now + step))] ?? null, true);
  };
  useKeys({
    ".": () => choose(false),
    ",": () => choose(true),
    ...(arrows && { ArrowRight: () => move(1), ArrowLeft: () => move(-1) }),
  });
  const point = (event: PointerEvent) => {
    if (event.pointerType !== "mouse" || !(event.target instanceof Element) || event.target.closest(".cell-tools")) return;
    const cell = cellUnder(event.clientX, event.clientY);
    if (!cell) {
      if (at && !at.byKey) setAt(undefined);
      return;
    }
    const next = box.current && placeOf(cell, box.current, false);
    if (next && (!at || at.byKey || next.top !== at.top || next.right !== at.right)) setAt(next);
  };
  return (
    <div
      ref={box}
      className={`cells ${className ?? ""}`}
      onPointerMove={point}
      onPointerLeave={() => setAt(undefined)}
      onFocus={(event) => event.target.closest(".cell-tools") === null && setAt(undefined)}
      onScrollCapture={() => setAt(undefined)}
    >
      {children}
      {at && (
        <span className="cell-tools" data-key={at.byKey ? "" : undefined} style={{ top: at.top, right: at.right, height: at.height }}>
          {/* Not in the order of Tab: there `.` and `,` do the same. */}
          <button type="button" tabIndex={-1} onClick={() => choose(false)} aria-label={`Only ${termWord({ ...at, not: false })}`} title={`Only ${termWord({ ...at, not: false })} (.)`}><Plus aria-hidden /></button>
          <button type="button" tabIndex={-1} onClick={() => choose(true)} aria-label={`Without ${termWord({ ...at, not: false })}`} title={`Without ${termWord({ ...at, not: false })} (,)`}><Minus aria-hidden /></button>
        </span>
      )}
      <span className="hidden" role="status">{at?.byKey && `${termWord({ ...at, not: false })}. Full stop: only this. Comma: without this.`}</span>
    </div>
  );
}

/** The cell at a point: a row's link lies over all of its row, so what is pointed at first tells nothing. */
function cellUnder(x: number, y: number): HTMLElement | undefined {
  return document
    .elementsFromPoint(x, y)
    .filter((element): element is HTMLElement => element instanceof HTMLElement && element.dataset["field"] !== undefined)
    .find((element) => {
      const { left, right } = element.getBoundingClientRect();
      return left <= x && x <= right;
    });
}

/** The cells of the row that has the focus. */
function cellsOfRow(): HTMLElement[] {
  const row = document.activeElement?.closest("tr, li");
  return row ? [...row.querySelectorAll<HTMLElement>("[data-field]")].filter((cell) => cell.offsetParent !== null) : [];
}

function placeOf(cell: HTMLElement, box: HTMLElement, byKey: boolean): At | undefined {
  const { field, value } = cell.dataset;
  if (field === undefined || value === undefined) return undefined;
  const inner = cell.getBoundingClientRect();
  const outer = box.getBoundingClientRect();
  return { field, value, byKey, top: inner.top - outer.top, right: outer.right - inner.right, height: inner.height };
}
