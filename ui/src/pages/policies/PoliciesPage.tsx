// What is enforced, and whether it matches anything. A list to read: rules are changed in a
// terminal, which no agent can do.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { findingsQuery, statsQuery, statusQuery } from "../../api/queries";
import { count, counted } from "../../format/number";
import { modeWord } from "../../format/words";
import { CellTools } from "../../parts/cells/CellTools";
import { WhereChips } from "../../parts/cells/WhereChips";
import { cell } from "../../parts/cells/cell";
import { useWhere } from "../../parts/cells/useWhere";
import { CommandLine } from "../../parts/CommandLine";
import { Empty } from "../../parts/Empty";
import { Filters, TextFilter } from "../../parts/Filters";
import { Loaded } from "../../parts/Loaded";
import { Ago } from "../../parts/Moment";
import { NotSeen } from "../../parts/NotSeen";
import { Panel } from "../../parts/Panel";
import { SeverityMark } from "../../parts/SeverityMark";
import { Top } from "../../parts/Top";
import { VerdictMark } from "../../parts/VerdictMark";
import { useCursor } from "../../state/cursor";
import { useOpen } from "../../state/open";
import type { TableSearch } from "../../state/search";
import { fits } from "../../state/where";
import { type RuleLine, ruleLines } from "./lines";
import "./policies.css";

const route = getRouteApi("/policies");
/** Alerts that are looked through for the latest match of each rule. */
const READ = 500;

export function PoliciesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (part: Partial<TableSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const setText = useCallback((text: string | undefined) => set({ text }), [set]);
  const setRow = useCallback((row: string) => set({ row }), [set]);
  const stats = useQuery(statsQuery("all"));
  const findings = useInfiniteQuery(findingsQuery({}, READ));
  const { terms, clear } = useWhere();
  const wanted = search.text?.toLowerCase();
  const all = ruleLines(stats.data?.by_rule ?? {}, findings.data?.pages[0]?.items ?? []);
  const lines = all.filter(
    ({ rule, latest }) =>
      (wanted === undefined || rule.toLowerCase().includes(wanted) || latest?.title.toLowerCase().includes(wanted))
      && fits({ rule, severity: latest?.severity, verdict: latest?.verdict }, terms),
  );
  const note = useCursor({ ids: lines.map((line) => line.rule), row: search.row, setRow });
  const clearAll = () => {
    clear();
    void navigate({ search: {}, replace: true });
  };
  return (
    <>
      <Top title="Policies" />
      <Mode />
      <Filters>
        <TextFilter label="Rule or title" value={search.text} onChange={setText} />
        <WhereChips />
        <span className="label live-count">{stats.data && `${counted(lines.length, "rule")} matched, in all that is kept`}</span>
      </Filters>
      <div className="policies">
        <section className="panel" aria-label="Rules that matched">
          <Loaded query={stats} lines={8}>
            {() => {
              if (lines.length > 0) return <CellTools><RuleTable lines={lines} onFocus={note} /></CellTools>;
              if (all.length === 0) {
                return (
                  <Empty title="No rule has found anything." command="ringfence check -- cat ~/.ssh/id_rsa">
                    To see what would be decided about a command, without running it:
                  </Empty>
                );
              }
              return <Empty title="No rule fits the filters." action={<button type="button" className="button" onClick={clearAll}>Clear the filters</button>} />;
            }}
          </Loaded>
        </section>
        <div className="stack">
          <Panel title="Rules that never matched">
            <NotSeen
              reason={{
                title: "They are not listed here yet.",
                because: ["The API tells a rule with what it found; it has no list of all rules yet. A terminal has:"],
                command: "ringfence rules list",
              }}
            />
          </Panel>
          <Panel title="Before a rule is changed">
            <ul className="fixes">
              <li><CommandLine command="ringfence rules backtest" /><p className="dim">Counts what rules would have found in what was recorded here.</p></li>
              <li><CommandLine command="ringfence rules lint" /><p className="dim">Names rules that cannot match, match too much, are slow, or never fire.</p></li>
            </ul>
          </Panel>
        </div>
      </div>
    </>
  );
}

function Mode() {
  const { data: status } = useQuery(statusQuery);
  if (!status) return null;
  const mode = modeWord(status.mode);
  return <p className="sentence page-sentence">{mode.word}: {counted(status.rules, "rule")} in force. <span>{mode.means}</span></p>;
}

function RuleTable({ lines, onFocus }: { lines: readonly RuleLine[]; onFocus: (rule: string) => void }) {
  const { show } = useOpen();
  return (
    <table className="table rule-table">
      <thead>
        <tr>
          <th scope="col" className="severity-column">Severity</th>
          <th scope="col">Rule</th>
          <th scope="col" className="verdict-column">Last answer</th>
          <th scope="col" className="figure-column">Matches</th>
          <th scope="col" className="figure-column allowed-column">Allowed</th>
          <th scope="col" className="last-column">Last match</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ rule, hits, latest, allowed }) => (
          <tr key={rule}>
            <td className="severity-column" {...cell("severity", latest?.severity)}>{latest ? <SeverityMark severity={latest.severity} /> : <span className="faint">–</span>}</td>
            <td className="cut main-column" {...cell("rule", rule)}>
              <button type="button" className="row-link" data-row={rule} onFocus={() => onFocus(rule)} onClick={() => show({ kind: "rule", id: rule })}>
                <span className="mono">{rule}</span> <span className="dim">{latest?.title}</span>
              </button>
            </td>
            <td className="verdict-column" {...cell("verdict", latest?.verdict)}>{latest && <VerdictMark verdict={latest.verdict} />}</td>
            <td className="figure-column">{count(hits)}</td>
            <td className="figure-column allowed-column dim">{allowed > 0 ? count(allowed) : <span className="faint">0</span>}</td>
            <td className="last-column dim">{latest ? <Ago at={latest.at} /> : <span className="faint">long ago</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
