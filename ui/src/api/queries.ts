// Every question that pages ask, each in one place. What is live is asked again when the
// stream says that something came: see live/freshen.ts.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type Range, sinceOf } from "../state/range";
import { type ScopeSearch, boundsOf } from "../state/scope";
import { type AlertsSearch, type SessionsSearch, dollars } from "../state/search";
import { client, unwrap } from "./client";
import type { AgentKind, CostBy, Does, Kind, Verdict } from "./types";

/** Rows that a list asks for at once. */
const PAGE = 100;
/** A session is read from its beginning, in larger steps. */
const SESSION_PAGE = 500;

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/status", { signal })),
  // Also how the page finds out that somebody has signed in, or that the daemon is back.
  refetchInterval: 5000,
});

export const statsQuery = (range: Range) =>
  queryOptions({
    queryKey: ["stats", range],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/stats", { params: { query: { since: sinceOf(range, Date.now()) } }, signal })),
    placeholderData: keepPreviousData,
  });

export const activityQuery = (since: number, until: number, step: number) =>
  queryOptions({
    queryKey: ["activity", since, until, step],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/v1/activity", {
          params: { query: { since: new Date(since).toISOString(), until: new Date(until).toISOString(), step } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const processesQuery = queryOptions({
  queryKey: ["processes"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/processes", { signal })),
  // No event tells of every process: where no sensor runs they are looked for.
  refetchInterval: 3000,
});

/** What a list of events is asked for. */
export interface EventsAsked extends ScopeSearch {
  agent?: AgentKind | undefined;
  kind?: Kind | undefined;
  does?: Does | undefined;
  verdict?: Verdict | undefined;
  text?: string | undefined;
  /** Only those before this one. */
  before?: number | undefined;
}

/** `name` says how it is kept fresh: `record` is asked again when something came, `events` is not. */
export const eventsQuery = (name: "record" | "events", asked: EventsAsked, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: [name, asked, limit],
    queryFn: ({ signal, pageParam }) => {
      const { agent, kind, does, verdict, text } = asked;
      const query = { agent, kind, does, verdict, text, ...boundsOf(asked, "all", Date.now()), before: pageParam, limit };
      return unwrap(client.GET("/api/v1/events", { params: { query }, signal }));
    },
    initialPageParam: asked.before,
    getNextPageParam: (page) => page.next ?? undefined,
    // What was stored never changes; only more comes.
    staleTime: name === "events" ? Number.POSITIVE_INFINITY : 10_000,
    placeholderData: name === "events" ? undefined : keepPreviousData,
  });

/** What is seen of each agent, channel by channel. */
export const coverageQuery = queryOptions({
  queryKey: ["coverage"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/coverage", { signal })),
  // It is the look of whole channels: it changes with hooks and sensors, not with each event.
  refetchInterval: 15_000,
});

export const findingsQuery = (search: AlertsSearch & ScopeSearch, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: ["findings", filters(search), limit],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        client.GET("/api/v1/findings", {
          params: {
            query: {
              agent: search.agent,
              severity: search.severity,
              verdict: search.verdict,
              rule: search.rule,
              session: search.session,
              text: search.text,
              ...boundsOf(search, "all", Date.now()),
              before: pageParam,
              limit,
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const findingQuery = (id: string) =>
  queryOptions({
    queryKey: ["finding", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/findings/{id}", { params: { path: { id } }, signal })),
  });

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ["event", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/events/{id}", { params: { path: { id } }, signal })),
    // An event never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Where a deed came from: the prompt, what it was under the influence of, who started it. */
export const whyQuery = (id: string) =>
  queryOptions({
    queryKey: ["why", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/events/{id}/why", { params: { path: { id } }, signal })),
    staleTime: 60_000,
  });

export const sessionsQuery = (search: SessionsSearch & ScopeSearch, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: ["sessions", filters(search), limit],
    queryFn: ({ signal, pageParam }) => {
      const { agent, text, project, model, cost, file, host, process } = search;
      const asked = { agent, text, project, model, cost: dollars(cost), file, host, process, spent: true, ...boundsOf(search, "all", Date.now()) };
      return unwrap(client.GET("/api/v1/sessions", { params: { query: { ...asked, before: pageParam, limit } }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const sessionQuery = (session: string) =>
  queryOptions({
    queryKey: ["session", session],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/sessions/{session}", { params: { path: { session } }, signal })),
  });

/** What is known of a session as a whole: it stands on the first page of its timeline. */
export const sessionFactsQuery = (session: string) =>
  queryOptions({
    queryKey: ["session-facts", session],
    queryFn: async ({ signal }) => {
      const page = await unwrap(client.GET("/api/v1/sessions/{session}/timeline", { params: { path: { session }, query: { limit: 1 } }, signal }));
      return page.facts;
    },
    staleTime: 30_000,
  });

export const costQuery = (by: CostBy, range: Range) =>
  queryOptions({
    queryKey: ["cost", by, range],
    queryFn: ({ signal }) => {
      const query = { by, since: sinceOf(range, Date.now()), offset: -new Date().getTimezoneOffset() };
      return unwrap(client.GET("/api/v1/cost", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

export const sessionEventsQuery = (session: string) =>
  infiniteQueryOptions({
    queryKey: ["session-events", session],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        client.GET("/api/v1/sessions/{session}/events", {
          params: { path: { session }, query: { after: pageParam, limit: SESSION_PAGE } },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    // Also where the last page is not full: more may come while the session goes on.
    getNextPageParam: (page, _pages, after) => page.items.at(-1)?.seq ?? after,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The part of a view that narrows a list: the selected row is none of it. */
function filters<Search extends object>(search: Search): Partial<Search> {
  return Object.fromEntries(Object.entries(search).filter(([name]) => name !== "row" && name !== "open" && name !== "where")) as Partial<Search>;
}
