// What a view consists of, as it stands in the URL: reload or send the address, and the
// same view is there again. Anything unknown in an address is dropped, never an error.

import { AGENT_NAMES, KIND_NAMES, SEVERITY_NAMES } from "../format/words";
import type { AgentKind, Kind, Severity } from "../api/types";
import { RANGES, type Range } from "./range";

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

export interface OverviewSearch {
  range?: Range;
}

export interface LiveSearch {
  agent?: AgentKind;
  kind?: Kind;
  verdict?: Strictness;
  text?: string;
  /** Runs of like rows are one row. */
  group?: true;
  paused?: true;
  /** The row that the keyboard is on. */
  row?: string;
  /** The event that is open beside the list. */
  open?: string;
}

export interface SessionsSearch {
  agent?: AgentKind;
  text?: string;
  range?: Range;
  row?: string;
}

export interface SessionSearch {
  verdict?: Strictness;
  text?: string;
  row?: string;
  open?: string;
}

export interface AlertsSearch {
  agent?: AgentKind;
  severity?: Severity;
  verdict?: Strictness;
  rule?: string;
  session?: string;
  text?: string;
  range?: Range;
  row?: string;
}

export interface AlertSearch {
  open?: string;
}

export const overviewSearch = (raw: Raw): OverviewSearch => ({ range: range(raw) });

export const liveSearch = (raw: Raw): LiveSearch => ({
  agent: oneOf(raw, "agent", AGENT_NAMES),
  kind: oneOf(raw, "kind", KIND_NAMES),
  verdict: oneOf(raw, "verdict", STRICTNESS),
  text: text(raw, "text"),
  group: flag(raw, "group"),
  paused: flag(raw, "paused"),
  row: id(raw, "row"),
  open: id(raw, "open"),
});

export const sessionsSearch = (raw: Raw): SessionsSearch => ({
  agent: oneOf(raw, "agent", AGENT_NAMES),
  text: text(raw, "text"),
  range: range(raw),
  row: text(raw, "row"),
});

export const sessionSearch = (raw: Raw): SessionSearch => ({
  verdict: oneOf(raw, "verdict", STRICTNESS),
  text: text(raw, "text"),
  row: id(raw, "row"),
  open: id(raw, "open"),
});

export const alertsSearch = (raw: Raw): AlertsSearch => ({
  agent: oneOf(raw, "agent", AGENT_NAMES),
  severity: oneOf(raw, "severity", SEVERITY_NAMES),
  verdict: oneOf(raw, "verdict", STRICTNESS),
  rule: text(raw, "rule"),
  session: text(raw, "session"),
  text: text(raw, "text"),
  range: range(raw),
  row: id(raw, "row"),
});

export const alertSearch = (raw: Raw): AlertSearch => ({ open: id(raw, "open") });
