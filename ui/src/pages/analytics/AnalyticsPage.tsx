// How much, by whom, with what: the record counted up.

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, getRouteApi } from "@tanstack/react-router";
import { statsQuery } from "../../api/queries";
import type { Stats } from "../../api/types";
import { count, counted } from "../../format/number";
import { AGENT_NAMES, KIND_NAMES, SEVERITY_NAMES, agentTitle, doesWord, kindWord, severityWord, verdictWord } from "../../format/words";
import { RANGE_CHOICES } from "../../parts/choices";
import { Choice } from "../../parts/Filters";
import { Loaded } from "../../parts/Loaded";
import { NothingHeard } from "../../parts/NothingHeard";
import { Panel } from "../../parts/Panel";
import { Top } from "../../parts/Top";
import { RANGE_PHRASES, type Range } from "../../state/range";
import { CostPanel } from "./CostPanel";
import { shares } from "./shares";
import "./analytics.css";

const route = getRouteApi("/analytics");

export function AnalyticsPage() {
  const { range = "all", by = "model" } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(statsQuery(range));
  return (
    <>
      <Top title="Analytics">
        <Choice
          label="Time"
          any="All that is kept"
          value={range === "all" ? undefined : range}
          options={RANGE_CHOICES}
          onChange={(chosen) => void navigate({ search: (old) => ({ ...old, range: chosen }), replace: true })}
        />
      </Top>
      <Loaded query={query} lines={10}>
        {(stats) => (
          <>
            <p className="sentence page-sentence">{counted(stats.events, "event")} {RANGE_PHRASES[range]}. <span>{counted(stats.findings, "alert")}, {count(stats.denied)} denied.</span></p>
            {stats.events === 0 ? <div className="panel"><NothingHeard /></div> : (
              <>
                <CostPanel range={range} by={by} onBy={(chosen) => void navigate({ search: (old) => ({ ...old, by: chosen }), replace: true, resetScroll: false })} />
                <Counts stats={stats} range={range} />
              </>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function Counts({ stats, range }: { stats: Stats; range: Range }) {
  return (
    <div className="analytics">
      <Bars title="Agents" counts={stats.by_agent} say={(name) => (name === "none" ? "Ringfence" : agentTitle(name))} to={(name) => (isOne(AGENT_NAMES, name) ? <Link to="/sessions" search={{ agent: name, range }} className="row-link cut">{agentTitle(name)}</Link> : undefined)} />
      <Bars title="What tools did" counts={stats.by_operation} say={doesWord} />
      <Bars title="Kinds of events" counts={stats.by_kind} say={kindWord} to={(name) => (isOne(KIND_NAMES, name) ? <Link to="/live" search={{ kind: name }} className="row-link cut">{kindWord(name)}</Link> : undefined)} />
      <Bars title="Answers" counts={stats.by_verdict} say={verdictWord} />
      <Bars title="Alerts by severity" counts={stats.by_severity} say={severityWord} to={(name) => (isOne(SEVERITY_NAMES, name) ? <Link to="/alerts" search={{ severity: name, range }} className="row-link cut">{severityWord(name)}</Link> : undefined)} />
      <Bars title="Alerts by rule" counts={stats.by_rule} say={same} to={(name) => <Link to="/alerts" search={{ rule: name, range }} className="row-link cut mono">{name}</Link>} />
    </div>
  );
}

function same(name: string): string {
  return name;
}

/** Whether a name is one of those that an address can say. */
function isOne<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}

const SHOWN = 10;

interface BarsProps {
  title: string;
  counts: Readonly<Record<string, number>>;
  say: (name: string) => string;
  /** Where what was counted is listed. */
  to?: (name: string) => ReactNode;
}

function Bars({ title, counts, say, to }: BarsProps) {
  const lines = shares(counts, SHOWN);
  return (
    <Panel title={title}>
      {lines.length === 0 && <p className="padded dim">None.</p>}
      <table className="bars">
        <tbody>
          {lines.map((line) => (
            <tr key={line.name}>
              <th scope="row" className="cut">{(line.name in counts && to?.(line.name)) || say(line.name)}</th>
              <td className="bar-cell"><span className="meter" aria-hidden><span style={{ width: `${line.bar * 100}%` }} /></span></td>
              <td className="number-cell">{count(line.value)}</td>
              <td className="number-cell faint">{line.percent} %</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
