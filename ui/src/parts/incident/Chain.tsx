// A story in one line: the rules that spoke, in order; what was done stands on its own page.

import { Fragment } from "react";

/** Rules that are drawn; the ones after are counted. */
const DRAWN = 4;

export function Chain({ rules }: { rules: readonly string[] }) {
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
