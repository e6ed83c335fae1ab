// Events of one sort from the record, folded to what they are about. Tabs are what the
// record can be asked for; one of which nothing is there says why.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { type EventsAsked, eventsQuery, processesQuery, statusQuery } from "../../api/queries";
import { counted } from "../../format/number";
import { CellTools } from "../../parts/cells/CellTools";
import { WhereChips } from "../../parts/cells/WhereChips";
import { whereRows } from "../../parts/cells/cell";
import { useWhere } from "../../parts/cells/useWhere";
import { Empty } from "../../parts/Empty";
import { Filters, TextFilter } from "../../parts/Filters";
import { Loaded } from "../../parts/Loaded";
import { More } from "../../parts/More";
import { NotSeen } from "../../parts/NotSeen";
import { focusedRow, useCursor } from "../../state/cursor";
import { useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";
import { hookReason, kernelReason, proxyReason } from "../../state/reasons";
import type { TableSearch } from "../../state/search";
import { InspectTabs, type TabWord } from "../inspect/InspectTabs";
import { FoldTable } from "./FoldTable";
import { fold } from "./fold";
import "./record.css";

export interface Tab {
  id: string;
  word: string;
  asks: EventsAsked;
  /** Who tells of it. */
  by: "hook" | "kernel" | "proxy";
  /** What is said where there is none. */
  none: string;
  /** The name of the column that says what it is about. */
  about: string;
}

interface RecordBodyProps {
  address: "/net";
  /** All tabs of the page, and the one that is shown. */
  words: readonly [TabWord, ...TabWord[]];
  tab: Tab;
}

/** Rows that are asked for at once: they are folded to far fewer lines. */
const ROWS = 300;

export function RecordBody({ address, words, tab }: RecordBodyProps) {
  const search = useSearch({ from: address });
  const navigate = useNavigate({ from: address });
  const set = useCallback(
    (part: Partial<TableSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const setRow = useCallback((row: string) => set({ row }), [set]);
  const { range, from, to, text } = search;
  const query = useInfiniteQuery(eventsQuery("record", { ...tab.asks, range, from, to, text }, ROWS));
  const { terms, clear } = useWhere();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const lines = fold(whereRows(rows, terms, ({ agent, tool, source, verdict, severity, session, summary }) => ({
    agent: agent ?? undefined, tool: tool ?? undefined, source, verdict, severity: severity ?? undefined, session: session ?? undefined, details: summary,
  })));
  const note = useCursor({ ids: lines.map((line) => line.about), row: search.row, setRow });
  const { show } = useOpen();
  useKeys({
    v: () => {
      const row = focusedRow() ?? search.row;
      const at = lines.find((line) => line.about === row);
      if (at) show({ kind: "event", id: at.latest.id });
    },
  });
  const narrowed = text !== undefined || terms.length > 0 || range !== undefined || from !== undefined;
  const clearAll = () => {
    clear();
    void navigate({ search: { tab: search.tab }, replace: true });
  };
  return (
    <>
      <Filters>
        <InspectTabs tabs={words} tab={search.tab} onTab={(next) => set({ tab: next, row: undefined })} />
        <TextFilter label={`${tab.about} or words`} value={text} onChange={setText} />
        <WhereChips />
        <span className="label live-count">{query.data && `${counted(lines.length, "line")} of ${counted(rows.length, "event")}${query.hasNextPage ? ", more below" : ""}`}</span>
      </Filters>
      <section className="panel" aria-label={tab.word}>
        <Loaded query={query} lines={12}>
          {() => {
            if (lines.length > 0) return <CellTools><FoldTable lines={lines} about={tab.about} onFocus={note} /></CellTools>;
            if (!narrowed) return <Nothing tab={tab} />;
            return <Empty title="Nothing fits the filters." action={<button type="button" className="button" onClick={clearAll}>Clear the filters</button>} />;
          }}
        </Loaded>
        <More query={query} word="Look further back" />
      </section>
    </>
  );
}

const REASONS = { hook: hookReason, kernel: kernelReason, proxy: proxyReason };

function Nothing({ tab }: { tab: Tab }) {
  const { data: status } = useQuery(statusQuery);
  const { data: processes } = useQuery(processesQuery);
  const known = { status, processes };
  return <NotSeen reason={REASONS[tab.by](tab.none, known)} />;
}
