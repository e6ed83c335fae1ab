// The matrix with its evidence: for each agent and channel, the latest event that is kept.

import { useQueries, useQuery } from "@tanstack/react-query";
import { lastEventQuery, processesQuery, statsQuery, statusQuery } from "../../api/queries";
import type { AgentStatus, Status } from "../../api/types";
import { CHANNELS, type Cell, agentsHere, cellOf } from "./matrix";

export interface AgentLine {
  agent: AgentStatus;
  /** One for each channel, in order. */
  cells: Cell[];
}

export function useMatrix(status: Status | undefined): { lines: AgentLine[]; waits: boolean } {
  const processes = useQuery(processesQuery);
  const stats = useQuery(statsQuery("all"));
  const agents = agentsHere(status?.agents ?? []);
  const asked = agents.flatMap((agent) => CHANNELS.map((channel) => ({ agent, channel })));
  const answers = useQueries({
    queries: asked.map(({ agent, channel }) => ({
      ...lastEventQuery(agent.agent, channel.kind),
      // Nobody is asked for what is not in the record at all.
      enabled: (stats.data?.by_kind[channel.kind] ?? 0) > 0,
    })),
  });
  const waits = stats.isPending || processes.isPending || answers.some((answer) => answer.isLoading);
  const lines = agents.map((agent, line) => ({
    agent,
    cells: CHANNELS.map((channel, place) => cellOf(channel, agent, processes.data, answers[line * CHANNELS.length + place]?.data?.items[0]?.at)),
  }));
  return { lines, waits };
}

export function useStatusMatrix() {
  const status = useQuery(statusQuery);
  return { status, ...useMatrix(status.data) };
}
