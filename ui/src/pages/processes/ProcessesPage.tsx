// What runs below agents now, as trees: each process with the call that it belongs to.

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Suspense, lazy, useCallback, useMemo, useState } from "react";
import { processesQuery, statusQuery } from "../../api/queries";
import type { Processes, Status } from "../../api/types";
import { counted } from "../../format/number";
import { CellTools } from "../../parts/cells/CellTools";
import { WhereChips } from "../../parts/cells/WhereChips";
import { useWhere } from "../../parts/cells/useWhere";
import { CommandLine } from "../../parts/CommandLine";
import { Empty } from "../../parts/Empty";
import { Filters, TextFilter } from "../../parts/Filters";
import { Loaded, Waiting } from "../../parts/Loaded";
import { NotSeen } from "../../parts/NotSeen";
import { Prose } from "../../parts/Prose";
import { Top } from "../../parts/Top";
import { focusedRow, useCursor } from "../../state/cursor";
import { useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";
import type { TableSearch } from "../../state/search";
import { hookReason } from "../../state/reasons";
import { TreeTable } from "./TreeTable";
import { linesOf, narrowed, treesOf } from "./tree";
import "./processes.css";

const NONE: ReadonlySet<string> = new Set();
const route = getRouteApi("/proc");
/** The picture is loaded when somebody wants to see it. */
const GraphView = lazy(() => import("./GraphView").then((module) => ({ default: module.GraphView })));

export function ProcessesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (part: Partial<TableSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const setRow = useCallback((row: string) => set({ row }), [set]);
  const query = useQuery(processesQuery);
  const status = useQuery(statusQuery);
  const { terms, clear } = useWhere();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const trees = useMemo(() => treesOf(query.data?.processes ?? []), [query.data]);
  const shown = useMemo(() => narrowed(trees, terms, search.text), [trees, terms, search.text]);
  const picture = search.tab === "graph";
  const lines = linesOf(shown, picture ? NONE : folded);
  const note = useCursor({ ids: lines.map((line) => line.id), row: search.row, setRow });
  const { show } = useOpen();
  const fold = useCallback((id: string, on: boolean) => setFolded((old) => {
    const next = new Set(old);
    if (on) next.add(id);
    else next.delete(id);
    return next;
  }), []);
  const at = () => {
    const row = focusedRow() ?? search.row;
    return lines.find((line) => line.id === row);
  };
  const foldAt = (on: boolean) => {
    const line = at();
    if (line && line.children.length > 0) fold(line.id, on);
  };
  useKeys({
    ArrowLeft: () => foldAt(true),
    ArrowRight: () => foldAt(false),
    v: () => {
      const line = at();
      if (line) show({ kind: "process", id: line.id });
    },
  });
  const clearAll = () => void navigate({ search: {}, replace: true });
  return (
    <>
      <Top title="Processes" />
      <Loaded query={query} lines={12}>
        {(data) => (
          <>
            <HowSeen data={data} />
            <Filters>
              <div className="tabs" role="group" aria-label="Shown as">
                <button type="button" className="button" aria-pressed={!picture} onClick={() => set({ tab: undefined })}>Table</button>
                <button type="button" className="button" aria-pressed={picture} onClick={() => set({ tab: "graph" })}>Graph</button>
              </div>
              <TextFilter label="Program, argument or pid" value={search.text} onChange={setText} />
              <WhereChips />
              <span className="label live-count">{counted(trees.length, "tree")}, {counted(data.processes.length, "process", "processes")}, as of now</span>
            </Filters>
            <section className="panel" aria-label="Processes below agents">
              {lines.length > 0 ? (
                picture ? <Suspense fallback={<Waiting lines={8} />}><GraphView trees={shown} onFocus={note} /></Suspense> : <CellTools arrows={false}><TreeTable lines={lines} folded={folded} onFold={fold} onFocus={note} /></CellTools>
              ) : terms.length > 0 || search.text !== undefined ? (
                <Empty title="No process fits the filters." action={<button type="button" className="button" onClick={() => { clear(); clearAll(); }}>Clear the filters</button>} />
              ) : (
                <Nothing data={data} status={status.data} />
              )}
            </section>
          </>
        )}
      </Loaded>
    </>
  );
}

/** Whether a sensor tells of processes, or they are only looked for. */
function HowSeen({ data }: { data: Processes }) {
  if (data.sensed) return null;
  return (
    <div className="banner quiet">
      <div>
        <p><b>No sensor runs: processes are looked for every few seconds.</b> Not seen are:</p>
        <ul className="bullets">{data.not_visible.map((what) => <li key={what}><Prose text={what} /></li>)}</ul>
      </div>
      <CommandLine command="sudo ringfence sensor" />
    </div>
  );
}

function Nothing({ data, status }: { data: Processes; status: Status | undefined }) {
  const found = status?.agents.filter((agent) => agent.found) ?? [];
  const names = (found.length > 0 ? found : (status?.agents ?? [])).map((agent) => agent.title).join(", ");
  const heard = status?.agents.some((agent) => agent.last !== null) ?? false;
  const reason = heard
    ? { title: "No process of an agent runs now.", because: [`Watched for: ${names}. A session shows up here with its first event.`], command: "ringfence ps" }
    : hookReason("No process of an agent is known.", { status, processes: data });
  return <NotSeen reason={reason} />;
}
