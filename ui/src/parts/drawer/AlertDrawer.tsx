// One alert in short: what, why, what it was about, and the way to all of it.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { findingQuery } from "../../api/queries";
import { Empty } from "../Empty";
import { EventView } from "../event/EventView";
import { Loaded } from "../Loaded";
import { Moment } from "../Moment";
import { Prose } from "../Prose";
import { SeverityMark } from "../SeverityMark";
import { VerdictMark } from "../VerdictMark";
import type { Inside } from "./Drawer";

export function AlertDrawer({ id }: Inside) {
  const query = useQuery(findingQuery(id));
  return (
    <Loaded query={query} lines={6} missing={<Empty title="No alert has this id.">It may be older than what is kept, or the address is wrong.</Empty>}>
      {(detail) => {
        const { finding } = detail.finding;
        return (
          <div className="event-view">
            <section>
              <p className="found-head"><SeverityMark severity={finding.severity} /><VerdictMark verdict={finding.verdict} /><Moment at={finding.at} /></p>
              <p className="lead"><b>{finding.title}</b></p>
              <p className="dim"><Prose text={finding.reason} /></p>
              <p><Link to="/alerts/$id" params={{ id }} className="link">The whole alert, and how to undo it</Link></p>
            </section>
            <EventView detail={{ ...detail.event, findings: [] }} />
          </div>
        );
      }}
    </Loaded>
  );
}
