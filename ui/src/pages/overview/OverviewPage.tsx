// Does anybody have to act, and is it working? One sentence, then the evidence for it.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { incidentsQuery } from "../../api/incidents";
import { activityQuery, findingsQuery, sessionsQuery, statusQuery } from "../../api/queries";
import type { Status } from "../../api/types";
import { rows, useFact } from "../../live/feed";
import { Choice } from "../../parts/Filters";
import { Loaded, Waiting } from "../../parts/Loaded";
import { Problems } from "../../parts/Problems";
import { Ribbon, useRibbonTime } from "../../parts/ribbon/Ribbon";
import { RANGE_CHOICES } from "../../parts/choices";
import { Top } from "../../parts/Top";
import { useNow } from "../../state/now";
import { drawn, scopePhrase } from "../../state/scope";
import { AgentsNowPanel } from "./AgentsNowPanel";
import { AgentsPanel } from "./AgentsPanel";
import { agentsNow } from "./agentsNow";
import { BlindPanel } from "./BlindPanel";
import { DeniedPanel } from "./DeniedPanel";
import { figuresOf } from "./figures";
import { FirstSeenPanel } from "./FirstSeenPanel";
import { LatestPanel } from "./LatestPanel";
import { NeedsPanel, SHOWN } from "./NeedsPanel";
import { RecordPanel } from "./RecordPanel";
import { SecretsPanel } from "./SecretsPanel";
import { SightPanel } from "./SightPanel";
import { StartPanel } from "./StartPanel";
import { Summary } from "./Summary";
import { denialsByRule } from "./denials";
import { stretchOf } from "./stretch";
import "./overview.css";

const route = getRouteApi("/");

export function OverviewPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = useQuery(statusQuery);
  const fresh = status.data?.last_seq === 0;
  return (
    <>
      <Top title="Overview">
        <Choice
          label="Time"
          any="Last 24 hours"
          value={search.range === "all" ? undefined : search.range}
          options={RANGE_CHOICES.filter(([name]) => name !== "24h")}
          onChange={(range) => void navigate({ search: (old) => ({ ...old, range, from: undefined, to: undefined }), replace: true })}
        />
      </Top>
      {status.data ? (fresh ? <Fresh status={status.data} /> : <Busy status={status.data} />) : <Loaded query={status} lines={8}>{() => null}</Loaded>}
    </>
  );
}

/** Nothing was ever recorded here. */
function Fresh({ status }: { status: Status }) {
  const query = useQuery(statusQuery);
  return (
    <>
      <Problems status={status} />
      <Summary figures={figuresOf([])} needs={0} working={undefined} status={status} phrase="here yet" />
      <div className="overview">
        <div className="stack">
          <StartPanel status={status} />
          <BlindPanel query={query} />
        </div>
        <div className="stack">
          <AgentsPanel query={query} />
          <RecordPanel query={query} />
        </div>
      </div>
    </>
  );
}

/** Alerts that are looked through; the page says where there are more. */
const ALERTS = 300;
const SESSIONS = 40;
const LOOK = 2000;

function Busy({ status }: { status: Status }) {
  const search = route.useSearch();
  const { since, until, step } = useRibbonTime();
  const { range, from, to } = search;
  const activity = useQuery(activityQuery(since, until, step));
  const findings = useInfiniteQuery(findingsQuery({ range: range === "all" ? undefined : (range ?? "24h"), from, to }, ALERTS));
  const incidents = useInfiniteQuery(incidentsQuery({ range: range === "all" ? undefined : (range ?? "24h"), from, to }, SHOWN));
  const sessions = useInfiniteQuery(sessionsQuery({}, SESSIONS));
  const now = useNow(LOOK);
  // Drawn again when the stream has brought what it begins with.
  useFact("line");
  const agents = sessions.data && agentsNow(sessions.data.pages[0]?.items ?? [], rows.snapshot(), now);
  const items = findings.data?.pages[0]?.items ?? [];
  const needs = incidents.data?.pages[0];
  const phrase = scopePhrase(search, "24h");
  const stretch = stretchOf(search, now);
  return (
    <>
      <Ribbon />
      <Problems status={status} />
      <Loaded query={activity} lines={1} brief>
        {(data) => <Summary figures={figuresOf(data.buckets, drawn(search))} needs={needs?.open ?? 0} working={agents?.length} status={status} phrase={phrase} />}
      </Loaded>
      <div className="overview">
        <div className="stack">
          <Loaded query={incidents} lines={5}>{({ pages: [list] }) => list && <NeedsPanel list={list} phrase={phrase} />}</Loaded>
          <div className="pair">
            <FirstSeenPanel stretch={stretch} phrase={phrase} />
            <SecretsPanel stretch={stretch} phrase={phrase} />
          </div>
          <LatestPanel />
        </div>
        <div className="stack">
          {agents ? <AgentsNowPanel agents={agents} fresh={status.last_seq === 0} /> : <Waiting lines={4} />}
          <SightPanel />
          {findings.data && <DeniedPanel rules={denialsByRule(items)} phrase={phrase} more={findings.hasNextPage} />}
        </div>
      </div>
    </>
  );
}
