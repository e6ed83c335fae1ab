// The story of one incident beside the list: what happened, what it comes to, what to do.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { incidentQuery } from "../../api/incidents";
import type { IncidentRow, IncidentStatus } from "../../api/types";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { Moment } from "../../parts/Moment";
import { SeverityMark } from "../../parts/SeverityMark";
import { HandledLine } from "../../parts/incident/HandledLine";
import { Narrative } from "../../parts/incident/Narrative";
import { StepList } from "../../parts/incident/StepList";
import { TodoList } from "../../parts/incident/TodoList";

interface PreviewProps {
  row: IncidentRow;
  onSettle: (status: IncidentStatus) => void;
}

/** Steps that a preview has room for. */
const STEPS = 7;
const TODOS = 3;

export function Preview({ row, onSettle }: PreviewProps) {
  const query = useQuery(incidentQuery(row.id));
  return (
    <aside className="panel preview" aria-label="The incident that is looked at">
      <header className="preview-head">
        <p className="found-head"><SeverityMark severity={row.severity} /><span className="mono faint">{row.id}</span><span className="faint"><Moment at={row.first} /></span></p>
        <h2><Link to="/incidents/$id" params={{ id: row.id }} className="link">{row.title}</Link></h2>
        <Narrative sentences={row.narrative} left={row.left} />
        <HandledLine status={row.status} handled={row.handled} />
        <p className="settle-buttons">
          <button type="button" className="button small" onClick={() => onSettle("resolved")}>Resolve</button>
          <button type="button" className="button small" onClick={() => onSettle("snoozed")}>Snooze</button>
          <button type="button" className="button small" onClick={() => onSettle("false_positive")}>Not a threat</button>
        </p>
      </header>
      <Loaded query={query} lines={5} missing={<Empty title="It is gone from the record." />}>
        {({ incident }) => (
          <>
            <h3 className="preview-part">What happened</h3>
            <StepList incident={incident} steps={incident.steps.slice(-STEPS)} />
            <h3 className="preview-part">Do next</h3>
            <TodoList todos={incident.next.slice(0, TODOS)} />
          </>
        )}
      </Loaded>
    </aside>
  );
}
