// The rows that are shown: those of the stream, and behind them those of the record.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { eventsQuery } from "../../api/queries";
import type { EventRow } from "../../api/types";
import { CAPACITY, rows, useFact } from "../../live/feed";
import { Ring } from "../../live/ring";
import { NO_ROWS, type Rows, View, joined } from "../../live/view";
import { drawn } from "../../state/scope";
import type { LiveSearch, RootSearch } from "../../state/search";
import { parseWhere } from "../../state/where";

export interface Live {
  view: Rows;
  /** Rows that passed the filter since the list was paused. */
  fresh: number;
  /** Set while a stretch of time is looked at, and not what comes. */
  past: boolean;
  older: Older;
}

export interface Older {
  /** Whether the record may hold more. */
  more: boolean;
  loading: boolean;
  error: Error | null;
  load: () => void;
}

/** A list shorter than this looks further back by itself. */
const FEW = 40;
const PAGE = 200;

export function useLive(search: LiveSearch & RootSearch, paused: boolean): Live {
  // Drawn anew with each change of the rows; a view takes in what it has not seen, once.
  useFact("version");
  const { agent, kind, verdict, text, raw, where } = search;
  const past = drawn(search) !== undefined;
  const group = raw !== true;
  const view = useMemo(
    () => new View(rows, { agent, kind, verdict, text, terms: parseWhere(where) }, group),
    [agent, kind, verdict, text, where, group],
  );
  // A paused list that holds nothing yet (a reload) takes in what the page begins with.
  const stands = paused && view.length > 0;
  if (!stands) view.update();
  const { back, older } = useOlder(search, group, past, view.length);
  return { view: joined(past ? NO_ROWS : view, back), fresh: stands && !past ? view.fresh() : 0, past, older };
}

/** What the record holds from before the stream, or of the stretch that is looked at. */
function useOlder(search: LiveSearch & RootSearch, group: boolean, past: boolean, shown: number): { back: Rows; older: Older } {
  const line = useFact("line");
  const { agent, kind, verdict, text, where, from, to } = search;
  const key = JSON.stringify([agent, kind, verdict, text, where]);
  const [wanted, setWanted] = useState<{ key: string; before: number | undefined }>();
  const begins = rows.at(rows.start)?.seq;
  const asksItself = shown < FEW && line === "open" && begins !== undefined;
  // The place from which it goes back is noted once: rows that fall out of the stream later are in the record too.
  if (!past && wanted?.key !== key && asksItself) setWanted({ key, before: begins });
  const enabled = past || wanted?.key === key;
  const query = useInfiniteQuery({
    ...eventsQuery("events", { agent, kind, verdict, text, from, to, before: past ? undefined : wanted?.before }, PAGE),
    enabled,
  });
  const pages = enabled ? query.data?.pages : undefined;
  const back = useMemo(() => {
    if (!pages) return NO_ROWS;
    const ring = new Ring<EventRow>(CAPACITY);
    for (const row of pages.flatMap((page) => page.items).toReversed()) ring.push(row);
    return new View(ring, { terms: parseWhere(where) }, group);
  }, [pages, where, group]);
  const more = enabled ? query.hasNextPage : begins !== undefined && begins > 1;
  const load = () => {
    if (!enabled) setWanted({ key, before: begins });
    else void query.fetchNextPage();
  };
  return { back, older: { more, loading: query.isFetching, error: enabled ? query.error : null, load } };
}
