// A story in one line: its telling steps, one after the other.

import { Fragment } from "react";
import type { IncidentStep } from "../../api/types";
import { LaneIcon } from "./LaneIcon";

/** Steps that are drawn: how it began, and how it ended. Those between are counted. */
const DRAWN = 4;

export function Chain({ steps, all }: { steps: readonly IncidentStep[]; all: number }) {
  const [first, ...others] = steps;
  if (!first) return null;
  const drawn = [first, ...others.slice(1 - DRAWN)];
  return (
    <p className="chain">
      {drawn.map((step, place) => (
        <Fragment key={step.place}>
          {place > 0 && <span className="arrow" aria-hidden>→</span>}
          {place === 1 && all > drawn.length && <><span className="faint chain-more">{all - drawn.length} more</span><span className="arrow" aria-hidden>→</span></>}
          <span className={`step ${step.verdict} ${step.carries_secret ? "carries" : ""}`} title={`${step.what}: ${step.to}`}>
            <LaneIcon step={step} />
            <code className="cut">{step.to || step.what}</code>
          </span>
        </Fragment>
      ))}
    </p>
  );
}
