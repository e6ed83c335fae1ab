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
