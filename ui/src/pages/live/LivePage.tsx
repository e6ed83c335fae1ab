// What happens this second. The list stands still when somebody reads in it, and says so.

import { getRouteApi } from "@tanstack/react-router";
import { Layers, Pause, Play } from "lucide-react";
import { useCallback } from "react";
import { CAPACITY } from "../../live/feed";
import { count } from "../../format/number";
import { AGENT_CHOICES, KIND_CHOICES, STRICTNESS_CHOICES } from "../../parts/choices";
import { Drawer } from "../../parts/Drawer";
import { Choice, Filters, TextFilter } from "../../parts/Filters";
import { Top } from "../../parts/Top";
import { useKeys } from "../../state/keys";
import type { LiveSearch } from "../../state/search";
import { LiveList } from "./LiveList";
import { useLive } from "./useLive";
import "./live.css";

const route = getRouteApi("/live");

export function LivePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (part: Partial<LiveSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const paused = search.paused === true;
  const live = useLive(search, paused);
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
      <Filters>
        <TextFilter label="Command, path or session" value={search.text} onChange={setText} />
        <Choice label="Agent" any="Every agent" value={search.agent} options={AGENT_CHOICES} onChange={(agent) => set({ agent })} />
        <Choice label="Kind" any="Every kind" value={search.kind} options={KIND_CHOICES} onChange={(kind) => set({ kind })} />
        <Choice label="Verdict" any="Every verdict" value={search.verdict} options={STRICTNESS_CHOICES} onChange={(verdict) => set({ verdict })} />
        <button type="button" className="button" aria-pressed={search.group === true} onClick={() => set({ group: search.group ? undefined : true })}>
          <Layers aria-hidden />
          Group runs
        </button>
        <span className="label live-count">
          {count(live.view.length)} shown, of the last {count(CAPACITY)} at most
        </span>
      </Filters>
      <LiveList live={live} search={search} paused={paused} set={set} onPause={pause} onResume={resume} />
      {search.open !== undefined && <Drawer key={search.open} id={search.open} onClose={() => set({ open: undefined })} />}
    </div>
  );
}
