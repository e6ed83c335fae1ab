// Each agent that Ringfence knows: heard of, silent, or not hooked. "Live" is said only
// because an event came.

import type { UseQueryResult } from "@tanstack/react-query";
import type { AgentStatus, Status } from "../../api/types";
import { counted } from "../../format/number";
import { stateWord } from "../../format/words";
import { CommandLine } from "../../parts/CommandLine";
import { Loaded } from "../../parts/Loaded";
import { Ago } from "../../parts/Moment";
import { Panel } from "../../parts/Panel";
import { Prose } from "../../parts/Prose";

export function AgentsPanel({ query }: { query: UseQueryResult<Status> }) {
  return (
    <Panel title="Agents" className="narrow">
      <Loaded query={query} lines={5}>
        {(status) => (
          <ul className="agents">
            {ordered(status.agents).map((agent) => <Agent key={agent.agent} agent={agent} />)}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

/** Those that matter here first: heard of, then hooked, then found, then the rest. */
export function ordered(agents: AgentStatus[]): AgentStatus[] {
  return agents.toSorted((one, other) => rank(one) - rank(other));
}

const STATES = ["live", "quiet", "never", "not_hooked"];

function rank(agent: AgentStatus): number {
  return STATES.indexOf(agent.state) * 2 + (agent.found ? 0 : 1);
}



function Agent({ agent }: { agent: AgentStatus }) {
  const here = agent.found || agent.state !== "not_hooked";
  return (
    <li className={`agent ${agent.state}`}>
      <p className="agent-head">
        <b>{agent.title}</b>
        <span className="agent-state">{here ? stateWord(agent.state) : "Not on this machine"}</span>
      </p>
      {agent.last !== null && (
        <p className="dim">
          {agent.last_moment ?? "Last event"} <Ago at={agent.last} />, {counted(agent.events, "event")} kept
        </p>
      )}
      {agent.note !== null && <p className="medium"><Prose text={agent.note} /></p>}
      {agent.hooked === "partly" && agent.note === null && <p className="medium">Only some of its hooks are installed.</p>}
      {here && (agent.hooked === "no" || agent.hooked === "partly") && <p><CommandLine command={`ringfence install ${agent.agent}`} /></p>}
    </li>
  );
}
