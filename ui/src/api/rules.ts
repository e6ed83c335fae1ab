// Questions about rules, and trying what another choice would do.

import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";
import type { Allow, Bench, BenchAnswer, Mode, RuleChoice } from "./types";

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

/** Writes a rule of the user's own, where it is in force at once; or takes it away. */
export function saveRule(id: string, text: string) {
  return unwrap(client.PUT("/api/v1/rules/{id}", { params: { path: { id } }, body: { text } }));
}

export function dropRule(id: string) {
  return unwrap(client.DELETE("/api/v1/rules/{id}", { params: { path: { id } } }));
}

/** What is allowed beyond the rules. */
export const exceptionsQuery = queryOptions({
  queryKey: ["exceptions"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/exceptions", { signal })),
});

export function allow(what: Allow) {
  return unwrap(client.POST("/api/v1/exceptions", { body: what }));
}

export function withdraw(id: string) {
  return unwrap(client.DELETE("/api/v1/exceptions/{id}", { params: { path: { id } } }));
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

/** What the parser says of a text: nothing is tried. */
export const mistakesQuery = (rules: string) =>
  queryOptions({
    queryKey: ["mistakes", rules],
    queryFn: async () => (await testRules({ rules, choices: {} })).problems,
    enabled: rules.trim() !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  });
