// Which rules found something, the most frequent first.

import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Stats } from "../../api/types";
import { count } from "../../format/number";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { RANGE_PHRASES, type Range } from "../../state/range";

const SHOWN = 6;

export function RulesPanel({ stats, range }: { stats: UseQueryResult<Stats>; range: Range }) {
  return (
    <Panel title="Rules that matched" className="narrow">
      <Loaded query={stats} lines={5}>
        {(data) => {
          const rules = Object.entries(data.by_rule).toSorted((one, other) => other[1] - one[1]);
          const most = rules[0]?.[1] ?? 1;
          if (rules.length === 0) return <Empty title={`None ${RANGE_PHRASES[range]}.`} command="ringfence rules list" />;
          return (
            <ul className="rule-list">
              {rules.slice(0, SHOWN).map(([rule, times]) => (
                <li key={rule}>
                  <Link to="/alerts" search={{ rule, range }} className="row-link mono cut">{rule}</Link>
                  <span className="meter" aria-hidden><span style={{ width: `${(times / most) * 100}%` }} /></span>
                  <b>{count(times)}</b>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Panel>
  );
}
