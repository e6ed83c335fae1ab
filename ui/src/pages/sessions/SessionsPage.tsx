// Who did what, where and when: one row for each session, the latest first.

import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { sessionsQuery } from "../../api/queries";
import { counted } from "../../format/number";
import { AGENT_CHOICES, RANGE_CHOICES } from "../../parts/choices";
import { Empty } from "../../parts/Empty";
import { Choice, Filters, TextFilter } from "../../parts/Filters";
import { Loaded } from "../../parts/Loaded";
import { More } from "../../parts/More";
import { NothingHeard } from "../../parts/NothingHeard";
import { Top } from "../../parts/Top";
import { focusRow, useCursor } from "../../state/cursor";
import type { SessionsSearch } from "../../state/search";
import { SessionTable } from "./SessionTable";
import "./sessions.css";

const route = getRouteApi("/sessions");

export function SessionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (part: Partial<SessionsSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const setRow = useCallback((row: string) => set({ row }), [set]);
  const query = useInfiniteQuery(sessionsQuery(search));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const note = useCursor({ ids: items.map((item) => item.session), row: search.row, setRow });
  useFirstFocus(search.row, items.length > 0);
  const narrowed = search.agent ?? search.text ?? search.range;
  return (
    <>
      <Top title="Sessions" />
      <Filters>
        <TextFilter label="Prompt, directory or session" value={search.text} onChange={setText} />
        <Choice label="Agent" any="Every agent" value={search.agent} options={AGENT_CHOICES} onChange={(agent) => set({ agent })} />
        <Choice label="Time" any="All that is kept" value={search.range === "all" ? undefined : search.range} options={RANGE_CHOICES} onChange={(range) => set({ range })} />
        <span className="label live-count">{query.data && `${counted(items.length, "session")}${query.hasNextPage ? ", more below" : ""}`}</span>
      </Filters>
      <section className="panel" aria-label="Sessions, latest first">
        <Loaded query={query} lines={12}>
          {() => {
            if (items.length > 0) return <SessionTable items={items} onFocus={note} />;
            if (narrowed === undefined) return <NothingHeard />;
            return (
              <Empty
                title="No session fits the filters."
                action={<button type="button" className="button" onClick={() => set({ agent: undefined, text: undefined, range: undefined })}>Clear the filters</button>}
              />
            );
          }}
        </Loaded>
        <More query={query} word="Load older sessions" />
      </section>
    </>
  );
}

/** After a reload the row that was selected is selected again. */
function useFirstFocus(row: string | undefined, there: boolean): void {
  const done = useRef(false);
  useEffect(() => {
    if (done.current || !there) return;
    done.current = true;
    if (row !== undefined) focusRow(row);
  }, [row, there]);
}
