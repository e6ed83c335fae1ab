// What the pages under Inspect have in common: tabs, a text, the stretch of time, filters from
// cells, how much was looked at, and the keys of a list.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useCallback } from "react";
import type { Looked } from "../../api/types";
import { counted } from "../../format/number";
import { CellTools } from "../../parts/cells/CellTools";
import { WhereChips } from "../../parts/cells/WhereChips";
import { useWhere } from "../../parts/cells/useWhere";
import { Empty } from "../../parts/Empty";
import { Filters, TextFilter } from "../../parts/Filters";
import { Loaded } from "../../parts/Loaded";
import { Moment } from "../../parts/Moment";
import { NothingHeard } from "../../parts/NothingHeard";
import { NotSeen, type Reason } from "../../parts/NotSeen";
import { focusedRow, useCursor } from "../../state/cursor";
import type { Entity } from "../../state/entity";
import { useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";
import type { RootSearch, TableSearch } from "../../state/search";
import { type Cells, fits } from "../../state/where";
import { InspectTabs, type TabWord } from "./InspectTabs";
import "./inspect.css";

export type Address = "/files" | "/net" | "/mcp" | "/inj" | "/pkg";

interface Asked<Row> {
  data: { items: Row[]; looked: Looked; left_out?: number } | undefined;
  error: Error | null;
  refetch: () => unknown;
}

interface InspectFrameProps<Row> {
  address: Address;
  tabs: readonly [TabWord, ...TabWord[]];
  query: Asked<Row>;
  /** What is looked for by text. */
  label: string;
  /** One row, counted: `file`. */
  word: string;
  id: (row: NoInfer<Row>) => string;
  /** In which order rows stand; else as they came. */
  order?: (rows: readonly NoInfer<Row>[]) => NoInfer<Row>[];
  /** What is opened beside the list for a row. */
  entity: (row: NoInfer<Row>) => Entity;
  cells: (row: NoInfer<Row>) => Cells;
  /** Why there is nothing. */
  nothing: Reason;
  table: (rows: readonly NoInfer<Row>[], onFocus: (id: string) => void) => ReactNode;
  children?: ReactNode;
}

export function InspectFrame<Row>(props: InspectFrameProps<Row>) {
  const { address, tabs, query, label, word, id, entity, cells, nothing, table, order, children } = props;
  const search = useSearch({ from: address });
  const navigate = useNavigate({ from: address });
  const set = useCallback(
    (part: Partial<TableSearch & RootSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const setRow = useCallback((row: string) => set({ row }), [set]);
  const { terms, clear } = useWhere();
  const fitting = (query.data?.items ?? []).filter((row) => fits(cells(row), terms));
  const rows = order ? order(fitting) : fitting;
  const note = useCursor({ ids: rows.map(id), row: search.row, setRow });
  const { show } = useOpen();
  useKeys({
    v: () => {
      const at = focusedRow() ?? search.row;
      const found = rows.find((row) => id(row) === at);
      if (found) show(entity(found));
    },
  });
  const narrowed = search.text !== undefined || terms.length > 0 || search.range !== undefined || search.from !== undefined;
  const clearAll = () => {
    clear();
    void navigate({ search: { tab: search.tab }, replace: true });
  };
  return (
    <>
      <Filters>
        <InspectTabs tabs={tabs} tab={search.tab} onTab={(tab) => set({ tab, row: undefined })} />
        <TextFilter label={label} value={search.text} onChange={setText} />
        <WhereChips />
        <span className="label live-count">{query.data && <LookedAt looked={query.data.looked} rows={rows.length} word={word} leftOut={query.data.left_out ?? 0} />}</span>
      </Filters>
      {children}
      <section className="panel" aria-label={tabs.find((one) => one.id === search.tab)?.word ?? tabs[0].word}>
        <Loaded query={query} lines={12}>
          {({ looked }) => {
            if (rows.length > 0) return <CellTools>{table(rows, note)}</CellTools>;
            if (!narrowed) return looked.events === 0 ? <NothingHeard /> : <NotSeen reason={nothing} />;
            return <Empty title="Nothing fits the filters." action={<button type="button" className="button" onClick={clearAll}>Clear the filters</button>} />;
          }}
        </Loaded>
      </section>
    </>
  );
}

function LookedAt({ looked, rows, word, leftOut }: { looked: Looked; rows: number; word: string; leftOut: number }) {
  return (
    <>
      {counted(rows, word)}{leftOut > 0 && ` (${counted(leftOut, "more")} not shown)`} in {counted(looked.events, "event")}
      {looked.more && looked.since !== null && <>, since <Moment at={looked.since} />: older ones were not looked at</>}
    </>
  );
}
