// Questions of the pages under Inspect: what was touched, talked to, installed, read.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type ScopeSearch, boundsOf } from "../state/scope";
import { client, unwrap } from "./client";

/** Rows that are asked for at once; more than that nobody reads: there are filters. */
const ROWS = 500;

/** Thousands of events are looked at for one answer: it is asked for again now and then, not with each event. */
const KEPT = { placeholderData: keepPreviousData, staleTime: 20_000, refetchInterval: 30_000 };

/** The part of a view that the daemon narrows by. */
export interface InspectAsked extends ScopeSearch {
  text?: string | undefined;
  /** One thing by its whole name: a path, a host, a package, a server. */
  exact?: string | undefined;
}

function narrowed({ text, exact, ...scope }: InspectAsked) {
  return { text, exact, ...boundsOf(scope, "all", Date.now()), limit: ROWS };
}

export const filesQuery = (of: "sensitive" | "trusted" | "all", asked: InspectAsked) =>
  queryOptions({
    queryKey: ["inspect", "files", of, asked],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/files", { params: { query: { of, ...narrowed(asked) } }, signal })),
    ...KEPT,
  });

export const hostsQuery = (of: "unknown" | "all", asked: InspectAsked) =>
  queryOptions({
    queryKey: ["inspect", "hosts", of, asked],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/hosts", { params: { query: { of, ...narrowed(asked) } }, signal })),
    ...KEPT,
  });

export const packagesQuery = (asked: InspectAsked) =>
  queryOptions({
    queryKey: ["inspect", "packages", asked],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/packages", { params: { query: narrowed(asked) }, signal })),
    ...KEPT,
  });

export const injectionsQuery = (level: "alert" | undefined, asked: InspectAsked) =>
  queryOptions({
    queryKey: ["inspect", "injections", level, asked],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/injections", { params: { query: { level, ...narrowed(asked) } }, signal })),
    ...KEPT,
  });

export const mcpQuery = (asked: InspectAsked) =>
  queryOptions({
    queryKey: ["inspect", "mcp", asked],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/mcp", { params: { query: narrowed(asked) }, signal })),
    ...KEPT,
  });
