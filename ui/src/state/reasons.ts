// Why something is not seen, from what the daemon says of itself, its agents and its sensor.

import type { Processes, Status } from "../api/types";
import type { Reason } from "../parts/NotSeen";

/** What is known when somebody asks. */
export interface Known {
  status: Status | undefined;
  processes: Processes | undefined;
}

/** Why the hooks told nothing of it. */
export function hookReason(title: string, { status }: Known): Reason {
  const hooked = status?.agents.filter((agent) => agent.state !== "not_hooked") ?? [];
  if (hooked.length === 0) return { title, because: ["Agents tell of it by their hooks, and no agent is hooked."], command: "ringfence install --all" };
  const heard = hooked.filter((agent) => agent.last !== null);
  const names = hooked.map((agent) => agent.title).join(", ");
  if (heard.length === 0) return { title, because: [`Hooked: ${names}. None of them has reported anything yet.`], command: "ringfence status" };
  return { title, because: [`Hooked: ${names}. None of them has told of one.`] };
}

/** Why the kernel told nothing of it. */
export function kernelReason(title: string, { processes }: Known): Reason {
  if (!processes) return { title, because: ["It could not be asked whether the sensor runs."], command: "ringfence doctor" };
  if (!processes.sensed) {
    return { title, because: ["Only the sensor in the kernel sees it, and no sensor runs."], command: "sudo ringfence sensor" };
  }
  return { title, because: ["The sensor runs, and has seen none.", ...processes.not_visible.map((what) => `It does not see ${what}.`)] };
}

/** Why the proxy told nothing of it. */
export function proxyReason(title: string): Reason {
  return { title, because: ["Only the proxy sees it, and nothing that it told is in the record: no agent's requests went through it."] };
}
