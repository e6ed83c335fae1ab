// The last few things that happened, runs of like ones in one line, as they come.

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { rows, useFact } from "../../live/feed";
import { View } from "../../live/view";
import { count } from "../../format/number";
import { Decided, Kind, Who } from "../../parts/EventRowLine";
import { Empty } from "../../parts/Empty";
import { Clock } from "../../parts/Moment";
import { NothingHeard } from "../../parts/NothingHeard";
import { Panel } from "../../parts/Panel";
import { Waiting } from "../../parts/Loaded";

const SHOWN = 10;

export function LatestPanel() {
  useFact("version");
  const view = useMemo(() => new View(rows, {}, true), []);
  view.update();
  const latest = Array.from({ length: SHOWN }, (_, place) => view.at(place)).filter((entry) => entry !== undefined);
  return (
    <Panel title="Latest" className="wide" aside={<><span className="pad-end">runs in one line</span> <Link to="/live" className="quiet-link">Open live</Link></>}>
      {latest.length === 0 ? <Nothing /> : (
        <ul className="event-list">
          {latest.map(({ row, count: times }) => (
            <li key={row.id}>
              <Clock at={row.at} />
              <span className="dim"><Who row={row} /></span>
              <Kind row={row} />
              <Link to="/live" search={{ open: row.id }} className="row-link mono cut">{times > 1 && <b className="run">{count(times)}×</b>}{row.summary || "no details"}</Link>
              <Decided row={row} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Nothing() {
  const line = useFact("line");
  const complaint = useFact("complaint");
  if (line === "open") return <NothingHeard />;
  if (complaint !== undefined) return <Empty title="Events could not be read." command="ringfence status">{complaint} It is tried again by itself.</Empty>;
  return <Waiting lines={SHOWN} />;
}
