// The rows, in a scroll area of their own: only those that can be seen exist in the page.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef } from "react";
import { useFact } from "../../live/feed";
import { Empty } from "../../parts/Empty";
import { Waiting } from "../../parts/Loaded";
import { NothingHeard } from "../../parts/NothingHeard";
import { focusRow } from "../../state/cursor";
import { useKeys } from "../../state/keys";
import type { LiveSearch } from "../../state/search";
import { LiveRow } from "./LiveRow";
import { PausedPill } from "./PausedPill";
import { useRowHeight } from "./useRowHeight";
import type { Live } from "./useLive";

interface LiveListProps {
  live: Live;
  search: LiveSearch;
  paused: boolean;
  set: (part: Partial<LiveSearch>) => void;
  onPause: () => void;
  onResume: () => void;
}

export function LiveList({ live, search, paused, set, onPause, onResume }: LiveListProps) {
  const { view, fresh } = live;
  const box = useRef<HTMLDivElement>(null);
  const height = useRowHeight();
  const virtual = useVirtualizer({
    count: view.length,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 6,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  useMove(live, search.row, virtual, paused, set);
  const note = useCallback((row: string) => set({ row, paused: true }), [set]);
  const open = useCallback((id: string) => set({ open: id }), [set]);
  const resume = () => {
    box.current?.scrollTo({ top: 0 });
    onResume();
  };
  // Who scrolls down is reading: rows must not move away under the eyes.
  const scrolled = () => {
    if (!paused && (box.current?.scrollTop ?? 0) > height) onPause();
  };
  return (
    <section className="panel live-list" aria-label="Events, newest first">
      {paused && <PausedPill fresh={fresh} onResume={resume} />}
      <div className="live-head" aria-hidden>
        <span>Time</span><span>Agent</span><span>What</span><span>Details</span><span>Verdict</span>
      </div>
      {view.length === 0 ? <Nothing search={search} set={set} /> : (
        // A box that scrolls must be reachable by keyboard.
        <div ref={box} className="live-scroll" onScroll={scrolled} tabIndex={0} role="region" aria-label="Events">
          <ol style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const entry = view.at(item.index);
              return entry && (
                <LiveRow
                  key={item.index}
                  entry={entry}
                  place={item.index + 1}
                  of={view.length}
                  top={item.start}
                  selected={entry.row.id === search.row || entry.row.id === search.open}
                  onOpen={open}
                  onRow={note}
                />
              );
            })}
          </ol>
        </div>
      )}
    </section>
  );
}

/** j and k: the list is paused, and the next row is brought into view and focused. */
function useMove(
  live: Live,
  row: string | undefined,
  virtual: { scrollToIndex: (index: number) => void },
  paused: boolean,
  set: LiveListProps["set"],
): void {
  const latest = useRef(row);
  useEffect(() => {
    latest.current = row;
  }, [row]);
  const move = (step: number) => {
    const place = latest.current === undefined ? -1 : live.view.indexOf(latest.current);
    const next = place < 0 ? 0 : Math.min(live.view.length - 1, Math.max(0, place + step));
    const id = live.view.at(next)?.row.id;
    if (id === undefined) return;
    latest.current = id;
    if (!paused) set({ row: id, paused: true });
    virtual.scrollToIndex(next);
    // The row exists only after the list was drawn at its new place.
    requestAnimationFrame(() => focusRow(id));
  };
  useKeys({ j: () => move(1), k: () => move(-1) });
}

function Nothing({ search, set }: Pick<LiveListProps, "search" | "set">) {
  const line = useFact("line");
  const complaint = useFact("complaint");
  const narrowed = search.agent ?? search.kind ?? search.verdict ?? search.text;
  const clear = () => set({ agent: undefined, kind: undefined, verdict: undefined, text: undefined });
  if (narrowed !== undefined) {
    return (
      <Empty title="No event on this page fits the filters." action={<button type="button" className="button" onClick={clear}>Clear the filters</button>}>
        New ones that fit show up here at once. Older ones are found on the command line with <code>ringfence events</code>.
      </Empty>
    );
  }
  if (line !== "open" && complaint !== undefined) return <Empty title="Events could not be read." command="ringfence status">{complaint} It is tried again by itself.</Empty>;
  return line === "open" ? <NothingHeard /> : <Waiting lines={12} />;
}
