// One session, from its beginning: what it was told, what it said, what it did, what was decided.

import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Filter } from "lucide-react";
import { useCallback, useMemo } from "react";
import { sessionQuery } from "../../api/queries";
import { STRICTNESS_CHOICES } from "../../parts/choices";
import { Empty } from "../../parts/Empty";
import { Choice, Filters, TextFilter } from "../../parts/Filters";
import { Loaded } from "../../parts/Loaded";
import { Top } from "../../parts/Top";
import { project, shortId } from "../../format/path";
import { useKeys } from "../../state/keys";
import type { SessionSearch } from "../../state/search";
import { ContextPanel } from "./ContextPanel";
import { Scrubber } from "./Scrubber";
import { SessionHead } from "./SessionHead";
import { SourcesPanel } from "./SourcesPanel";
import { Story } from "./Story";
import { endOf, holds, itemsOf, turnsOf } from "./timeline";
import { TouchedPanel } from "./TouchedPanel";
import { TurnRail } from "./TurnRail";
import { useSessionRows } from "./useSessionRows";
import "./session.css";

const route = getRouteApi("/sessions/$session");

export function SessionPage() {
  const { session } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = useNavigate();
  const set = useCallback(
    (part: Partial<SessionSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const about = useQuery(sessionQuery(session));
  const events = useSessionRows(session);
  const turns = useMemo(() => turnsOf(events.rows), [events.rows]);
  const { text, verdict, effects, row } = search;
  const items = useMemo(() => itemsOf(turns, { text, verdict, effects }), [turns, text, verdict, effects]);
  // The turn that is looked at: the one of the selected row, else the one that the page begins with.
  const current = items.find((item) => holds(item, row))?.turn ?? turns.find((turn) => turn.prompt !== undefined) ?? turns[0];
  const goTo = useCallback((id: string) => set({ row: id, text: undefined, verdict: undefined, effects: undefined }), [set]);
  const step = (by: number) => {
    const prompted = turns.filter((turn) => turn.prompt !== undefined);
    const place = current ? prompted.indexOf(current) : -1;
    const other = prompted[place < 0 ? 0 : place + by];
    if (other?.prompt) goTo(other.prompt.id);
  };
  useKeys({ Escape: () => void go({ to: "/sessions" }), "]": () => step(1), "[": () => step(-1) });
  const name = project(about.data?.cwd) ?? shortId(session);
  return (
    <>
      <Top title="Session" windowTitle={`Session ${name}`} back={{ to: "/sessions", word: "Sessions" }} bare={!about.data} />
      <Loaded
        query={about}
        lines={2}
        missing={
          <div className="panel">
            <Empty title="No session has this id." action={<Link to="/sessions" className="button">All sessions</Link>}>
              It may be older than what is kept, or the address is wrong.
            </Empty>
          </div>
        }
      >
        {(data) => (
          <div className="session-page">
            <SessionHead session={data} turns={turns} current={current} />
            <Filters>
              <TextFilter label="In this session" value={text} onChange={setText} />
              <Choice label="Verdict" any="Every verdict" value={verdict} options={STRICTNESS_CHOICES} onChange={(chosen) => set({ verdict: chosen })} />
              <button type="button" className="button" aria-pressed={effects === true} onClick={() => set({ effects: effects ? undefined : true })}>
                <Filter aria-hidden />
                Only effects
              </button>
            </Filters>
            <div className="session-grid">
              <TurnRail turns={turns} onGo={goTo} current={current} />
              <Story events={events} items={items} search={search} cwd={data.cwd} set={set} />
              <div className="stack session-side" tabIndex={0} role="group" aria-label="About the turn and its sources">
                <ContextPanel rows={events.rows} at={endOf(turns, current)} />
                <TouchedPanel turn={current} />
                <SourcesPanel rows={events.rows} turns={turns} />
              </div>
            </div>
            {events.rows.length > 0 && <Scrubber rows={events.rows} items={items} row={row} onRow={(id) => set({ row: id })} />}
          </div>
        )}
      </Loaded>
    </>
  );
}
