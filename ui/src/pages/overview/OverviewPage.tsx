// Does anybody have to act, and is it working? One sentence, then the evidence for it.

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { statsQuery, statusQuery } from "../../api/queries";
import { Choice } from "../../parts/Filters";
import { RANGE_CHOICES } from "../../parts/choices";
import { Top } from "../../parts/Top";
import { AgentsPanel } from "./AgentsPanel";
import { AlertsPanel } from "./AlertsPanel";
import { BlindPanel } from "./BlindPanel";
import { LatestPanel } from "./LatestPanel";
import { Problems } from "./Problems";
import { RecordPanel } from "./RecordPanel";
import { Ribbon } from "./Ribbon";
import { RulesPanel } from "./RulesPanel";
import { StartPanel } from "./StartPanel";
import { SessionsPanel } from "./SessionsPanel";
import { Summary } from "./Summary";
import "./overview.css";

const route = getRouteApi("/");

export function OverviewPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  // The ribbon needs a beginning: "all" has none here.
  const range = search.range === undefined || search.range === "all" ? "24h" : search.range;
  const status = useQuery(statusQuery);
  const stats = useQuery(statsQuery(range));
  const fresh = status.data?.last_seq === 0;
  return (
    <>
      <Top title="Overview">
        <Choice
          label="Time"
          any="Last 24 hours"
          value={range === "24h" ? undefined : range}
          options={RANGE_CHOICES.filter(([name]) => name !== "24h")}
          onChange={(chosen) => void navigate({ search: { range: chosen }, replace: true })}
        />
      </Top>
      {!fresh && <Ribbon range={range} />}
      {status.data && <Problems status={status.data} />}
      <Summary stats={stats} status={status.data} range={range} />
      {fresh && status.data ? (
        <div className="overview">
          <div className="stack">
            <StartPanel status={status.data} />
            <BlindPanel query={status} />
          </div>
          <div className="stack">
            <AgentsPanel query={status} />
            <RecordPanel query={status} />
          </div>
        </div>
      ) : (
        <div className="overview">
          <AlertsPanel range={range} />
          <AgentsPanel query={status} />
          <SessionsPanel range={range} />
          <RulesPanel stats={stats} range={range} />
          <LatestPanel />
          <div className="stack">
            <RecordPanel query={status} />
            <BlindPanel query={status} />
          </div>
        </div>
      )}
    </>
  );
}
