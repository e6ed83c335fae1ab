// One alert and its decision explained: what was attempted, why it was stopped, what the
// agent was told, how to undo it, and what happened around it.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { findingQuery, findingsQuery } from "../../api/queries";
import { Empty } from "../../parts/Empty";
import { ActionView } from "../../parts/event/ActionView";
import { LabelsView } from "../../parts/event/LabelsView";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { Top } from "../../parts/Top";
import { type Bindings, useKeys } from "../../state/keys";
import { useOpen } from "../../state/open";
import { AlertHead } from "./AlertHead";
import { Around } from "./Around";
import { RulePanel } from "./RulePanel";
import { Steps } from "./Steps";
import { ToldPanel } from "./ToldPanel";
import { UndoPanel } from "./UndoPanel";
import { WhyPanel } from "./WhyPanel";
import "./alert.css";

const route = getRouteApi("/alerts/$id");

export function AlertPage() {
  const { id } = route.useParams();
  const go = useNavigate();
  const opened = useOpen();
  const query = useQuery(findingQuery(id));
  const show = (event: string) => opened.show({ kind: "event", id: event });
  const others = useOthers(id);
  useKeys({ Escape: () => void go({ to: "/alerts" }), ...others });
  return (
    <>
      <Top title="Alert" windowTitle={query.data?.finding.finding.title} back={{ to: "/alerts", word: "Alerts" }} bare={!query.data} />
      <Loaded
        query={query}
        lines={10}
        missing={
          <div className="panel">
            <Empty title="No alert has this id." action={<Link to="/alerts" className="button">All alerts</Link>}>
              It may be older than what is kept, or the address is wrong.
            </Empty>
          </div>
        }
      >
        {(detail) => (
          <>
            <AlertHead detail={detail} />
            <div className="alert-grid">
              <div className="stack">
                <Panel title="What was attempted">
                  <div className="padded event-view">
                    <ActionView event={detail.event.event} evidence={[detail.finding.finding.evidence]} />
                    <LabelsView labels={detail.event.event.labels} />
                  </div>
                </Panel>
                <WhyPanel detail={detail} />
                <RulePanel rule={detail.rule} id={detail.finding.finding.rule} />
              </div>
              <div className="stack">
                <UndoPanel detail={detail} />
                <ToldPanel detail={detail} />
                <Steps detail={detail} onOpen={show} />
                <Around detail={detail} onOpen={show} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

/** The alerts before and after this one in the list, by `[` and `]`. */
function useOthers(id: string): Bindings {
  const go = useNavigate();
  const query = useInfiniteQuery(findingsQuery({}));
  const ids = query.data?.pages.flatMap((page) => page.items.map((item) => item.finding.id)) ?? [];
  const place = ids.indexOf(id);
  const to = (step: number) => {
    const other = place < 0 ? undefined : ids[place + step];
    if (other !== undefined) void go({ to: "/alerts/$id", params: { id: other } });
  };
  return { "]": () => to(1), "[": () => to(-1) };
}
