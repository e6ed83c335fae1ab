// The last few events, as they come.

import { Link } from "@tanstack/react-router";
import { Clock } from "../../parts/Moment";
import { rows, useFact } from "../../live/feed";
import { Decided, Kind, Who } from "../../parts/EventRowLine";
import { Empty } from "../../parts/Empty";
import { NothingHeard } from "../../parts/NothingHeard";
import { Panel } from "../../parts/Panel";
import { Waiting } from "../../parts/Loaded";

const SHOWN = 8;

export function LatestPanel() {
  useFact("version");
  const latest = Array.from({ length: SHOWN }, (_, place) => rows.at(rows.end - 1 - place)).filter((row) => row !== undefined);
  return (
    <Panel title="Latest events" className="wide" aside={<Link to="/live" className="quiet-link">Watch live</Link>}>
      {latest.length === 0 ? <Nothing /> : (
        <ul className="event-list">
          {latest.map((row) => (
            <li key={row.id}>
              <Clock at={row.at} />
              <span className="dim"><Who row={row} /></span>
              <Kind row={row} />
              <Link to="/live" search={{ open: row.id }} className="row-link mono cut">{row.summary || "no details"}</Link>
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
