// The page's one sentence, and the figures behind it.

import type { UseQueryResult } from "@tanstack/react-query";
import type { Stats, Status } from "../../api/types";
import { count, counted } from "../../format/number";
import { Loaded } from "../../parts/Loaded";
import { RANGE_PHRASES, type Range } from "../../state/range";

interface SummaryProps {
  stats: UseQueryResult<Stats>;
  status: Status | undefined;
  range: Range;
}

export function Summary({ stats, status, range }: SummaryProps) {
  return (
    <div className="summary">
      <Loaded query={stats} lines={1} brief>
        {(data) => {
          const [first, rest] = sentence(data, status, range);
          return (
            <>
              <p className="sentence">{first} <span>{rest}</span></p>
              <dl className="figures">
                <div><dt>events</dt><dd>{count(data.events)}</dd></div>
                <div><dt>alerts</dt><dd>{count(data.findings)}</dd></div>
                <div><dt><span className="swatch ask" aria-hidden />asked</dt><dd>{count(data.asked)}</dd></div>
                <div><dt><span className="swatch deny" aria-hidden />denied</dt><dd>{count(data.denied)}</dd></div>
              </dl>
            </>
          );
        }}
      </Loaded>
    </div>
  );
}

/** What matters, and then the rest. Says only what the figures say. */
export function sentence(stats: Stats, status: Status | undefined, range: Range): [string, string] {
  const phrase = RANGE_PHRASES[range];
  if (stats.events === 0 && status?.agents.every((agent) => agent.state === "not_hooked")) {
    return ["No agent is hooked.", "Ringfence sees nothing until one is."];
  }
  if (stats.events === 0) return [`Nothing was heard ${phrase}.`, "No agent has reported anything."];
  const asked = stats.asked > 0 ? `${count(stats.asked)} asked about` : "";
  if (stats.denied > 0) {
    const denied = `${counted(stats.denied, "action")} denied`;
    return [`${asked === "" ? denied : `${denied}, ${asked}`}.`, `Nothing else was stopped ${phrase}.`];
  }
  if (stats.asked > 0) return [`${counted(stats.asked, "action")} asked about.`, `Nothing was denied ${phrase}.`];
  if (stats.findings > 0) return [`${counted(stats.findings, "alert")} to look at.`, `Nothing was stopped ${phrase}.`];
  return ["Nothing needs you.", `No rule found anything ${phrase}.`];
}
