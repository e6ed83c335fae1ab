// The page's one sentence, and the figures behind it.

import type { Status } from "../../api/types";
import { count } from "../../format/number";
import { type Figures, sentence } from "./figures";

interface SummaryProps {
  figures: Figures;
  /** How many sessions need somebody. */
  needs: number;
  /** How many sessions go on now. */
  working: number | undefined;
  status: Status | undefined;
  phrase: string;
}

export function Summary({ figures, needs, working, status, phrase }: SummaryProps) {
  const [first, rest] = sentence(figures, needs, status, phrase);
  return (
    <div className="summary">
      <p className="sentence">{first} <span>{rest}</span></p>
      <dl className="figures">
        {working !== undefined && <div><dt>agents now</dt><dd>{count(working)}</dd></div>}
        <div><dt>events</dt><dd>{count(figures.events)}</dd></div>
        <div><dt>alerted</dt><dd>{count(figures.alerted)}</dd></div>
        <div><dt><span className="swatch ask" aria-hidden />asked</dt><dd>{count(figures.asked)}</dd></div>
        <div><dt><span className="swatch deny" aria-hidden />denied</dt><dd>{count(figures.denied)}</dd></div>
      </dl>
    </div>
  );
}
