// Nothing was ever recorded here: what to do, in order, and how to see that it works.

import type { Status } from "../../api/types";
import { CommandLine } from "../../parts/CommandLine";
import { Panel } from "../../parts/Panel";

export function StartPanel({ status }: { status: Status }) {
  const hooked = status.agents.some((agent) => agent.state !== "not_hooked");
  return (
    <Panel title="Nothing is recorded yet">
      <ol className="start">
        <li className={hooked ? "over" : ""}>
          <b>{hooked ? "Agents are hooked" : "Hook your agents"}</b>
          <p className="dim">
            {hooked
              ? "Their settings hold Ringfence's hooks. What each one still needs stands beside it."
              : "Ringfence sees what an agent does only through its hooks. This puts them into the settings of every agent found on this machine, and can be undone."}
          </p>
          {!hooked && <CommandLine command="ringfence install --all" />}
        </li>
        <li>
          <b>Start a session</b>
          <p className="dim">Its first event shows up here at once. If none does, this says why:</p>
          <CommandLine command="ringfence status" />
        </li>
        <li>
          <b>See what would be denied</b>
          <p className="dim">Explains the decision about a command, without running it:</p>
          <CommandLine command="ringfence check -- cat ~/.ssh/id_rsa" />
        </li>
      </ol>
    </Panel>
  );
}
