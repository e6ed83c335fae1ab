// Asks again what pages show when the stream says that something came: not for every
// event, but at most every few seconds, and only what is on the screen.

import type { QueryClient } from "@tanstack/react-query";
import { rows, snapshot, subscribe } from "./feed";

const PAUSE = 2000;

export function freshen(queries: QueryClient): void {
  let seen = snapshot();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = () => {
    timer = undefined;
    const now = snapshot();
    const names = new Set<unknown>();
    if (now.version !== seen.version) {
      for (const name of ["status", "stats", "activity", "sessions", "session", "session-facts", "cost", "record"]) names.add(name);
    }
    if (now.findings !== seen.findings) {
      for (const name of ["findings", "incidents", "incident", "rules"]) names.add(name);
    }
    seen = now;
    if (names.size > 0) void queries.invalidateQueries({ predicate: (query) => names.has(query.queryKey[0]) });
  };

  subscribe(() => {
    const now = snapshot();
    if (now.version === seen.version && now.findings === seen.findings) return;
    // The first rows of a fresh page are no news.
    if (seen.version === 0 && rows.length > 0 && now.findings === 0) {
      seen = now;
      return;
    }
    timer ??= setTimeout(ask, PAUSE);
  });
}
