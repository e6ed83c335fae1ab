// What was denied, by rule.

import { Link } from "@tanstack/react-router";
import { count } from "../../format/number";
import { Panel } from "../../parts/Panel";
import { SeverityMark } from "../../parts/SeverityMark";
import type { Denials } from "./denials";

const SHOWN = 6;

interface DeniedPanelProps {
  rules: readonly Denials[];
  phrase: string;
  /** Set when there may be more than was counted. */
  more: boolean;
}

export function DeniedPanel({ rules, phrase, more }: DeniedPanelProps) {
  const most = rules[0]?.times ?? 1;
  return (
    <Panel title="Denied, by rule" aside={<Link to="/policies" className="quiet-link">Policies</Link>}>
      {rules.length === 0 && <p className="padded dim">Nothing was denied {phrase}.</p>}
      <ul className="rule-list">
        {rules.slice(0, SHOWN).map((line) => (
          <li key={line.rule}>
            <SeverityMark severity={line.severity} word={false} />
            <Link to="/alerts" search={(old) => ({ rule: line.rule, verdict: "deny" as const, range: old.range, from: old.from, to: old.to })} className="row-link mono cut">{line.rule}</Link>
            <span className="meter" aria-hidden><span style={{ width: `${(line.times / most) * 100}%` }} /></span>
            <b>{count(line.times)}</b>
          </li>
        ))}
      </ul>
      {more && <p className="panel-end">Of the latest alerts only: there are more than are counted here.</p>}
    </Panel>
  );
}
