// What happens this second. The list stands still when somebody reads in it, and says so.

import { getRouteApi } from "@tanstack/react-router";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Pause, Play, Rows3 } from "lucide-react";
import { useCallback, useMemo } from "react";
import { sessionsQuery } from "../../api/queries";
import { counted } from "../../format/number";
import { project } from "../../format/path";
import { AGENT_CHOICES, KIND_CHOICES, STRICTNESS_CHOICES } from "../../parts/choices";
import { WhereChips } from "../../parts/cells/WhereChips";
import { Choice, Filters, TextFilter } from "../../parts/Filters";
import { Ribbon } from "../../parts/ribbon/Ribbon";
import { Top } from "../../parts/Top";
import { useKeys } from "../../state/keys";
import type { LiveSearch, RootSearch } from "../../state/search";
import { Heard } from "./Heard";
import { LiveList } from "./LiveList";
import { useLive } from "./useLive";
import "./live.css";

const route = getRouteApi("/live");

export function LivePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (part: Partial<LiveSearch & RootSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const paused = search.paused === true;
  const live = useLive(search, paused);
  const projects = useProjects();
  const pause = useCallback(() => set({ paused: true }), [set]);
  const resume = useCallback(() => set({ paused: undefined, row: undefined }), [set]);
  useKeys({ Space: paused ? resume : pause });
  return (
    <div className="live-page">
      <Top title="Live">
        <button type="button" className="button" onClick={paused ? resume : pause} title={paused ? "Go on (Space)" : "Pause (Space)"}>
          {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {paused ? "Go on" : "Pause"}
        </button>
      </Top>
      <Ribbon />
      <Filters>
        <TextFilter label="Command, path or session" value={search.text} onChange={setText} />
        <Choice label="Agent" any="Every agent" value={search.agent} options={AGENT_CHOICES} onChange={(agent) => set({ agent })} />
        <Choice label="Kind" any="Every kind" value={search.kind} options={KIND_CHOICES} onChange={(kind) => set({ kind })} />
        <Choice label="Verdict" any="Every verdict" value={search.verdict} options={STRICTNESS_CHOICES} onChange={(verdict) => set({ verdict })} />
        <button type="button" className="button" aria-pressed={search.raw === true} onClick={() => set({ raw: search.raw ? undefined : true })} title="Each event in a row of its own; else runs of like ones, and what programs did, are folded">
          <Rows3 aria-hidden />
          Every event
        </button>
        <WhereChips />
        <span className="label live-count">{counted(live.view.length, "line")}{live.older.more && ", the record goes further back"}</span>
      </Filters>
      <LiveList live={live} search={search} paused={paused} projects={projects} set={set} onPause={pause} onResume={resume} />
      <Heard />
    </div>
  );
}

/** Sessions whose projects are looked up: the latest ones. */
const SESSIONS = 40;

function useProjects(): ReadonlyMap<string, string> {
  const { data } = useInfiniteQuery(sessionsQuery({}, SESSIONS));
  return useMemo(() => {
    const items = data?.pages.flatMap((page) => page.items) ?? [];
    return new Map(items.map((item): [string, string] => [item.session, project(item.cwd) ?? ""]));
  }, [data]);
}
