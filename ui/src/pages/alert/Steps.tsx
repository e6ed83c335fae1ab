// The earlier events without which this one would have been let through.

import type { FindingDetail } from "../../api/types";
import { Clock } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";
import { AroundRow, inOrder } from "./Around";

interface StepsProps {
  detail: FindingDetail;
  onOpen: (event: string) => void;
}

export function Steps({ detail, onOpen }: StepsProps) {
  if (detail.steps.length === 0) return null;
  return (
    <Panel title="What led to it">
      <ol className="around">
        {inOrder(detail.steps).map((row) => <AroundRow key={row.id} row={row} onOpen={onOpen} />)}
        <li className="here" aria-current="true">
          <Clock at={detail.finding.finding.at} />
          <b className="cut">{detail.finding.summary}</b>
        </li>
      </ol>
    </Panel>
  );
}
