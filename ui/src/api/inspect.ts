// Questions of the pages under Inspect: what was touched, talked to, installed, read.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type ScopeSearch, boundsOf } from "../state/scope";
import { get } from "./coming";
import type { FileRow, HostRow, InjectionRow, Inspected, McpRow, McpServer, PackageRow } from "./types";

/** Rows that are asked for at once; more than that nobody reads: there are filters. */
const ROWS = 500;

/** The part of a view that the daemon narrows by. */
export interface InspectAsked extends ScopeSearch {
  text?: string | undefined;
  of?: string | undefined;
  level?: string | undefined;
}

function question<Row>(name: "files" | "hosts" | "packages" | "injections", asked: InspectAsked) {
  const { range, from, to, ...rest } = asked;
  return queryOptions({
    queryKey: ["inspect", name, asked],
    queryFn: ({ signal }) => get<Inspected<Row>>(`/api/v1/${name}`, { ...rest, ...boundsOf({ range, from, to }, "all", Date.now()), limit: ROWS }, signal),
    placeholderData: keepPreviousData,
  });
}

export const filesQuery = (asked: InspectAsked) => question<FileRow>("files", asked);
export const hostsQuery = (asked: InspectAsked) => question<HostRow>("hosts", asked);
export const packagesQuery = (asked: InspectAsked) => question<PackageRow>("packages", asked);
export const injectionsQuery = (asked: InspectAsked) => question<InjectionRow>("injections", asked);

export const mcpQuery = (asked: InspectAsked) =>
  queryOptions({
    queryKey: ["inspect", "mcp", asked],
    queryFn: ({ signal }) => {
      const { range, from, to, text } = asked;
      return get<Inspected<McpRow> & { servers: McpServer[] }>("/api/v1/mcp", { text, ...boundsOf({ range, from, to }, "all", Date.now()), limit: ROWS }, signal);
    },
    placeholderData: keepPreviousData,
  });
