// What is not seen: as much a part of the picture as what is.

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { processesQuery } from "../../api/queries";
import type { Status } from "../../api/types";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { Prose } from "../../parts/Prose";

export function BlindPanel({ query }: { query: UseQueryResult<Status> }) {
  const processes = useQuery(processesQuery);
  return (
    <Panel title="Not visible">
      <Loaded query={processes} lines={3}>
        {({ sensed, not_visible: blind }) => (
          <ul className="blind">
            {!sensed && <li>What a command does after it was allowed to start: no sensor runs in the kernel</li>}
            {blind.map((what) => <li key={what}><Prose text={what} /></li>)}
          </ul>
        )}
      </Loaded>
      {query.data?.agents
        .filter((agent) => agent.blind_spots.length > 0 && (agent.found || agent.state !== "not_hooked"))
        .map((agent) => (
          <details key={agent.agent} className="blind-more">
            <summary>{agent.title}</summary>
            <ul className="blind">
              {agent.blind_spots.map((what) => <li key={what}><Prose text={what} /></li>)}
            </ul>
          </details>
        ))}
    </Panel>
  );
}
