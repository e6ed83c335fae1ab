// Tokens and cost: by model, agent, project, day or session, as transcripts and telemetry tell.

import { useQuery } from "@tanstack/react-query";
import { costQuery } from "../../api/queries";
import type { CostAnswer, CostBy } from "../../api/types";
import { count, counted, short } from "../../format/number";
import { project, shortId } from "../../format/path";
import { cachedShare, costWord, tokensOf } from "../../format/spent";
import { agentTitle } from "../../format/words";
import { Loaded } from "../../parts/Loaded";
import { NotSeen } from "../../parts/NotSeen";
import { Panel } from "../../parts/Panel";
import { RANGE_PHRASES, type Range } from "../../state/range";
import { COST_BY } from "../../state/search";

const BY: Record<CostBy, { word: string; column: string; say: (name: string) => string }> = {
  model: { word: "By model", column: "Model", say: same },
  agent: { word: "By agent", column: "Agent", say: agentTitle },
  project: { word: "By project", column: "Project", say: (name) => project(name) ?? "not known" },
  day: { word: "By day", column: "Day", say: same },
  session: { word: "By session", column: "Session", say: shortId },
};

function same(name: string): string {
  return name;
}

interface CostPanelProps {
  range: Range;
  by: CostBy;
  onBy: (by: CostBy) => void;
}

export function CostPanel({ range, by, onBy }: CostPanelProps) {
  const query = useQuery(costQuery(by, range));
  return (
    <Panel title="Tokens and cost" className="cost" aside={query.data && `prices of ${query.data.prices_of}`}>
      <div className="padded tabs" role="group" aria-label="Sums">
        {COST_BY.map((name) => (
          <button key={name} type="button" className="button small" aria-pressed={name === by} onClick={() => onBy(name)}>{BY[name].word}</button>
        ))}
      </div>
      <Loaded query={query} lines={3}>{(answer) => (answer.total.requests === 0 ? <Nothing range={range} /> : <Sums answer={answer} by={by} />)}</Loaded>
    </Panel>
  );
}

function Nothing({ range }: { range: Range }) {
  return (
    <NotSeen
      reason={{
        title: `No request to a model is known ${RANGE_PHRASES[range]}.`,
        because: ["Hooks do not tell of tokens: transcripts and telemetry do, and neither has told of any."],
        command: "ringfence install --telemetry",
      }}
    />
  );
}

const SHOWN = 20;

function Sums({ answer, by }: { answer: CostAnswer; by: CostBy }) {
  const rows = answer.rows.slice(0, SHOWN);
  const unknown = answer.unknown_models;
  const most = Math.max(1, ...rows.map(tokensOf));
  return (
    <>
      <div className="cells">
        <table className="table cost-table">
          <thead>
            <tr>
              <th scope="col">{BY[by].column}</th>
              <th scope="col" className="share-column wide-only"><span className="hidden">Share of the tokens</span></th>
              <th scope="col" className="figure-column wide-only">Requests</th>
              <th scope="col" className="figure-column wide-only">Sessions</th>
              <th scope="col" className="figure-column">Tokens</th>
              <th scope="col" className="figure-column">Cached</th>
              <th scope="col" className="cost-column">Cost</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row" className="cut" title={row.name}>{BY[by].say(row.name)}</th>
                <td className="share-column wide-only"><span className="meter" aria-hidden><span style={{ width: `${(100 * tokensOf(row)) / most}%` }} /></span></td>
                <td className="figure-column wide-only dim">{count(row.requests)}</td>
                <td className="figure-column wide-only dim">{count(row.sessions)}</td>
                <td className="figure-column">{short(tokensOf(row))}</td>
                <td className="figure-column dim">{cachedShare(row)} %</td>
                <td className="cost-column">{costWord(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="panel-end">
        Together {short(tokensOf(answer.total))} tokens, {cachedShare(answer.total)} % of what was read from a cache, {costWord(answer.total)}.
        {answer.rows.length > SHOWN && ` ${counted(answer.rows.length - SHOWN, "more line")}.`}
        {answer.more && " There were more requests than are added up at once: these are the oldest."}
        {unknown.length > 0 && ` Without a price: ${unknown.join(", ")}.`}
      </p>
    </>
  );
}
