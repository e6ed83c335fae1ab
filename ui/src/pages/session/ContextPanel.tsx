// How full the model's context is at the moment that is looked at: told by transcripts and telemetry only.

import { useQueries } from "@tanstack/react-query";
import { eventQuery } from "../../api/queries";
import type { EventRow } from "../../api/types";
import { short } from "../../format/number";
import { Panel } from "../../parts/Panel";
import { contextOf, requestsUpTo } from "./context";

/** Requests that are looked at: the latest may be of a side conversation. */
const MOST = 4;

export function ContextPanel({ rows, at }: { rows: readonly EventRow[]; at: string | undefined }) {
  const queries = useQueries({ queries: requestsUpTo(rows, at, MOST).map((row) => eventQuery(row.id)) });
  const context = contextOf(queries.map((query) => query.data));
  if (!context) return null;
  const { parts, used, fits } = context;
  const whole = fits ?? used;
  return (
    <Panel title="Context" aside={fits === undefined ? `${short(used)} tokens` : `${short(used)} of ${short(fits)}`}>
      <div className="padded context">
        <span className="context-bar" aria-hidden>{parts.map(({ word, tokens }) => <span key={word} style={{ width: `${(100 * tokens) / whole}%` }} />)}</span>
        <ul>{parts.map(({ word, tokens }) => <li key={word}>{word}, {short(tokens)}</li>)}</ul>
        <p className="faint">{context.model || "model not known"}{fits !== undefined && `, which usually has room for ${short(fits)}`}</p>
      </div>
    </Panel>
  );
}
