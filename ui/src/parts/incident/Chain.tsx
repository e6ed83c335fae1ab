// A story in one line: its telling steps, one after the other.

import { Fragment } from "react";
import type { IncidentStep } from "../../api/types";
import { LaneIcon } from "./LaneIcon";

/** Steps that are drawn; those before are counted. */
const DRAWN = 4;

export function Chain({ steps, all }: { steps: readonly IncidentStep[]; all: number }) {
  const drawn = steps.slice(-DRAWN);
  if (drawn.length === 0) return null;
  return (
    <p className="chain">
      {all > drawn.length && <><span className="faint chain-more">{all - drawn.length} more</span><span className="arrow" aria-hidden>→</span></>}
      {drawn.map((step, place) => (
        <Fragment key={step.place}>
          {place > 0 && <span className="arrow" aria-hidden>→</span>}
          <span className={`step ${step.verdict} ${step.carries_secret ? "carries" : ""}`} title={`${step.what}: ${step.to}`}>
            <LaneIcon step={step} />
            <code className="cut">{step.to || step.what}</code>
          </span>
        </Fragment>
      ))}
    </p>
  );
}
