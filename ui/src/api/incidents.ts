// Questions about incidents, and what can be decided about them.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type ScopeSearch, boundsOf } from "../state/scope";
import type { IncidentsSearch } from "../state/search";
import { client, unwrap } from "./client";
import type { Handled, IncidentDecided, IncidentStatus } from "./types";

/** Rows that a list asks for at once. */
const PAGE = 50;

export const incidentsQuery = (search: IncidentsSearch & ScopeSearch, limit = PAGE) => {
  const { state, status, severity, agent, session, project, text, range, from, to } = search;
  const asked = { state, status, severity, agent, session, project, text };
  return infiniteQueryOptions({
    queryKey: ["incidents", { ...asked, range, from, to }, limit],
    queryFn: ({ signal, pageParam }) =>
      unwrap(client.GET("/api/v1/incidents", { params: { query: { ...asked, ...boundsOf({ range, from, to }, "all", Date.now()), before: pageParam, limit } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
};

/** How many incidents are open: the number in the navigation. */
export const openIncidentsQuery = queryOptions({
  queryKey: ["incidents", "count"],
  queryFn: async ({ signal }) => {
    const { open, closed } = await unwrap(client.GET("/api/v1/incidents", { params: { query: { limit: 1 } }, signal }));
    return { open, closed };
  },
});

/** Open incidents that somebody is told of. */
export const graveIncidentsQuery = queryOptions({
  queryKey: ["incidents", "grave"],
  queryFn: async ({ signal }) => {
    const { items } = await unwrap(client.GET("/api/v1/incidents", { params: { query: { limit: PAGE } }, signal }));
    return items.filter((row) => row.severity === "high" || row.severity === "critical");
  },
});

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ["incident", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/incidents/{id}", { params: { path: { id } }, signal })),
  });

/** What ran around an incident, as the kernel told of it. */
export const incidentProcessesQuery = (id: string) =>
  queryOptions({
    queryKey: ["incident-processes", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/incidents/{id}/processes", { params: { path: { id } }, signal })),
    staleTime: 30_000,
  });

export function settle(id: string, status: IncidentStatus, reason: string): Promise<IncidentDecided> {
  return unwrap(client.POST("/api/v1/incidents/{id}/status", { params: { path: { id } }, body: { status, reason } }));
}

/** Takes a decision back: what was decided before stands again. */
export function unsettle(id: string, before: Handled | null): Promise<IncidentDecided> {
  if (before !== null) return settle(id, before.status, before.reason);
  return unwrap(client.DELETE("/api/v1/incidents/{id}/status", { params: { path: { id } } }));
}

/** Where the report is downloaded from. */
export function reportAddress(id: string, format: "markdown" | "html"): string {
  return `/api/v1/incidents/${encodeURIComponent(id)}/report?format=${format}`;
}

export async function reportText(id: string): Promise<string> {
  const answer = await fetch(reportAddress(id, "markdown"), { headers: { "X-Ringfence": "1" } });
  if (!answer.ok) throw new Error(`The daemon answered ${answer.status}.`);
  return answer.text();
}
