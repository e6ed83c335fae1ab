// Every question that pages ask, each in one place. What is live is asked again when the
// stream says that something came: see live/freshen.ts.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { AlertsSearch, SessionsSearch } from "../state/search";
import { type Range, sinceOf } from "../state/range";
import { client, unwrap } from "./client";

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

export const findingsQuery = (search: AlertsSearch, limit = PAGE) =>
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
              since: sinceOf(search.range ?? "all", Date.now()),
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

export const sessionsQuery = (search: SessionsSearch, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: ["sessions", filters(search), limit],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        client.GET("/api/v1/sessions", {
          params: {
            query: {
              agent: search.agent,
              text: search.text,
              since: sinceOf(search.range ?? "all", Date.now()),
              before: pageParam,
              limit,
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const sessionQuery = (session: string) =>
  queryOptions({
    queryKey: ["session", session],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/sessions/{session}", { params: { path: { session } }, signal })),
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
  return Object.fromEntries(Object.entries(search).filter(([name]) => name !== "row" && name !== "open")) as Partial<Search>;
}
