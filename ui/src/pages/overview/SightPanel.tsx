// What is seen of each agent, in short; why not all of it stands on its own page.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { coverageQuery } from "../../api/queries";
import type { Coverage } from "../../api/types";
import { Loaded } from "../../parts/Loaded";
import { NothingHeard } from "../../parts/NothingHeard";
import { Panel } from "../../parts/Panel";
import { Legend } from "../coverage/Legend";
import { CHANNELS, agentsHere } from "../coverage/matrix";
import { SightMark } from "../coverage/SightMark";
import "../coverage/coverage.css";

export function SightPanel() {
  const query = useQuery(coverageQuery);
  return (
    <Panel title="What we can see" aside={<Link to="/coverage" className="quiet-link">Why the gaps</Link>}>
      <Loaded query={query} lines={4}>{(coverage) => <Small coverage={coverage} />}</Loaded>
      <Legend />
    </Panel>
  );
}

function Small({ coverage }: { coverage: Coverage }) {
  const rows = agentsHere(coverage.items);
  if (rows.length === 0) return <NothingHeard />;
  return (
    <table className="matrix">
      <thead>
        <tr>
          <th scope="col"><span className="hidden">Agent</span></th>
          {coverage.channels.map(({ id }) => <th key={id} scope="col" title={CHANNELS[id].means}>{CHANNELS[id].short}</th>)}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.agent}>
            <th scope="row">{row.title}</th>
            {row.cells.map((cell) => <td key={cell.channel} title={cell.why ?? undefined}><SightMark sight={cell.sight} label={`${row.title}, ${CHANNELS[cell.channel].word}`} /></td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
