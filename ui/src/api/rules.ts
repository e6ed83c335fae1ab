// Questions about rules, and trying what another choice would do.

import { queryOptions } from "@tanstack/react-query";
import { change, get } from "./coming";
import type { RuleChoice, RuleDetail, RuleList, RuleRow, RuleTest, RuleTested } from "./types";

/** How far back hits are counted as recent. */
export const RECENT_DAYS = 30;

export const rulesQuery = queryOptions({
  queryKey: ["rules", RECENT_DAYS],
  queryFn: ({ signal }) => get<RuleList>("/api/v1/rules", { days: RECENT_DAYS }, signal),
});

export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ["rule", id],
    queryFn: ({ signal }) => get<RuleDetail>(`/api/v1/rules/${encodeURIComponent(id)}`, {}, signal),
  });

export function chooseForRule(id: string, mode: RuleChoice): Promise<{ rule: RuleRow; before: RuleChoice }> {
  return change("PUT", `/api/v1/rules/${encodeURIComponent(id)}/mode`, { mode });
}

export function chooseMode(mode: RuleList["mode"]): Promise<{ mode: RuleList["mode"]; before: RuleList["mode"] }> {
  return change("PUT", "/api/v1/mode", { mode });
}

/** Tries rules or choices on one event, a payload or what was recorded; changes nothing. */
export function testRules(test: Partial<RuleTest>): Promise<RuleTested> {
  return change("POST", "/api/v1/rules/test", { rules: null, choices: {}, mode: null, event: null, payload: null, days: null, ...test });
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
