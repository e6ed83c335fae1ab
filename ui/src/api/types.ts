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
export type NotRead = Schemas["NotRead"];
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

export type IncidentStatus = Schemas["IncidentStatus"];
export type Handled = Schemas["Handled"];
export type Lane = Schemas["Lane"];
export type Left = Schemas["Left"];
export type Todo = Schemas["Todo"];
export type Incident = Schemas["Incident"];
export type IncidentFacts = Schemas["IncidentFacts"];
export type IncidentStep = Schemas["IncidentStep"];
export type IncidentRow = Schemas["IncidentRow"];
export type IncidentList = Schemas["IncidentList"];
export type IncidentDetail = Schemas["IncidentDetail"];
export type IncidentDecided = Schemas["IncidentDecided"];
export type Why = Schemas["Why"];

export type IncidentProcess = Schemas["IncidentProcess"];
export type IncidentProcesses = Schemas["IncidentProcesses"];

export type Exception = Schemas["ExceptionRow"];
export type Allow = Schemas["Allow"];
export type SavedRule = Schemas["SavedRule"];
export type Mode = Schemas["Mode"];
export type RuleChoice = Schemas["RuleChoice"];
export type RuleRow = Schemas["RuleRow"];
export type RuleList = Schemas["RuleList"];
export type RuleDetail = Schemas["RuleDetail"];
export type RuleProblem = Schemas["RuleProblem"];
export type Bench = Schemas["Bench"];
export type BenchAnswer = Schemas["BenchAnswer"];
export type Judgement = Schemas["Judgement"];
export type Replay = Schemas["Replay"];
export type Counts = Schemas["Counts"];
export type Looked = Schemas["Looked"];

export type Coverage = Schemas["Coverage"];
export type CoverageRow = Schemas["CoverageRow"];
export type CoverageCell = Schemas["CoverageCell"];
export type ChannelId = Schemas["ChannelId"];
export type Sight = Schemas["Sight"];

/** What every row of the pages under Inspect tells. */
export type Touched = Schemas["Touched"];
export type SeenBy = Schemas["SeenBy"];
export type Difference = Schemas["Difference"];
export type FileRow = Schemas["FileRow"];
export type HostRow = Schemas["HostRow"];
export type PackageRow = Schemas["PackageRow"];
export type InjectionRow = Schemas["InjectionRow"];
export type McpServer = Schemas["McpServer"];
export type McpCallRow = Schemas["McpCallRow"];
