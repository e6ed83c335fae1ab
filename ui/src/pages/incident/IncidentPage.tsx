// One incident whole: what happened, did anything leave, what now.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { incidentQuery, incidentsQuery } from "../../api/incidents";
import type { IncidentDetail } from "../../api/types";
import { useTriage } from "../../parts/incident/useTriage";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { Top } from "../../parts/Top";
import { type Bindings, useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";
import { IncidentHead } from "./IncidentHead";
import { InjectedPanel } from "./InjectedPanel";
import { NextPanel } from "./NextPanel";
import { ProgramsPanel } from "./ProgramsPanel";
import { RelatedPanel } from "./RelatedPanel";
import { ReportTools } from "./ReportTools";
import { StepPanel } from "./StepPanel";
import { Swimlane } from "./Swimlane";
import { telling } from "./lanes";
import "../../parts/incident/incident-item.css";
import "./incident.css";

const route = getRouteApi("/incidents/$id");

export function IncidentPage() {
  const { id } = route.useParams();
  const go = useNavigate();
  const query = useQuery(incidentQuery(id));
  const detail = query.data;
  const { ask, box } = useTriage(() => (detail ? [{ id: detail.incident.id, title: detail.incident.title }] : []));
  const { others, place } = useOthers(id);
  useKeys({ Escape: () => void go({ to: "/incidents", search: { row: id } }), ...others });
  return (
    <>
      <Top title="Incident" windowTitle={detail?.incident.title} back={{ to: "/incidents", word: "Incidents" }} bare={!detail}>
        {place !== undefined && <span className="mono faint incident-place">{place}</span>}
        {detail && (
          <span className="incident-actions">
            <ReportTools id={detail.incident.id} />
            <button type="button" className="button" title="Not a threat (f)" onClick={() => ask("false_positive")}>Not a threat</button>
            <button type="button" className="button" title="Snooze (s)" onClick={() => ask("snoozed")}>Snooze</button>
            <button type="button" className="button primary" title="Resolve (e)" onClick={() => ask("resolved")}>Resolve</button>
          </span>
        )}
      </Top>
      <Loaded
        query={query}
        lines={10}
        missing={
          <div className="panel">
            <Empty title="No incident has this id." action={<Link to="/incidents" className="button">All incidents</Link>}>
              Its findings may be older than what is kept, or the address is wrong.
            </Empty>
          </div>
        }
      >
        {(data) => <Whole detail={data} />}
      </Loaded>
      {box}
    </>
  );
}

function Whole({ detail }: { detail: IncidentDetail }) {
  const { incident } = detail;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { show } = useOpen();
  const onStep = useCallback((step: string) => void navigate({ search: (old) => ({ ...old, step }), replace: true, resetScroll: false }), [navigate]);
  const step = incident.steps.find((one) => one.place === search.step) ?? telling(incident.steps);
  return (
    <>
      <IncidentHead detail={detail} />
      <div className="stack">
        <Swimlane incident={incident} at={step?.place} onStep={onStep} />
        <div className="incident-grid">
          <div className="stack">
            {step && <StepPanel key={step.place} detail={detail} step={step} onOpen={(id) => show({ kind: "event", id })} />}
            <ProgramsPanel incident={incident} at={step?.place} onStep={onStep} />
          </div>
          <div className="stack">
            <NextPanel incident={incident} />
            <InjectedPanel incident={incident} />
            <RelatedPanel incident={incident} />
          </div>
        </div>
      </div>
    </>
  );
}

/** The incidents before and after this one in the inbox, by `[` and `]`. */
function useOthers(id: string): { others: Bindings; place: string | undefined } {
  const go = useNavigate();
  const query = useInfiniteQuery(incidentsQuery({}));
  const ids = query.data?.pages.flatMap((page) => page.items.map((row) => row.id)) ?? [];
  const at = ids.indexOf(id);
  const to = (step: number) => {
    const other = at < 0 ? undefined : ids[at + step];
    if (other !== undefined) void go({ to: "/incidents/$id", params: { id: other } });
  };
  return { others: { "]": () => to(1), "[": () => to(-1) }, place: at < 0 ? undefined : `${at + 1} of ${query.data?.pages[0]?.open ?? ids.length}` };
}
