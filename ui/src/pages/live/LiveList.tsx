// The rows, in a scroll area of their own: only those that can be seen exist in the page.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef } from "react";
import { useFact } from "../../live/feed";
import { Empty } from "../../parts/Empty";
import { Waiting } from "../../parts/Loaded";
import { NothingHeard } from "../../parts/NothingHeard";
import { CellTools } from "../../parts/cells/CellTools";
import { focusRow } from "../../state/cursor";
import { useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";
import type { LiveSearch, RootSearch } from "../../state/search";
import { LiveRow } from "./LiveRow";
import { PausedPill } from "./PausedPill";
import { useRowHeight } from "./useRowHeight";
import type { Live, Older } from "./useLive";

interface LiveListProps {
  live: Live;
  search: LiveSearch & RootSearch;
  paused: boolean;
  /** The project of each session that is known. */
  projects: ReadonlyMap<string, string>;
  set: (part: Partial<LiveSearch & RootSearch>) => void;
  onPause: () => void;
  onResume: () => void;
}

export function LiveList({ live, search, paused, projects, set, onPause, onResume }: LiveListProps) {
  const { view, fresh, older } = live;
  const box = useRef<HTMLDivElement>(null);
  const height = useRowHeight();
  const virtual = useVirtualizer({
    // The last line is what looks further back.
    count: view.length + (older.more ? 1 : 0),
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 6,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  useMove(live, search.row, virtual, paused, set);
  const note = useCallback((row: string) => set({ row, paused: true }), [set]);
  const { show } = useOpen();
  const open = useCallback((id: string) => show({ kind: "event", id }), [show]);
  const resume = () => {
    box.current?.scrollTo({ top: 0 });
    onResume();
  };
  // Who scrolls down is reading: rows must not move away under the eyes.
  const scrolled = () => {
    if (!paused && !live.past && (box.current?.scrollTop ?? 0) > height) onPause();
  };
  return (
    <section className="panel live-list" aria-label="Events, newest first">
      {paused && !live.past && <PausedPill fresh={fresh} onResume={resume} />}
      <div className="live-head" aria-hidden>
        <span>Time</span><span>Agent</span><span>What</span><span>Details</span><span>Verdict</span>
      </div>
      {view.length === 0 && !older.loading ? <Nothing search={search} set={set} older={older} /> : (
        <CellTools className="live-cells">
        {/* A box that scrolls must be reachable by keyboard. */}
        <div ref={box} className="live-scroll" onScroll={scrolled} tabIndex={0} role="region" aria-label="Events">
          <ol style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const entry = view.at(item.index);
              if (!entry) return <Further key="older" older={older} top={item.start} />;
              return (
                <LiveRow
                  key={item.index}
                  entry={entry}
                  place={item.index + 1}
                  of={view.length}
                  top={item.start}
                  selected={entry.row.id === search.row || entry.row.id === search.open}
                  project={entry.row.session === null ? undefined : projects.get(entry.row.session)}
                  onOpen={open}
                  onRow={note}
                />
              );
            })}
          </ol>
        </div>
        </CellTools>
      )}
    </section>
  );
}

/** The end of the list: the record goes further back. */
function Further({ older, top }: { older: Older; top: number }) {
  return (
    <li className="live-row further" style={{ transform: `translateY(${top}px)` }}>
      <button type="button" className="quiet-button" disabled={older.loading} onClick={older.load}>
        {older.loading ? "Reading the record" : "Look further back in the record"}
      </button>
      {older.error && <span className="medium">{older.error.message}</span>}
    </li>
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

function Nothing({ search, set, older }: Pick<LiveListProps, "search" | "set"> & { older: Older }) {
  const line = useFact("line");
  const complaint = useFact("complaint");
  const narrowed = search.agent ?? search.kind ?? search.verdict ?? search.text ?? search.where ?? search.from;
  const clear = () => set({ agent: undefined, kind: undefined, verdict: undefined, text: undefined, where: undefined, from: undefined, to: undefined });
  if (narrowed !== undefined) {
    return (
      <Empty title="No event fits the filters." action={<button type="button" className="button" onClick={clear}>Clear the filters</button>}>
        {older.error ? older.error.message : older.more ? "New ones that fit show up here at once." : "Neither in what came while this page was open, nor in the record. New ones that fit show up here at once."}
      </Empty>
    );
  }
  if (line !== "open" && complaint !== undefined) return <Empty title="Events could not be read." command="ringfence status">{complaint} It is tried again by itself.</Empty>;
  return line === "open" ? <NothingHeard /> : <Waiting lines={12} />;
}
