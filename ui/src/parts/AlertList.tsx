// Alerts, one below the other: how bad, what, the evidence, what was decided, who, when.

import { Link } from "@tanstack/react-router";
import type { FindingRow } from "../api/types";
import { agentTitle } from "../format/words";
import { cell } from "./cells/cell";
import { Moment } from "./Moment";
import { SeverityMark } from "./SeverityMark";
import { VerdictMark } from "./VerdictMark";

interface AlertListProps {
  items: FindingRow[];
  onFocus: (id: string) => void;
}

export function AlertList({ items, onFocus }: AlertListProps) {
  return (
    <ul className="alert-list">
      {items.map((item) => <AlertItem key={item.finding.id} item={item} onFocus={onFocus} />)}
    </ul>
  );
}

function AlertItem({ item, onFocus }: { item: FindingRow; onFocus: (id: string) => void }) {
  const { finding } = item;
  return (
    <li>
      <span {...cell("severity", finding.severity)}><SeverityMark severity={finding.severity} /></span>
      <div className="alert-what" {...cell("rule", finding.rule)}>
        <Link to="/alerts/$id" params={{ id: finding.id }} className="row-link" data-row={finding.id} onFocus={() => onFocus(finding.id)}>
          {finding.title}
        </Link>
        <code className="cut">{finding.evidence || item.summary}</code>
      </div>
      <span className="alert-verdict" {...cell("verdict", finding.verdict)}><VerdictMark verdict={finding.verdict} /></span>
      <span className="alert-who" {...cell("agent", item.agent)}>{item.agent === null ? "Ringfence" : agentTitle(item.agent)}</span>
      <span className="alert-when"><Moment at={finding.at} /></span>
    </li>
  );
}
