// The evidence of one step: what was done, why it was answered so, where it came from, and
// what another answer of the rule would do.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { eventQuery } from "../../api/queries";
import type { EventDetail, Finding, IncidentDetail, IncidentStep } from "../../api/types";
import { counted } from "../../format/number";
import { verdictWord } from "../../format/words";
import { ActionView } from "../../parts/event/ActionView";
import { LabelsView } from "../../parts/event/LabelsView";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { Clock } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";
import { Prose } from "../../parts/Prose";
import { SeverityMark } from "../../parts/SeverityMark";
import { strictest } from "./facts";
import { CameFromView } from "./CameFromView";
import { WhatIf } from "./WhatIf";

interface StepPanelProps {
  detail: IncidentDetail;
  step: IncidentStep;
  onOpen: (event: string) => void;
}

export function StepPanel({ detail, step, onOpen }: StepPanelProps) {
  const query = useQuery(eventQuery(step.place));
  const number = detail.incident.steps.indexOf(step) + 1;
  return (
    <Panel
      title={`Step ${number}: ${step.what}`}
      className="step-panel"
      aside={<><Clock at={step.at} /> <button type="button" className="quiet-button" onClick={() => onOpen(step.place)}>Event {step.place}</button></>}
    >
      <Loaded query={query} lines={6} missing={<Empty title="The event is gone from the record.">It was older than what is kept.</Empty>}>
        {(event) => (
          <div className="padded event-view">
            <ActionView event={event.event} evidence={event.findings.map((finding) => finding.evidence)} />
            <LabelsView labels={event.event.labels} />
            <div className="step-why">
              <WhyAnswered event={event} />
              <WhatIf event={event} />
            </div>
            <CameFromView event={event} place={step.place} onOpen={onOpen} />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

const TITLES = { deny: "Why it was denied", ask: "Why it was asked about", alert: "Why it was noted", allow: "Why it belongs to the story" };

/** Reasons that stand there unasked: the strictest. */
const REASONS = 3;

function WhyAnswered({ event }: { event: EventDetail }) {
  const findings = strictest(event.findings);
  const others = findings.slice(REASONS);
  return (
    <section>
      <h3>{TITLES[event.verdict]}</h3>
      {findings.length === 0 ? <p className="dim">Nothing was found in it alone: it is an earlier step of what came later.</p> : <Reasons findings={findings.slice(0, REASONS)} />}
      {others.length > 0 && (
        <details className="fact-more">
          <summary>{counted(others.length, "rule")} more</summary>
          <Reasons findings={others} />
        </details>
      )}
    </section>
  );
}

function Reasons({ findings }: { findings: readonly Finding[] }) {
  return (
    <ol className="reasons">
      {findings.map((finding) => (
        <li key={finding.id}>
          <SeverityMark severity={finding.severity} word={false} />
          <span>
            <Link to="/alerts/$id" params={{ id: finding.id }} className="link mono">{finding.rule}</Link>{" "}
            <span className="faint">{finding.allowed_by === undefined ? verdictWord(finding.verdict).toLowerCase() : "allowed by you"}</span>
            <span className="block dim"><Prose text={finding.reason} /></span>
          </span>
        </li>
      ))}
    </ol>
  );
}
