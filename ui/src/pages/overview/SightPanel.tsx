// What is seen of each agent, in short; why not all of it stands on its own page.

import { Link } from "@tanstack/react-router";
import type { Status } from "../../api/types";
import { NothingHeard } from "../../parts/NothingHeard";
import { Panel } from "../../parts/Panel";
import { Waiting } from "../../parts/Loaded";
import { Legend } from "../coverage/Legend";
import { CHANNELS } from "../coverage/matrix";
import { SightMark } from "../coverage/SightMark";
import { useMatrix } from "../coverage/useMatrix";
import "../coverage/coverage.css";

export function SightPanel({ status }: { status: Status }) {
  const { lines, waits } = useMatrix(status);
  return (
    <Panel title="What we can see" aside={<Link to="/coverage" className="quiet-link">Why the gaps</Link>}>
      {waits ? <Waiting lines={4} /> : lines.length === 0 ? <NothingHeard /> : (
        <table className="matrix">
          <thead>
            <tr>
              <th scope="col"><span className="hidden">Agent</span></th>
              {CHANNELS.map((channel) => <th key={channel.id} scope="col" title={channel.means}>{channel.short}</th>)}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ agent, cells }) => (
              <tr key={agent.agent}>
                <th scope="row">{agent.title}</th>
                {cells.map((cell, place) => {
                  const channel = CHANNELS[place];
                  return channel && <td key={channel.id} title={cell.why}><SightMark sight={cell.sight} label={`${agent.title}, ${channel.word}`} /></td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Legend />
    </Panel>
  );
}
