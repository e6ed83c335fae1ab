// What is not seen: as much a part of the picture as what is.

import type { UseQueryResult } from "@tanstack/react-query";
import type { Status } from "../../api/types";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { Prose } from "../../parts/Prose";

/** What no layer of this version sees, whatever the agent: as `ringfence status` says it. */
const EVERYWHERE = [
  "What a command does after it was allowed to start: its files, connections and child processes",
  "What agents send over the network",
  "Agents that are not listed here",
];

export function BlindPanel({ query }: { query: UseQueryResult<Status> }) {
  return (
    <Panel title="Not visible">
      <Loaded query={query} lines={3}>
        {(status) => (
          <>
            <ul className="blind">
              {EVERYWHERE.map((what) => <li key={what}>{what}</li>)}
            </ul>
            {status.agents
              .filter((agent) => agent.blind_spots.length > 0 && (agent.found || agent.state !== "not_hooked"))
              .map((agent) => (
                <details key={agent.agent} className="blind-more">
                  <summary>{agent.title}</summary>
                  <ul className="blind">
                    {agent.blind_spots.map((what) => <li key={what}><Prose text={what} /></li>)}
                  </ul>
                </details>
              ))}
          </>
        )}
      </Loaded>
    </Panel>
  );
}
