// Who did what, where and when: one row for each session, the latest first.

import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { sessionsQuery } from "../../api/queries";
import { counted } from "../../format/number";
import { CellTools } from "../../parts/cells/CellTools";
import { WhereChips } from "../../parts/cells/WhereChips";
import { whereRows } from "../../parts/cells/cell";
import { useWhere } from "../../parts/cells/useWhere";
import { AGENT_CHOICES, RANGE_CHOICES } from "../../parts/choices";
import { Empty } from "../../parts/Empty";
import { Choice, Filters, TextFilter } from "../../parts/Filters";
import { Loaded } from "../../parts/Loaded";
import { More } from "../../parts/More";
import { NothingHeard } from "../../parts/NothingHeard";
import { Ribbon } from "../../parts/ribbon/Ribbon";
import { Top } from "../../parts/Top";
import { worstOf } from "../../parts/worst";
import { project } from "../../format/path";
import { focusRow, focusedRow, useCursor } from "../../state/cursor";
import { useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";
import { NARROWERS, type RootSearch, type SessionsSearch } from "../../state/search";
import { Narrow } from "./Narrow";
import { SessionTable } from "./SessionTable";
import "./sessions.css";

const route = getRouteApi("/sessions");

export function SessionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (part: Partial<SessionsSearch & RootSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const setRow = useCallback((row: string) => set({ row }), [set]);
  const query = useInfiniteQuery(sessionsQuery(search));
  const { terms } = useWhere();
  const items = whereRows(query.data?.pages.flatMap((page) => page.items) ?? [], terms, (item) => ({
    agent: item.agent ?? undefined, project: project(item.cwd), severity: worstOf(item.findings),
  }));
  const { show } = useOpen();
  const note = useCursor({ ids: items.map((item) => item.session), row: search.row, setRow });
  useFirstFocus(search.row, items.length > 0);
  useKeys({
    v: () => {
      const id = focusedRow() ?? search.row;
      if (id !== undefined) show({ kind: "session", id });
    },
  });
  const narrowed = search.agent ?? search.text ?? search.range ?? search.from ?? search.where ?? NARROWERS.map((one) => search[one]).find((one) => one !== undefined);
  return (
    <>
      <Top title="Sessions" />
      <Ribbon />
      <Filters>
        <TextFilter label="Prompt, directory or session" value={search.text} onChange={setText} />
        <Choice label="Agent" any="Every agent" value={search.agent} options={AGENT_CHOICES} onChange={(agent) => set({ agent })} />
        <Choice label="Time" any="All that is kept" value={search.range === "all" ? undefined : search.range} options={RANGE_CHOICES} onChange={(range) => set({ range, from: undefined, to: undefined })} />
        <Narrow search={search} onSearch={set} />
        <WhereChips />
        <span className="label live-count">{query.data && `${counted(items.length, "session")}${query.hasNextPage ? ", more below" : ""}`}{query.data?.pages.at(-1)?.more && ", not all of them looked through yet"}</span>
      </Filters>
      <section className="panel" aria-label="Sessions, latest first">
        <Loaded query={query} lines={12}>
          {() => {
            if (items.length > 0) return <CellTools><SessionTable items={items} onFocus={note} /></CellTools>;
            if (narrowed === undefined) return <NothingHeard />;
            return (
              <Empty
                title="No session fits the filters."
                action={<button type="button" className="button" onClick={() => void navigate({ search: {}, replace: true })}>Clear the filters</button>}
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
