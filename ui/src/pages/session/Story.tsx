// The story itself, in a scroll area of its own: a session may have thousands of lines, and
// only those that can be seen exist in the page.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef } from "react";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { focusRow } from "../../state/cursor";
import { useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";
import type { SessionSearch } from "../../state/search";
import { StoryItem } from "./StoryItem";
import { type Item, holds, rowOf } from "./timeline";
import type { SessionRows } from "./useSessionRows";

interface StoryProps {
  events: SessionRows;
  items: Item[];
  search: SessionSearch;
  /** Where the session works. */
  cwd: string | null;
  set: (part: Partial<SessionSearch>) => void;
}

export function Story({ events, items, search, cwd, set }: StoryProps) {
  const { query } = events;
  return (
    <Panel title="What happened" className="story">
      <Loaded query={query} lines={12}>
        {() =>
          items.length === 0 ? (
            <Empty title="Nothing in this session fits the filters." action={<button type="button" className="button" onClick={() => set({ text: undefined, verdict: undefined, effects: undefined })}>Clear the filters</button>} />
          ) : (
            <Lines items={items} search={search} cwd={cwd} set={set} />
          )
        }
      </Loaded>
      {events.goesOn && (
        <p className="more">
          <button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? "Loading" : "Load later events"}
          </button>
        </p>
      )}
    </Panel>
  );
}

const LINE = 34;
const PROMPT = 78;
const PAIR = 130;

function heightOf(item: Item | undefined): number {
  if (item?.type === "prompt") return PROMPT;
  return item?.line.effects ? PAIR : LINE;
}

function Lines({ items, search, cwd, set }: Omit<StoryProps, "events">) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => heightOf(items[index]),
    getItemKey: (index) => {
      const item = items[index];
      return item ? rowOf(item).id : index;
    },
    overscan: 8,
  });
  const reach = useCallback(
    (index: number, id: string) => {
      virtual.scrollToIndex(index, { align: "center" });
      // The row exists only after the list was drawn at its new place.
      requestAnimationFrame(() => requestAnimationFrame(() => focusRow(id)));
    },
    [virtual],
  );
  useSelected(items, search.row, reach, set);
  const { entity, show } = useOpen();
  const open = entity?.kind === "event" ? entity.id : undefined;
  return (
    // A box that scrolls must be reachable by keyboard.
    <div ref={box} className="story-scroll" tabIndex={0} role="region" aria-label="What happened">
    <ol className="story-lines" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map((place) => {
        const item = items[place.index];
        return item && (
          <li
            key={place.key}
            ref={virtual.measureElement}
            data-index={place.index}
            aria-posinset={place.index + 1}
            aria-setsize={items.length}
            style={{ transform: `translateY(${place.start}px)` }}
          >
            <StoryItem item={item} selected={rowOf(item).id === search.row} open={open} cwd={cwd} onOpen={(id) => show({ kind: "event", id })} />
          </li>
        );
      })}
    </ol>
    </div>
  );
}

/** Brings the row of the address into view, and moves it with j and k. */
function useSelected(items: Item[], row: string | undefined, reach: (index: number, id: string) => void, set: StoryProps["set"]): void {
  const reached = useRef<string>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const indexOf = (id: string | undefined) => items.findIndex((item) => holds(item, id));
  const place = indexOf(row);
  useEffect(() => {
    const item = items[place];
    if (row === undefined || item === undefined || reached.current === row) return;
    reached.current = row;
    reach(place, rowOf(item).id);
  }, [row, place, items, reach]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const move = (step: number) => {
    const now = indexOf(reached.current);
    const index = now < 0 ? 0 : Math.min(items.length - 1, Math.max(0, now + step));
    const item = items[index];
    if (!item) return;
    const { id } = rowOf(item);
    reached.current = id;
    reach(index, id);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => set({ row: id }), 150);
  };
  useKeys({ j: () => move(1), k: () => move(-1) });
}
