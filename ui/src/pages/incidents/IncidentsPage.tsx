// The inbox: what somebody has to decide about, and beside it the story of the one that is
// looked at. It is made to be emptied with the keyboard.

import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { incidentsQuery } from "../../api/incidents";
import { counted } from "../../format/number";
import { CellTools } from "../../parts/cells/CellTools";
import { Chip, WhereChips } from "../../parts/cells/WhereChips";
import { useWhere } from "../../parts/cells/useWhere";
import { AGENT_CHOICES, RANGE_CHOICES, SEVERITY_CHOICES } from "../../parts/choices";
import { Choice, Filters, TextFilter } from "../../parts/Filters";
import { IncidentItem } from "../../parts/incident/IncidentItem";
import "../../parts/incident/incident-item.css";
import { useTriage } from "../../parts/incident/useTriage";
import { Loaded } from "../../parts/Loaded";
import { More } from "../../parts/More";
import { Ribbon } from "../../parts/ribbon/Ribbon";
import { Top } from "../../parts/Top";
import { shortId } from "../../format/path";
import { focusRow, focusedRow, useCursor } from "../../state/cursor";
import { useKeys } from "../../state/keys";
import type { IncidentsSearch, RootSearch } from "../../state/search";
import { Nothing } from "./Nothing";
import { Preview } from "./Preview";
import { nextAfter, sentence, shownRows } from "./inbox";
import "./incidents.css";

const route = getRouteApi("/incidents");
const STATES = [["open", "Open"], ["closed", "Closed"], ["all", "All"]] as const;

export function IncidentsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (part: Partial<IncidentsSearch & RootSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const setRow = useCallback((row: string) => set({ row }), [set]);
  const query = useInfiniteQuery(incidentsQuery(search));
  const { terms } = useWhere();
  const state = search.state ?? "open";
  const first = query.data?.pages[0];
  const rows = shownRows(query.data?.pages.flatMap((page) => page.items) ?? [], state, terms);
  const ids = rows.map((row) => row.id);
  const note = useCursor({ ids, row: search.row, setRow });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const here = () => {
    const id = focusedRow() ?? search.row;
    return rows.find((row) => row.id === id) ?? rows[0];
  };
  const about = () => {
    const several = rows.filter((row) => chosen.has(row.id));
    const one = here();
    return several.length > 0 ? several : one ? [one] : [];
  };
  const settled = () => {
    const next = nextAfter(ids, chosen.size > 0 ? [...chosen] : [here()?.id ?? ""]);
    setChosen(new Set());
    // The row that is gone leaves the keyboard on the one after it.
    if (next !== undefined) {
      setRow(next);
      requestAnimationFrame(() => focusRow(next));
    }
  };
  const { ask, box } = useTriage(about, settled);
  useKeys({
    x: () => {
      const id = here()?.id;
      if (id !== undefined) setChosen((old) => (old.has(id) ? new Set([...old].filter((one) => one !== id)) : new Set([...old, id])));
    },
  });
  const focused = useRef(false);
  useEffect(() => {
    if (focused.current || rows.length === 0) return;
    focused.current = true;
    // After a reload the row that was selected is selected again.
    if (search.row !== undefined) focusRow(search.row);
  }, [rows.length, search.row]);
  const shown = rows.find((row) => row.id === search.row) ?? rows[0];
  const narrowed = Object.entries(search).some(([name, value]) => !["row", "open", "state"].includes(name) && value !== undefined);
  return (
    <>
      <Top title="Incidents" />
      <Ribbon />
      {first && <p className="sentence page-sentence">{sentence(first, narrowed)}</p>}
      <Filters>
        <div className="tabs" role="group" aria-label="Which">
          {STATES.map(([name, word]) => (
            <button key={name} type="button" className="button" aria-pressed={name === state} onClick={() => set({ state: name === "open" ? undefined : name, row: undefined })}>{word}</button>
          ))}
        </div>
        <TextFilter label="Title, story or rule" value={search.text} onChange={setText} />
        <Choice label="Severity" any="Every severity" value={search.severity} options={SEVERITY_CHOICES} onChange={(severity) => set({ severity })} />
        <Choice label="Agent" any="Every agent" value={search.agent} options={AGENT_CHOICES} onChange={(agent) => set({ agent })} />
        <Choice label="Time" any="All that is kept" value={search.range === "all" ? undefined : search.range} options={RANGE_CHOICES} onChange={(range) => set({ range, from: undefined, to: undefined })} />
        {search.session !== undefined && <Chip word={`session ${shortId(search.session)}`} onRemove={() => set({ session: undefined })} />}
        {search.project !== undefined && <Chip word={`directory ${search.project}`} onRemove={() => set({ project: undefined })} />}
        <WhereChips />
        <span className="label live-count">
          {chosen.size > 0 ? `${counted(chosen.size, "incident")} chosen` : first && `${counted(rows.length, "incident")}${query.hasNextPage ? ", more below" : ""}`}
        </span>
      </Filters>
      <div className="inbox">
        <section className="panel" aria-label="Incidents, latest first">
          <p className="panel-keys key-hints" aria-hidden>
            <span><kbd>J</kbd> <kbd>K</kbd> move</span> <span><kbd>↵</kbd> open</span> <span><kbd>X</kbd> choose</span> <span><kbd>E</kbd> resolve</span> <span><kbd>S</kbd> snooze</span> <span><kbd>F</kbd> not a threat</span> <span><kbd>U</kbd> undo</span>
          </p>
          <Loaded query={query} lines={10}>
            {(data) =>
              rows.length > 0 ? (
                <CellTools>
                  <ul className="stories">
                    {rows.map((row) => <IncidentItem key={row.id} row={row} current={row.id === shown?.id} chosen={chosen.has(row.id)} onFocus={note} />)}
                  </ul>
                </CellTools>
              ) : <Nothing closed={data.pages[0]?.closed ?? 0} state={state} narrowed={narrowed || terms.length > 0} onClear={() => void navigate({ search: { state: search.state }, replace: true })} />
            }
          </Loaded>
          <More query={query} word="Load older incidents" />
          {first?.more && <p className="panel-end">Older findings were not looked at: only the latest are gathered into incidents. <code>ringfence alerts</code> has them all.</p>}
        </section>
        {shown && <Preview key={shown.id} row={shown} onSettle={ask} />}
      </div>
      {box}
    </>
  );
}
