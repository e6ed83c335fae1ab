// Decides about incidents: at once on the page, then in the record; and the way back.

import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { settle, unsettle } from "../../api/incidents";
import type { IncidentDetail, IncidentList, IncidentStatus, IncidentDecided } from "../../api/types";
import { counted } from "../../format/number";
import { statusWord } from "../../format/words";
import { say } from "../../state/toast";

/** What is decided about: enough to speak of it. */
export interface Settled {
  id: string;
  title: string;
}

export type Settle = (rows: readonly Settled[], status: IncidentStatus, reason: string) => Promise<void>;

export function useSettle(): Settle {
  const queries = useQueryClient();
  return useCallback(
    async (rows, status, reason) => {
      for (const { id } of rows) draw(queries, id, status);
      const asked = Promise.allSettled(rows.map(({ id }) => settle(id, status, reason)));
      // It can be taken back before the daemon has answered, too.
      say(`${statusWord(status)}: ${rows.length === 1 ? (rows[0]?.title ?? "") : counted(rows.length, "incident")}`, () => void back(queries, asked));
      const answers = await asked;
      await afresh(queries);
      const failed = answers.find((answer) => answer.status === "rejected");
      if (failed) say(`It could not be written down: ${messageOf(failed.reason)}`);
    },
    [queries],
  );
}

async function back(queries: QueryClient, asked: Promise<PromiseSettledResult<IncidentDecided>[]>): Promise<void> {
  const done = (await asked).flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  for (const { incident, before } of done) draw(queries, incident.id, before?.status ?? "new");
  const answers = await Promise.allSettled(done.map(({ incident, before }) => unsettle(incident.id, before)));
  await afresh(queries);
  const failed = answers.find((answer) => answer.status === "rejected");
  say(failed ? `It could not be taken back: ${messageOf(failed.reason)}` : "Taken back.");
}

/** Shows a decision before the daemon has answered. */
function draw(queries: QueryClient, id: string, status: IncidentStatus): void {
  queries.setQueriesData<InfiniteData<IncidentList>>({ queryKey: ["incidents"] }, (data) => data && withStatus(data, id, status));
  queries.setQueryData<IncidentDetail>(["incident", id], (detail) => detail && { ...detail, status });
}

/** The same lists with another status at one incident; what has no pages is no list. */
export function withStatus(data: InfiniteData<IncidentList>, id: string, status: IncidentStatus): InfiniteData<IncidentList> {
  if (!Array.isArray(data.pages)) return data;
  return {
    ...data,
    pages: data.pages.map((page) => ({ ...page, items: page.items.map((row) => (row.id === id ? { ...row, status } : row)) })),
  };
}

function afresh(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ predicate: (query) => query.queryKey[0] === "incidents" || query.queryKey[0] === "incident" });
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : "the daemon did not say why.";
}
