// One session, from its beginning: what it was told, what it did, what was decided.

import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { sessionQuery } from "../../api/queries";
import { STRICTNESS_CHOICES } from "../../parts/choices";
import { Drawer } from "../../parts/Drawer";
import { Empty } from "../../parts/Empty";
import { Choice, Filters, TextFilter } from "../../parts/Filters";
import { Loaded } from "../../parts/Loaded";
import { Top } from "../../parts/Top";
import { project, shortId } from "../../format/path";
import { useKeys } from "../../state/keys";
import type { SessionSearch } from "../../state/search";
import { SessionHead } from "./SessionHead";
import { Story } from "./Story";
import { itemsOf, turnsOf } from "./timeline";
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
  const { text, verdict } = search;
  const items = useMemo(() => itemsOf(turns, { text, verdict }), [turns, text, verdict]);
  useKeys({ Escape: () => void go({ to: "/sessions" }) });
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
          <>
            <SessionHead session={data} />
            <Filters>
              <TextFilter label="In this session" value={text} onChange={setText} />
              <Choice label="Verdict" any="Every verdict" value={verdict} options={STRICTNESS_CHOICES} onChange={(chosen) => set({ verdict: chosen })} />
            </Filters>
            <div className="session-grid">
              <TurnRail turns={turns} onGo={(row) => set({ row, text: undefined, verdict: undefined })} row={search.row} />
              <Story events={events} items={items} search={search} set={set} />
            </div>
          </>
        )}
      </Loaded>
      {search.open !== undefined && <Drawer key={search.open} id={search.open} onClose={() => set({ open: undefined })} />}
    </>
  );
}
