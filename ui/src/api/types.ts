// The words of the API under short names. They come from openapi.json: see schema.ts.

import type { components } from "./schema";

type Schemas = components["schemas"];

export type AgentKind = Schemas["AgentKind"];
export type Kind = Schemas["Kind"];
export type Does = Schemas["Does"];
export type Verdict = Schemas["Verdict"];
export type Severity = Schemas["Severity"];

export type Status = Schemas["Status"];
export type AgentStatus = Schemas["AgentStatus"];
export type Activity = Schemas["Activity"];
export type Bucket = Schemas["Bucket"];
export type Stats = Schemas["Stats"];

export type Event = Schemas["Event"];
export type Exchange = Schemas["Exchange"];
export type Labels = Schemas["Labels"];
export type Tool = Schemas["Tool"];
export type EventRow = Schemas["EventRow"];
export type EventDetail = Schemas["EventDetail"];
export type SessionRow = Schemas["SessionRow"];
export type Process = Schemas["Process"];
export type Processes = Schemas["Processes"];
export type Source = Schemas["Source"];
export type Spent = Schemas["Spent"];
export type CostBy = Schemas["CostBy"];
export type CostAnswer = Schemas["CostAnswer"];
export type CostRow = Schemas["CostRow"];
export type Finding = Schemas["Finding"];
export type FindingRow = Schemas["FindingRow"];
export type FindingDetail = Schemas["FindingDetail"];
export type Rule = Schemas["Rule"];

export type ClientMessage = Schemas["ClientMessage"];
export type ServerMessage = Schemas["ServerMessage"];
export type Batch = Extract<ServerMessage, { type: "batch" }>;

// What the routes to come say, until openapi.json says it: see INCIDENTS below.

export type IncidentStatus = "new" | "investigating" | "contained" | "resolved" | "false_positive" | "snoozed";
export type Lane = "prompt" | "file" | "process" | "network";
export type Left = "nothing" | "stopped" | "perhaps" | "seen";

export interface Handled {
  status: IncidentStatus;
  reason: string;
  at: string;
  findings: number;
}

export interface ChainStep {
  lane: Lane;
  what: string;
  to: string;
  verdict: Verdict;
  carries_secret: boolean;
}

export interface IncidentRow {
  id: string;
  title: string;
  severity: Severity;
  verdict: Verdict;
  agent: AgentKind | null;
  session: string | null;
  cwd: string | null;
  first: string;
  last: string;
  status: IncidentStatus;
  handled: Handled | null;
  narrative: string[];
  left: Left;
  exposed: number;
  findings: number;
  steps: number;
  rules: string[];
  chain?: ChainStep[];
}

export interface IncidentList {
  items: IncidentRow[];
  next: string | null;
  open: number;
  closed: number;
  more: boolean;
}

export interface IncidentFacts {
  exposed: { kind: string; masked: string; fingerprint: string }[];
  read: string[];
  left: Left;
  stopped: number;
  hosts: string[];
  persistence: string[];
  sources: Source[];
  unsaid: Schemas["Unsaid"][];
}

export interface IncidentStep {
  place: string;
  at: string;
  lane: Lane;
  what: string;
  to: string;
  severity: Severity | null;
  verdict: Verdict;
  carries_secret: boolean;
  findings: string[];
}

export interface Todo {
  what: string;
  with: string;
  command: string | null;
}

export interface Incident {
  id: string;
  title: string;
  narrative: string[];
  severity: Severity;
  verdict: Verdict;
  agent: AgentKind | null;
  session: string | null;
  cwd: string | null;
  first: string;
  last: string;
  facts: IncidentFacts;
  steps: IncidentStep[];
  next: Todo[];
  findings: string[];
  rules: string[];
}

export interface IncidentDetail {
  incident: Incident;
  status: IncidentStatus;
  handled: Handled | null;
  rules: Rule[];
}

export interface StatusChanged {
  incident: IncidentRow;
  before: Handled | null;
}

export type Why = Schemas["Why"];
export type EventLink = Schemas["Link"];

/** What a user chose for a rule, or for all. */
export type RuleChoice = "default" | "off" | "monitor" | "guard" | "enforce" | "alert" | "ask" | "deny";

export interface RuleRow {
  id: string;
  title: string;
  severity: Severity;
  action: Verdict;
  here: Verdict | "off";
  choice: Exclude<RuleChoice, "default"> | null;
  builtin: boolean;
  source: string;
  techniques: string[];
  hits: { all: number; recent: number; last: string | null };
}

export interface RuleList {
  mode: "monitor" | "guard" | "enforce";
  days: number;
  items: RuleRow[];
  problems: string[];
}

export interface RuleDetail {
  state: RuleRow;
  rule: Rule;
}

export interface RuleTest {
  rules: string | null;
  choices: Record<string, RuleChoice>;
  mode: "monitor" | "guard" | "enforce" | null;
  event: Event | string | null;
  payload: { agent: AgentKind; body: unknown } | null;
  days: number | null;
}

export interface RuleProblem {
  message: string;
  line: number | null;
  column: number | null;
  hint: string | null;
}

export interface Tried {
  verdict: Verdict;
  findings: Finding[];
}

export interface Looked {
  events: number;
  since: string | null;
  more: boolean;
}

export type Counts = Record<Verdict, number>;

export interface ReplayChange {
  event: string;
  at: string;
  agent: AgentKind | null;
  session: string | null;
  summary: string;
  before: Verdict;
  after: Verdict;
  rules: string[];
}

export interface RuleTested {
  problems: RuleProblem[];
  one: { summary: string; before: Tried; after: Tried } | null;
  replay: { looked: Looked; before: Counts; after: Counts; changed: number; changes: ReplayChange[] } | null;
}

/** What every row of the pages under Inspect tells. */
export interface Touched {
  first: string;
  last: string;
  events: number;
  sessions: number;
  agents: AgentKind[];
  denied: number;
  asked: number;
  verdict: Verdict;
  event: string;
  session: string | null;
}

export interface Inspected<Row> {
  items: Row[];
  looked: Looked;
  left_out: number;
}

export type Seen = Schemas["Seen"];
export type Difference = Schemas["Difference"];

export interface FileRow extends Touched {
  path: string;
  class: Schemas["FileClass"];
  read: number;
  written: number;
  deleted: number;
  by: string[];
  seen: Seen;
  changes: Difference[];
}

export interface HostRow extends Touched {
  host: string;
  class: Schemas["HostClass"];
  by: string[];
  seen: Seen;
  new: boolean | null;
}

export interface PackageRow extends Touched {
  ecosystem: string;
  name: string;
  version: string | null;
  by: string[];
  command: string;
}

export interface InjectionRow {
  event: string;
  at: string;
  agent: AgentKind | null;
  session: string | null;
  source: Source;
  summary: string;
  origin: string;
  level: "taint" | "alert";
  score: number;
  rules: string[];
  excerpt: string;
  hidden: string[];
  verdict: Verdict;
  findings: string[];
  after: { denied: number; asked: number; alerted: number };
}

export interface McpServer {
  agent: AgentKind;
  name: string;
  file: string;
  command: string;
  wrapped: boolean;
}

export interface McpRow extends Touched {
  server: string;
  tool: string;
}

export type Sight = "full" | "partial" | "none";
export type ChannelId = "prompt" | "tool" | "said" | "request" | "process" | "file" | "network";

export interface CoverageCell {
  channel: ChannelId;
  sight: Sight;
  last: string | null;
  event: string | null;
  why: string | null;
  fix: string | null;
}

export interface CoverageRow {
  agent: AgentKind;
  title: string;
  found: boolean;
  hooked: Schemas["Hooked"];
  state: Schemas["AgentState"];
  cells: CoverageCell[];
  blind_spots: string[];
}

export interface Coverage {
  channels: { id: ChannelId; source: Source }[];
  items: CoverageRow[];
  sources: { source: Source; last: string | null; event: string | null }[];
  sensed: boolean;
}
