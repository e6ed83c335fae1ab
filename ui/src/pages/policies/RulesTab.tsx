// All rules: what each does here, how often it matched, and what the user chose for it.

import { useState } from "react";
import type { RuleList, RuleRow } from "../../api/types";
import { count, counted } from "../../format/number";
import { CellTools } from "../../parts/cells/CellTools";
import { WhereChips } from "../../parts/cells/WhereChips";
import { cell } from "../../parts/cells/cell";
import { useWhere } from "../../parts/cells/useWhere";
import { SEVERITY_CHOICES } from "../../parts/choices";
import { Empty } from "../../parts/Empty";
import { Choice, Filters, TextFilter } from "../../parts/Filters";
import { Ago } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";
import { Prose } from "../../parts/Prose";
import { SeverityMark } from "../../parts/SeverityMark";
import { useCursor } from "../../state/cursor";
import { useOpen } from "../../state/open";
import type { BenchSearch, RootSearch } from "../../state/search";
import { ChangePanel } from "./ChangePanel";
import { ExceptionsPanel } from "./ExceptionsPanel";
import { HereMark } from "./HereMark";
import { SHOWS, fitting } from "./lines";

interface TabProps {
  rules: RuleList;
  search: BenchSearch & RootSearch;
  onSearch: (part: Partial<BenchSearch & RootSearch>) => void;
}

/** Rows that are drawn unasked: those that matched lately come first, and a clone of SigmaHQ has thousands. */
const FIRST = 50;

export function RulesTab({ rules, search, onSearch }: TabProps) {
  const { severity, show } = search;
  const [all, setAll] = useState(false);
  const { terms, clear } = useWhere();
  const lines = fitting(rules.items, { text: search.text, severity, show, terms });
  const shown = all ? lines : lines.slice(0, FIRST);
  const note = useCursor({ ids: shown.map((rule) => rule.id), row: search.row, setRow: (row) => onSearch({ row }) });
  const clearAll = () => {
    clear();
    onSearch({ text: undefined, where: undefined, severity: undefined, show: undefined });
  };
  return (
    <>
      <Filters>
        <TextFilter label="Rule, title or technique" value={search.text} onChange={(text) => onSearch({ text })} />
        <Choice label="Which rules" any="All rules" value={show} options={SHOWS} onChange={(next) => onSearch({ show: next })} />
        <Choice label="Severity" any="Every severity" value={severity} options={SEVERITY_CHOICES} onChange={(next) => onSearch({ severity: next })} />
        <WhereChips />
        <span className="label live-count">{counted(lines.length, "rule")}</span>
      </Filters>
      <div className="policies">
        <section className="panel" aria-label="Rules, the most frequent first">
          {shown.length === 0 ? (
            <Empty title="No rule fits the filters." action={<button type="button" className="button" onClick={clearAll}>Clear the filters</button>} />
          ) : <CellTools><RuleTable lines={shown} days={rules.days} onFocus={note} /></CellTools>}
          {lines.length > shown.length && <p className="more"><button type="button" className="button" onClick={() => setAll(true)}>Show all {count(lines.length)} rules</button></p>}
        </section>
        <div className="stack">
          {rules.problems.length > 0 && (
            <Panel title="Rules that can't be used">
              <ul className="blind">{rules.problems.map((problem) => <li key={problem}><Prose text={problem} /></li>)}</ul>
            </Panel>
          )}
          <ExceptionsPanel rules={rules} />
          <ChangePanel />
        </div>
      </div>
    </>
  );
}

function RuleTable({ lines, days, onFocus }: { lines: readonly RuleRow[]; days: number; onFocus: (rule: string) => void }) {
  const { show } = useOpen();
  return (
    <table className="table rule-table">
      <thead>
        <tr>
          <th scope="col" className="severity-column">Severity</th>
          <th scope="col">Rule</th>
          <th scope="col" className="here-column">Here</th>
          <th scope="col" className="figure-column recent-column">{days} days</th>
          <th scope="col" className="figure-column">In all</th>
          <th scope="col" className="last-column">Last match</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((rule) => (
          <tr key={rule.id}>
            <td className="severity-column" {...cell("severity", rule.severity)}><SeverityMark severity={rule.severity} /></td>
            <td className="cut main-column" {...cell("rule", rule.id)}>
              <button type="button" className="row-link" data-row={rule.id} onFocus={() => onFocus(rule.id)} onClick={() => show({ kind: "rule", id: rule.id })} title={rule.title}>
                <span className="mono">{rule.id}</span> <span className="dim">{rule.title}</span>
              </button>
            </td>
            <td className="here-column" {...cell("here", rule.here)}><HereMark rule={rule} /></td>
            <td className="figure-column recent-column">{figure(rule.hits.recent)}</td>
            <td className="figure-column">{figure(rule.hits.all)}</td>
            <td className="last-column dim">{rule.hits.last === null ? <span className="faint">never</span> : <Ago at={rule.hits.last} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function figure(value: number) {
  return value === 0 ? <span className="faint">0</span> : count(value);
}
