// What came before and after in the same session.

import { Link } from "@tanstack/react-router";
import type { EventRow, FindingDetail } from "../../api/types";
import { Clock } from "../../parts/Moment";
import { Decided, Kind } from "../../parts/EventRowLine";
import { Panel } from "../../parts/Panel";

interface AroundProps {
  detail: FindingDetail;
  onOpen: (event: string) => void;
}

export function Around({ detail, onOpen }: AroundProps) {
  const { session } = detail.finding;
  const before = inOrder(detail.before);
  const after = inOrder(detail.after);
  return (
    <Panel
      title="Before and after"
      aside={session !== null && <Link to="/sessions/$session" params={{ session }} search={{ row: detail.event.id }} className="quiet-link">Whole session</Link>}
    >
      {session === null ? <p className="padded dim">The event belongs to no session.</p> : (
        <ol className="around">
          {before.map((row) => <AroundRow key={row.id} row={row} onOpen={onOpen} />)}
          <li className="here" aria-current="true">
            <Clock at={detail.finding.finding.at} />
            <b className="cut">{detail.finding.summary}</b>
          </li>
          {after.map((row) => <AroundRow key={row.id} row={row} onOpen={onOpen} />)}
          {after.length === 0 && <li className="padded dim">Nothing after it yet.</li>}
        </ol>
      )}
    </Panel>
  );
}

export function inOrder(rows: EventRow[]): EventRow[] {
  return rows.toSorted((one, other) => one.seq - other.seq);
}

export function AroundRow({ row, onOpen }: { row: EventRow; onOpen: (event: string) => void }) {
  return (
    <li>
      <Clock at={row.at} />
      <span className="around-what">
        <Kind row={row} />
        <button type="button" className="row-link mono cut" onClick={() => onOpen(row.id)}>{row.summary || "no details"}</button>
      </span>
      <Decided row={row} />
    </li>
  );
}
