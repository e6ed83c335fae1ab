//! What the API answers, field by field. Enums and events are described by
//! [`schema`](crate::schema).
//!
//! **Invariant:** a field that may be absent stands there as `null`; only inside of
//! an event or a finding it is left out, as the record has it.

mod coverage;
mod exceptions;
mod incidents;
mod inspect;
mod rules;
mod tree;

pub(crate) use coverage::{
    Channel, ChannelId, Coverage, CoverageCell, CoverageRow, Sight, SourceSeen,
};
pub(crate) use exceptions::{Allow, ExceptionList, ExceptionRow};
pub(crate) use incidents::{Decide, Decided, IncidentDetail, IncidentList, IncidentRow};

pub(crate) use inspect::{
    After, FileList, FileRow, HostList, HostRow, InjectionList, InjectionRow, McpCallRow, McpList,
    PackageList, PackageRow, SeenBy, Touched,
};
pub(crate) use rules::{
    Bench, BenchAnswer, BenchEvent, ChangedEvent, Choose, ChooseMode, Chosen, ChosenMode, Looked,
    Payload, Replay, RuleDetail, RuleList, RuleRow, SaveRule, TriedEvent,
};

pub(crate) use tree::{IncidentProcess, IncidentProcesses};

use crate::host::{Exported, HookHealth, Hooked, Host, Risk, Rule};
use crate::schema;
use ringfence_event::{
    AgentKind, Event, Finding, Mode, SessionId, Severity, Source, Timestamp, ToolCallId, Verdict,
};
use ringfence_store::{EventId, SessionSummary, StoredEvent, StoredFinding};
use ringfence_timeline::{CostReport, CostRow, Facts, SessionPage};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How Ringfence is doing, and what it guards.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Status {
    /// The program's version.
    pub(crate) version: String,
    /// The daemon's process id.
    pub(crate) pid: u32,
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) since: Timestamp,
    /// Set where everything is invented: `ringfence demo`.
    pub(crate) demo: bool,
    /// How far it goes.
    #[schema(value_type = schema::Mode)]
    pub(crate) mode: Mode,
    /// How many rules are in force.
    pub(crate) rules: u64,
    /// How many tool calls it judged since it started.
    pub(crate) decisions: u64,
    /// What is wrong, one sentence each.
    pub(crate) problems: Vec<String>,
    /// The last sequence number in the record.
    pub(crate) last_seq: i64,
    /// Where it serves, as host and port.
    pub(crate) address: String,
    /// The record.
    pub(crate) store: StoreStatus,
    /// Every agent that is known by name.
    pub(crate) agents: Vec<AgentStatus>,
}

/// How the record is doing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoreStatus {
    /// Events acknowledged and not yet committed.
    pub(crate) queued: u64,
    /// How many of those lie in memory only, because the disk takes nothing.
    pub(crate) kept_in_memory: u64,
    /// Events refused since the start because nothing could keep them.
    pub(crate) dropped: u64,
    /// Events stored without the parts that made them too big, since the start.
    pub(crate) cut: u64,
    /// Spooled files and journal lines that could not be read, since the start.
    pub(crate) bad_files: u64,
    /// What is wrong now.
    #[schema(required)]
    pub(crate) last_error: Option<String>,
    /// The last sequence number committed.
    pub(crate) committed: i64,
    /// Days after which events are deleted; 0 keeps them for ever.
    pub(crate) retention_days: u32,
    /// In how many files the events lie.
    pub(crate) segments: u64,
    /// What the record takes on disk.
    pub(crate) bytes: u64,
}

/// What is known of an agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentStatus {
    /// Which.
    #[schema(value_type = schema::AgentKind)]
    pub(crate) agent: AgentKind,
    /// The name its maker gives it.
    pub(crate) title: &'static str,
    /// Whether it is used on this machine.
    pub(crate) found: bool,
    /// Whether our hooks stand in its settings.
    pub(crate) hooked: Hooked,
    /// How many events of its hooks are kept.
    pub(crate) events: u64,
    /// When it was last heard of.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub(crate) last: Option<Timestamp>,
    /// What it reported then, in its own word.
    #[schema(required)]
    pub(crate) last_moment: Option<String>,
    /// All of this in one word.
    pub(crate) state: AgentState,
    /// What a person should know or do about it.
    #[schema(required)]
    pub(crate) note: Option<String>,
    /// What cannot be seen of it.
    pub(crate) blind_spots: Vec<String>,
    /// How its hooks did since the program started, if anything was heard of it.
    #[schema(required)]
    pub(crate) health: Option<HookHealth>,
    /// What it exported since then, if it was told to.
    #[schema(required)]
    pub(crate) telemetry: Option<Exported>,
}

/// How an agent's hooks are doing, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AgentState {
    /// An event came within the last ten minutes.
    Live,
    /// Events came, the last one longer ago.
    Quiet,
    /// The hooks are there and nothing ever came.
    Never,
    /// The hooks are not there.
    NotHooked,
}

/// Events counted over time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Activity {
    /// How long a bucket is, in seconds.
    pub(crate) step: u32,
    /// Oldest first; those without events are left out.
    pub(crate) buckets: Vec<Bucket>,
}

/// The events of one step.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Bucket {
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    /// How many events.
    pub(crate) events: u64,
    /// How many of them ran and a person was told.
    pub(crate) alerted: u64,
    /// How many of them a person was asked about.
    pub(crate) asked: u64,
    /// How many of them did not run.
    pub(crate) denied: u64,
}

/// One event in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct EventRow {
    /// Its place in the record, `1-42`.
    #[schema(value_type = String)]
    pub(crate) id: EventId,
    /// Its sequence number.
    pub(crate) seq: i64,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    /// Which sensor saw it.
    #[schema(value_type = schema::Source)]
    pub(crate) source: Source,
    /// The agent that did it.
    #[schema(required, value_type = Option<schema::AgentKind>)]
    pub(crate) agent: Option<AgentKind>,
    /// Its session.
    #[schema(required, value_type = Option<String>)]
    pub(crate) session: Option<SessionId>,
    /// The tool call that it belongs to, by the agent's own id.
    #[schema(required, value_type = Option<String>)]
    pub(crate) call: Option<ToolCallId>,
    /// What happened, in one word.
    #[schema(value_type = schema::Kind)]
    pub(crate) kind: &'static str,
    /// What the tool does, in one word.
    #[schema(required, value_type = Option<schema::Does>)]
    pub(crate) does: Option<&'static str>,
    /// The agent's own name for the tool.
    #[schema(required)]
    pub(crate) tool: Option<String>,
    /// What was answered.
    #[schema(value_type = schema::Verdict)]
    pub(crate) verdict: Verdict,
    /// The worst of its findings.
    #[schema(required, value_type = Option<schema::Severity>)]
    pub(crate) severity: Option<Severity>,
    /// What it is about, in one line.
    pub(crate) summary: String,
}

impl From<ringfence_store::EventRow> for EventRow {
    fn from(row: ringfence_store::EventRow) -> EventRow {
        EventRow {
            id: row.id,
            seq: row.seq,
            at: row.at,
            source: row.source,
            agent: row.agent,
            session: row.session,
            call: row.call,
            kind: row.kind,
            does: row.does,
            tool: row.tool,
            verdict: row.verdict,
            severity: row.severity,
            summary: row.summary,
        }
    }
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventList {
    /// The events.
    pub(crate) items: Vec<EventRow>,
    /// What to ask for next, as `before` (newest first) or `after` (oldest first); `null` at the end.
    #[schema(required)]
    pub(crate) next: Option<i64>,
}

/// One event whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventDetail {
    /// Its place in the record, `1-42`.
    #[schema(value_type = String)]
    pub(crate) id: EventId,
    /// What was answered.
    #[schema(value_type = schema::Verdict)]
    pub(crate) verdict: Verdict,
    /// What happened.
    #[schema(value_type = schema::Event)]
    pub(crate) event: Event,
    /// What was found, in rule order.
    #[schema(value_type = Vec<schema::Finding>)]
    pub(crate) findings: Vec<Finding>,
}

impl From<StoredEvent> for EventDetail {
    fn from(stored: StoredEvent) -> EventDetail {
        EventDetail {
            id: stored.id,
            verdict: stored.verdict,
            event: stored.event,
            findings: stored.findings,
        }
    }
}

/// One session of an agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionRow {
    /// Whose.
    #[schema(required, value_type = Option<schema::AgentKind>)]
    pub(crate) agent: Option<AgentKind>,
    /// Which.
    #[schema(value_type = String)]
    pub(crate) session: SessionId,
    /// Its first event that is still kept.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) first: Timestamp,
    /// Its last event.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) last: Timestamp,
    /// Where it last worked.
    #[schema(required)]
    pub(crate) cwd: Option<String>,
    /// How many events are kept of it.
    pub(crate) events: u64,
    /// How many of those are tool calls.
    pub(crate) tool_calls: u64,
    /// How many were denied.
    pub(crate) denied: u64,
    /// Whether the sensor lost something that the session did.
    pub(crate) incomplete: bool,
    /// How many findings, by severity.
    pub(crate) findings: BTreeMap<String, u64>,
    /// Its first prompt, in one line.
    #[schema(required)]
    pub(crate) prompt: Option<String>,
    /// How much it should worry its user, if anything was ever found in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) risk: Option<Risk>,
    /// What the model used, if it was asked for and anybody told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<schema::CostRow>)]
    pub(crate) spent: Option<CostRow>,
}

/// A page of sessions, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionList {
    /// The sessions.
    pub(crate) items: Vec<SessionRow>,
    /// What to ask for next as `before`; `null` at the end.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub(crate) next: Option<Timestamp>,
    /// Set when there was more to look through than is looked at: an older session may be missing.
    pub(crate) more: bool,
}

/// A page of a session as it went.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionTimeline {
    /// What is known of the session as a whole; on the first page only.
    #[schema(required, value_type = Option<schema::Facts>)]
    pub(crate) facts: Option<Facts>,
    /// The turns.
    #[serde(flatten)]
    #[schema(value_type = TimelinePage)]
    pub(crate) page: SessionPage,
}

/// The turns of a page.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used, for the document")]
pub(crate) struct TimelinePage {
    /// In order of time.
    turns: Vec<schema::Turn>,
    /// The subagents that took part, in the order in which they were first heard of.
    subagents: Vec<schema::Subagent>,
    /// What the model used in these turns.
    spent: schema::Spent,
    /// What to ask for next as `after`; `null` at the end.
    #[schema(required)]
    next: Option<String>,
}

/// What was spent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CostAnswer {
    /// The sums.
    #[serde(flatten)]
    #[schema(value_type = CostSums)]
    pub(crate) report: CostReport,
    /// Set when there were more requests than are added up at once: these are the oldest.
    pub(crate) more: bool,
}

/// Sums of what was spent.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used, for the document")]
pub(crate) struct CostSums {
    /// The day on which the prices were taken.
    prices_of: String,
    /// In order of their names; days are the oldest first.
    rows: Vec<schema::CostRow>,
    /// Everything together.
    total: schema::Spent,
    /// Models that have no price here: they count as tokens only.
    unknown_models: Vec<String>,
}

/// One finding in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FindingRow {
    /// The event's place in the record, `1-42`.
    #[schema(value_type = String)]
    pub(crate) event_id: EventId,
    /// The agent that did it.
    #[schema(required, value_type = Option<schema::AgentKind>)]
    pub(crate) agent: Option<AgentKind>,
    /// Its session.
    #[schema(required, value_type = Option<String>)]
    pub(crate) session: Option<SessionId>,
    /// What the event is about, in one line.
    pub(crate) summary: String,
    /// What was found.
    #[schema(value_type = schema::Finding)]
    pub(crate) finding: Finding,
}

impl From<StoredFinding> for FindingRow {
    fn from(stored: StoredFinding) -> FindingRow {
        FindingRow {
            event_id: stored.event_id,
            agent: stored.agent,
            session: stored.session,
            summary: stored.summary,
            finding: stored.finding,
        }
    }
}

/// A page of findings, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingList {
    /// The findings; those of one event are never parted, so a page may be a little longer than asked for.
    pub(crate) items: Vec<FindingRow>,
    /// What to ask for next as `before`; `null` at the end.
    #[schema(required)]
    pub(crate) next: Option<i64>,
}

/// One finding, with all that explains it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingDetail {
    /// The finding.
    pub(crate) finding: FindingRow,
    /// The event it is about.
    pub(crate) event: EventDetail,
    /// The rule that matched, if it is still loaded.
    #[schema(required)]
    pub(crate) rule: Option<Rule>,
    /// The command that lets it through the next time.
    #[schema(required)]
    pub(crate) undo: Option<String>,
    /// The earlier events that a sequence is made of, oldest first, as far as they are still
    /// kept; at most 16 of them.
    pub(crate) steps: Vec<EventRow>,
    /// Up to ten events of the same session before it, oldest first.
    pub(crate) before: Vec<EventRow>,
    /// Up to ten events of the same session after it, oldest first.
    pub(crate) after: Vec<EventRow>,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorAnswer {
    /// What went wrong.
    pub(crate) error: ErrorDetail,
}

/// What went wrong, for programs and for people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorDetail {
    /// One word that does not change.
    pub(crate) code: &'static str,
    /// One sentence.
    pub(crate) message: String,
    /// What to do about it.
    #[schema(required)]
    pub(crate) hint: Option<String>,
}

impl SessionRow {
    /// What the record and the host know of a session.
    pub(crate) fn new(summary: SessionSummary, host: &dyn Host) -> SessionRow {
        SessionRow {
            agent: summary.agent,
            risk: host.risk(&summary.session),
            session: summary.session,
            first: summary.first,
            last: summary.last,
            cwd: summary.cwd,
            events: summary.events,
            tool_calls: summary.tool_calls,
            denied: summary.denied,
            incomplete: summary.incomplete,
            findings: summary.findings,
            prompt: summary.prompt,
            spent: None,
        }
    }
}
