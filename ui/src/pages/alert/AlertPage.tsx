// One alert and its decision explained: what was attempted, why it was stopped, what the
// agent was told, how to undo it, and what happened around it.

import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { findingQuery } from "../../api/queries";
import { Drawer } from "../../parts/Drawer";
import { Empty } from "../../parts/Empty";
import { ActionView } from "../../parts/event/ActionView";
import { LabelsView } from "../../parts/event/LabelsView";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { Top } from "../../parts/Top";
import { useKeys } from "../../state/keys";
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
  const { open } = route.useSearch();
  const go = useNavigate();
  const navigate = route.useNavigate();
  const query = useQuery(findingQuery(id));
  const show = (event: string | undefined) => void navigate({ search: { open: event }, replace: true, resetScroll: false });
  useKeys({ Escape: () => void go({ to: "/alerts" }) });
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
      {open !== undefined && <Drawer key={open} id={open} onClose={() => show(undefined)} />}
    </>
  );
}
