// A story in one line: its telling steps, one after the other.

import { Fragment } from "react";
import type { ChainStep } from "../../api/types";
import { LaneIcon } from "./LaneIcon";

/** Steps that are drawn; those before are counted. */
const DRAWN = 4;

export function Chain({ steps, all }: { steps: readonly ChainStep[]; all: number }) {
  const drawn = steps.slice(-DRAWN);
  if (drawn.length === 0) return null;
  return (
    <p className="chain">
      {all > drawn.length && <><span className="faint chain-more">{all - drawn.length} more</span><span className="arrow" aria-hidden>→</span></>}
      {drawn.map((step, place) => (
        // Steps of a story never change their places.
        <Fragment key={place}>
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

/** The same by the rules that spoke, in order. */
export function RuleLine({ rules }: { rules: readonly string[] }) {
  const drawn = rules.slice(0, DRAWN);
  return (
    <p className="chain">
      {drawn.map((rule, place) => (
        <Fragment key={rule}>
          {place > 0 && <span className="arrow" aria-hidden>→</span>}
          <span className="step"><code className="cut">{rule}</code></span>
        </Fragment>
      ))}
      {rules.length > drawn.length && <span className="faint chain-more">and {rules.length - drawn.length} more</span>}
    </p>
  );
}
