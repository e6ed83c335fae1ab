// One event, whole: what happened, what was read in it, what was found, where it came from.

import { Link } from "@tanstack/react-router";
import type { EventDetail, Finding } from "../../api/types";
import { Prose } from "../Prose";
import { SeverityMark } from "../SeverityMark";
import { VerdictMark } from "../VerdictMark";
import { ActionView } from "./ActionView";
import { EventFacts } from "./EventFacts";
import { LabelsView } from "./LabelsView";

export function EventView({ detail }: { detail: EventDetail }) {
  const { event, findings } = detail;
  const { rest } = event;
  return (
    <div className="event-view">
      <ActionView event={event} evidence={findings.map((finding) => finding.evidence)} />
      {findings.length > 0 && (
        <section>
          <h3>What was found</h3>
          <ul className="found">
            {findings.map((finding) => <FoundItem key={finding.id} finding={finding} />)}
          </ul>
        </section>
      )}
      <LabelsView labels={event.labels} />
      <EventFacts detail={detail} />
      {rest !== undefined && Object.keys(rest).length > 0 && (
        <details>
          <summary>Other fields, as the agent sent them</summary>
          <pre className="code">{JSON.stringify(rest, null, 2)}</pre>
        </details>
      )}
    </div>
  );
}

function FoundItem({ finding }: { finding: Finding }) {
  return (
    <li>
      <p className="found-head">
        <SeverityMark severity={finding.severity} />
        <VerdictMark verdict={finding.verdict} />
      </p>
      <Link to="/alerts/$id" params={{ id: finding.id }} className="link">{finding.title}</Link>
      <p className="dim"><Prose text={finding.reason} /></p>
    </li>
  );
}
