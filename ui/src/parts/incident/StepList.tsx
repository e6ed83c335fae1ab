// The steps of a story, one below the other: the same as the picture, for those who read.

import { Link } from "@tanstack/react-router";
import type { Incident, IncidentStep } from "../../api/types";
import { span } from "../../format/time";
import { LaneIcon } from "./LaneIcon";

export function StepList({ incident, steps }: { incident: Incident; steps: readonly IncidentStep[] }) {
  const hidden = incident.steps.length - steps.length;
  return (
    <ol className="step-list">
      {hidden > 0 && <li className="faint"><Link to="/incidents/$id" params={{ id: incident.id }} className="quiet-link">{hidden} before</Link></li>}
      {steps.map((step) => (
        <li key={step.place} className={step.carries_secret ? "carries" : ""}>
          <span className="mono faint">+{span(Date.parse(step.at) - Date.parse(incident.first))}</span>
          <span className={`step-icon ${step.verdict}`}><LaneIcon step={step} /></span>
          <Link to="/incidents/$id" params={{ id: incident.id }} search={{ step: step.place }} className="row-link cut" title={step.to}>
            {step.what} <code className="dim">{step.to}</code>
          </Link>
        </li>
      ))}
    </ol>
  );
}
