// A session's rows: the stored ones from the beginning, and each new one as it comes.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { sessionEventsQuery } from "../../api/queries";
import { rows as live, subscribe } from "../../live/feed";

/** Rows that are read without being asked for; a session may have far more. */
const AT_ONCE = 5000;

export function useSessionRows(session: string) {
  const query = useInfiniteQuery(sessionEventsQuery(session));
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const lastPage = pages?.at(-1);
  // A page that names a next one was full: the record goes on.
  const goesOn = lastPage !== undefined && lastPage.next !== null;
  const { fetchNextPage, isFetching, isError } = query;

  useEffect(() => {
    if (goesOn && rows.length < AT_ONCE && !isFetching && !isError) void fetchNextPage();
  }, [goesOn, rows.length, isFetching, isError, fetchNextPage]);

  const waits = goesOn || isFetching || lastPage === undefined;
  const last = rows.at(-1)?.seq ?? 0;
  useEffect(() => {
    if (waits) return;
    let seen = 0;
    const look = () => {
      let news = false;
      for (let place = Math.max(seen, live.start); place < live.end; place += 1) {
        const row = live.at(place);
        if (row?.session === session && row.seq > last) news = true;
      }
      seen = live.end;
      if (news) void fetchNextPage();
    };
    look();
    return subscribe(look);
  }, [waits, last, session, fetchNextPage]);

  return { query, rows, goesOn };
}

export type SessionRows = ReturnType<typeof useSessionRows>;
