// Why no event is here: no agent hooked, or hooked and silent. Said from what the daemon
// knows, never guessed.

import { useQuery } from "@tanstack/react-query";
import { statusQuery } from "../api/queries";
import { Empty } from "./Empty";

export function NothingHeard() {
  const { data: status } = useQuery(statusQuery);
  if (!status) return <Empty title="No events yet." />;
  const hooked = status.agents.filter((agent) => agent.state !== "not_hooked");
  if (hooked.length === 0) {
    return (
      <Empty title="No agent is hooked." command="ringfence install --all">
        Ringfence sees what an agent does only after its hooks are installed. This hooks every agent found on this machine.
      </Empty>
    );
  }
  return (
    <Empty title="No events yet." command="ringfence status">
      {hooked.map((agent) => agent.title).join(", ")} {hooked.length === 1 ? "is" : "are"} hooked, and nothing has come from
      {hooked.length === 1 ? " it" : " them"} here. Start a session; its first event shows up at once. If none does, this says why:
    </Empty>
  );
}
