// What a view consists of, as it stands in the URL: reload or send the address, and the
// same view is there again. Anything unknown in an address is dropped, never an error.

import { AGENT_NAMES, KIND_NAMES, SEVERITY_NAMES, STATUS_NAMES } from "../format/words";
import type { AgentKind, CostBy, IncidentStatus, Kind, Severity } from "../api/types";
import { readEntity } from "./entity";
import { RANGES, type Range } from "./range";
import type { ScopeSearch } from "./scope";

type Raw = Record<string, unknown>;

/** Longest text that a filter takes from an address. */
const MAX_TEXT = 200;

/** Plain `name=value` pairs, so that addresses can be read and written by hand. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: object): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === "" || value === false) continue;
    pairs.set(name, value === true ? "1" : String(value));
  }
  return pairs.size === 0 ? "" : `?${pairs}`;
}

function text(raw: Raw, name: string): string | undefined {
  const value = raw[name];
  return typeof value === "string" && value !== "" ? value.slice(0, MAX_TEXT) : undefined;
}

function oneOf<Name extends string>(raw: Raw, name: string, allowed: readonly Name[]): Name | undefined {
  return allowed.find((one) => one === raw[name]);
}

function flag(raw: Raw, name: string): true | undefined {
  return raw[name] === "1" || raw[name] === true ? true : undefined;
}

/** An event's or a finding's id: digits and letters with dashes. */
function id(raw: Raw, name: string): string | undefined {
  const value = text(raw, name);
  return value !== undefined && /^[\w-]+$/.test(value) ? value : undefined;
}

function range(raw: Raw): Range | undefined {
  return oneOf(raw, "range", RANGES);
}

export const STRICTNESS = ["alert", "ask", "deny"] as const;
export type Strictness = (typeof STRICTNESS)[number];

/** What every page has: a stretch of time, filters from cells, and what is open beside it. */
export interface RootSearch extends ScopeSearch {
  /** See `where.ts`. */
  where?: string;
  /** See `entity.ts`. */
  open?: string;
}

export interface LiveSearch {
  agent?: AgentKind;
  kind?: Kind;
  verdict?: Strictness;
  text?: string;
  /** Each event has a row of its own; else runs of like ones are one row. */
  raw?: true;
  paused?: true;
  /** The row that the keyboard is on. */
  row?: string;
}

/** What sessions are narrowed by beside the usual: each is a text, the cost a number of dollars. */
export const NARROWERS = ["project", "model", "cost", "file", "host", "process"] as const;
export type Narrower = (typeof NARROWERS)[number];

export interface SessionsSearch extends Partial<Record<Narrower, string>> {
  agent?: AgentKind;
  text?: string;
  row?: string;
}

/** A number of dollars as it stands in an address. */
export function dollars(written: string | undefined): number | undefined {
  const value = written === undefined || !/^\d{1,9}(\.\d{1,4})?$/.test(written) ? undefined : Number(written);
  return value !== undefined && value > 0 ? value : undefined;
}

export interface SessionSearch {
  verdict?: Strictness;
  text?: string;
  /** Only calls that had effects which were seen. */
  effects?: true;
  row?: string;
}

export interface AlertsSearch {
  agent?: AgentKind;
  severity?: Severity;
  verdict?: Strictness;
  rule?: string;
  session?: string;
  text?: string;
  row?: string;
}

export const INCIDENT_STATES = ["open", "closed", "all"] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

export interface IncidentsSearch {
  /** Open ones, unless it says otherwise. */
  state?: IncidentState;
  status?: IncidentStatus;
  severity?: Severity;
  agent?: AgentKind;
  session?: string;
  project?: string;
  text?: string;
  row?: string;
}

export interface IncidentSearch {
  /** The place of the event that is looked at, `1-42`. */
  step?: string;
}

/** A page of one table: a text to look for, a tab, and the row that the keyboard is on. */
export interface TableSearch {
  text?: string;
  tab?: string;
  row?: string;
}

/** The rules' page: also what is tried on its bench. */
export interface BenchSearch extends TableSearch {
  rule?: string;
  /** The place of the event that rules are tried on. */
  event?: string;
  /** Which rules are listed: this bad or worse, and which of them. */
  severity?: Severity;
  show?: RuleShow;
}

/** Which rules a list shows; all unless it says otherwise. */
export const RULE_SHOWS = ["matched", "never", "chosen", "off", "own"] as const;
export type RuleShow = (typeof RULE_SHOWS)[number];

export const COST_BY = ["model", "agent", "project", "day", "session"] as const satisfies readonly CostBy[];

/** By what costs are added up; by model unless it says otherwise. */
export interface AnalyticsSearch {
  by?: CostBy;
}

/** A moment to the minute, `2026-11-21T14:05Z`. */
function minute(raw: Raw, name: string): string | undefined {
  const value = raw[name];
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

export function rootSearch(raw: Raw): RootSearch {
  const from = minute(raw, "from");
  const to = minute(raw, "to");
  const stretch = from !== undefined && to !== undefined && from < to ? { from, to } : {};
  const open = raw["open"];
  return {
    range: range(raw),
    ...stretch,
    where: typeof raw["where"] === "string" && raw["where"] !== "" ? raw["where"].slice(0, MAX_WHERE) : undefined,
    open: typeof open === "string" && readEntity(open) ? open : undefined,
  };
}

/** Longest text of filters from cells. */
const MAX_WHERE = 2000;

export const liveSearch = (raw: Raw): LiveSearch => ({
  agent: oneOf(raw, "agent", AGENT_NAMES),
  kind: oneOf(raw, "kind", KIND_NAMES),
  verdict: oneOf(raw, "verdict", STRICTNESS),
  text: text(raw, "text"),
  raw: flag(raw, "raw"),
  paused: flag(raw, "paused"),
  row: id(raw, "row"),
});

export const sessionsSearch = (raw: Raw): SessionsSearch => ({
  agent: oneOf(raw, "agent", AGENT_NAMES),
  text: text(raw, "text"),
  row: text(raw, "row"),
  project: text(raw, "project"),
  model: text(raw, "model"),
  cost: dollars(text(raw, "cost")) === undefined ? undefined : text(raw, "cost"),
  file: text(raw, "file"),
  host: text(raw, "host"),
  process: text(raw, "process"),
});

export const sessionSearch = (raw: Raw): SessionSearch => ({
  verdict: oneOf(raw, "verdict", STRICTNESS),
  text: text(raw, "text"),
  effects: flag(raw, "effects"),
  row: id(raw, "row"),
});

export const alertsSearch = (raw: Raw): AlertsSearch => ({
  agent: oneOf(raw, "agent", AGENT_NAMES),
  severity: oneOf(raw, "severity", SEVERITY_NAMES),
  verdict: oneOf(raw, "verdict", STRICTNESS),
  rule: text(raw, "rule"),
  session: text(raw, "session"),
  text: text(raw, "text"),
  row: id(raw, "row"),
});

export const incidentsSearch = (raw: Raw): IncidentsSearch => ({
  state: oneOf(raw, "state", INCIDENT_STATES),
  status: oneOf(raw, "status", STATUS_NAMES),
  severity: oneOf(raw, "severity", SEVERITY_NAMES),
  agent: oneOf(raw, "agent", AGENT_NAMES),
  session: text(raw, "session"),
  project: text(raw, "project"),
  text: text(raw, "text"),
  row: id(raw, "row"),
});

export const incidentSearch = (raw: Raw): IncidentSearch => ({ step: id(raw, "step") });

export const tableSearch = (raw: Raw): TableSearch => ({
  text: text(raw, "text"),
  tab: oneWord(raw, "tab"),
  row: text(raw, "row"),
});

export const benchSearch = (raw: Raw): BenchSearch => ({
  ...tableSearch(raw), rule: text(raw, "rule"), event: id(raw, "event"), severity: oneOf(raw, "severity", SEVERITY_NAMES), show: oneOf(raw, "show", RULE_SHOWS),
});

export const analyticsSearch = (raw: Raw): AnalyticsSearch => ({ by: oneOf(raw, "by", COST_BY) });

function oneWord(raw: Raw, name: string): string | undefined {
  const value = text(raw, name);
  return value !== undefined && /^[a-z_]+$/.test(value) ? value : undefined;
}
