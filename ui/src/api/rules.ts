// Questions about rules, and trying what another choice would do.

import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";
import type { Bench, BenchAnswer, Mode, RuleChoice } from "./types";

/** How far back hits are counted as recent. */
export const RECENT_DAYS = 30;

export const rulesQuery = queryOptions({
  queryKey: ["rules", RECENT_DAYS],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/rules", { params: { query: { days: RECENT_DAYS } }, signal })),
});

export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ["rule", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/rules/{id}", { params: { path: { id } }, signal })),
  });

export function chooseForRule(id: string, mode: RuleChoice) {
  return unwrap(client.PUT("/api/v1/rules/{id}/mode", { params: { path: { id } }, body: { mode } }));
}

export function chooseMode(mode: Mode) {
  return unwrap(client.PUT("/api/v1/mode", { body: { mode } }));
}

/** Tries rules or choices on one event, a payload or what was recorded; changes nothing. */
export function testRules(bench: Bench): Promise<BenchAnswer> {
  return unwrap(client.POST("/api/v1/rules/test", { body: bench }));
}

/** What another choice for one rule would have done in the last days. */
export const whatIfQuery = (rule: string, choice: RuleChoice, days: number) =>
  queryOptions({
    queryKey: ["what-if", rule, choice, days],
    queryFn: () => testRules({ choices: { [rule]: choice }, days }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** What the parser says of a text: nothing is tried but a call that asks for nothing. */
export const mistakesQuery = (rules: string) =>
  queryOptions({
    queryKey: ["mistakes", rules],
    queryFn: async () => (await testRules({ rules, payload: NOTHING })).problems,
    enabled: rules.trim() !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  });

const NOTHING = { agent: "claude-code" as const, body: { hook_event_name: "Notification", session_id: "none", message: "nothing" } };
