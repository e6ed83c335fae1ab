// What rules found, the latest first.

import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { findingsQuery } from "../../api/queries";
import { counted } from "../../format/number";
import { shortId } from "../../format/path";
import { AlertList } from "../../parts/AlertList";
import { CellTools } from "../../parts/cells/CellTools";
import { Chip, WhereChips } from "../../parts/cells/WhereChips";
import { whereRows } from "../../parts/cells/cell";
import { useWhere } from "../../parts/cells/useWhere";
import { AGENT_CHOICES, RANGE_CHOICES, SEVERITY_CHOICES, STRICTNESS_CHOICES } from "../../parts/choices";
import { Empty } from "../../parts/Empty";
import { Choice, Filters, TextFilter } from "../../parts/Filters";
import { Loaded } from "../../parts/Loaded";
import { More } from "../../parts/More";
import { Ribbon } from "../../parts/ribbon/Ribbon";
import { Top } from "../../parts/Top";
import { focusRow, focusedRow, useCursor } from "../../state/cursor";
import { useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";
import type { AlertsSearch, RootSearch } from "../../state/search";

const route = getRouteApi("/alerts");

export function AlertsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (part: Partial<AlertsSearch & RootSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const setRow = useCallback((row: string) => set({ row }), [set]);
  const query = useInfiniteQuery(findingsQuery(search));
  const { terms } = useWhere();
  const items = whereRows(query.data?.pages.flatMap((page) => page.items) ?? [], terms, ({ finding, agent, session }) => ({
    agent: agent ?? undefined, session: session ?? undefined, rule: finding.rule, severity: finding.severity, verdict: finding.verdict,
  }));
  const { show } = useOpen();
  useKeys({
    v: () => {
      const id = focusedRow() ?? search.row;
      if (id !== undefined) show({ kind: "alert", id });
    },
  });
  const note = useCursor({ ids: items.map((item) => item.finding.id), row: search.row, setRow });
  const focused = useRef(false);
  useEffect(() => {
    if (focused.current || items.length === 0) return;
    focused.current = true;
    // After a reload the row that was selected is selected again.
    if (search.row !== undefined) focusRow(search.row);
  }, [items.length, search.row]);
  const narrowed = Object.entries(search).some(([name, value]) => name !== "row" && name !== "open" && value !== undefined);
  const clear = () => void navigate({ search: {}, replace: true });
  return (
    <>
      <Top title="Alerts" />
      <Ribbon />
      <Filters>
        <TextFilter label="Title, reason or evidence" value={search.text} onChange={setText} />
        <Choice label="Severity" any="Every severity" value={search.severity} options={SEVERITY_CHOICES} onChange={(severity) => set({ severity })} />
        <Choice label="Verdict" any="Every verdict" value={search.verdict} options={STRICTNESS_CHOICES} onChange={(verdict) => set({ verdict })} />
        <Choice label="Agent" any="Every agent" value={search.agent} options={AGENT_CHOICES} onChange={(agent) => set({ agent })} />
        <Choice label="Time" any="All that is kept" value={search.range === "all" ? undefined : search.range} options={RANGE_CHOICES} onChange={(range) => set({ range, from: undefined, to: undefined })} />
        {search.rule !== undefined && <Chip word={`rule ${search.rule}`} onRemove={() => set({ rule: undefined })} />}
        {search.session !== undefined && <Chip word={`session ${shortId(search.session)}`} onRemove={() => set({ session: undefined })} />}
        <WhereChips />
        <span className="label live-count">{query.data && `${counted(items.length, "alert")}${query.hasNextPage ? ", more below" : ""}`}</span>
      </Filters>
      <section className="panel" aria-label="Alerts, latest first">
        <Loaded query={query} lines={12}>
          {() => {
            if (items.length > 0) return <CellTools><AlertList items={items} onFocus={note} /></CellTools>;
            if (narrowed) return <Empty title="No alert fits the filters." action={<button type="button" className="button" onClick={clear}>Clear the filters</button>} />;
            return (
              <Empty title="No rule has found anything." command="ringfence check -- cat ~/.ssh/id_rsa">
                To see what would be decided about a command, without running it:
              </Empty>
            );
          }}
        </Loaded>
        <More query={query} word="Load older alerts" />
      </section>
    </>
  );
}
