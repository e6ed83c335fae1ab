//! What the API answers about the processes around an incident.

use crate::schema;
use ringfence_event::{Timestamp, ToolCallId, Verdict};
use ringfence_store::EventId;
use serde::Serialize;
use utoipa::ToSchema;

/// Processes around an incident, as the kernel told of them.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct IncidentProcesses {
    /// Whether the kernel told of anything in the session around it.
    pub(crate) sensed: bool,
    /// In order of time; at most 300.
    pub(crate) items: Vec<IncidentProcess>,
    /// Set when there was more than is looked at or told.
    pub(crate) more: bool,
}

/// A process around an incident, and what it did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentProcess {
    /// Process id.
    pub(crate) pid: u32,
    /// Start time in clock ticks since boot: the id alone may have been used again.
    pub(crate) started: u64,
    /// The id of the one that started it, if it is known.
    #[schema(required)]
    pub(crate) parent: Option<u32>,
    /// Its arguments in one line, or its executable, with secrets masked.
    pub(crate) line: String,
    /// When it was first seen.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) began: Timestamp,
    /// Its exit code, if it was seen to end by itself.
    #[schema(required)]
    pub(crate) code: Option<i32>,
    /// The tool call that it works for.
    #[schema(required, value_type = Option<String>)]
    pub(crate) call: Option<ToolCallId>,
    /// The step of the incident that it belongs to; its place in the record.
    #[schema(required)]
    pub(crate) step: Option<String>,
    /// The strictest answer to what it did.
    #[schema(value_type = schema::Verdict)]
    pub(crate) verdict: Verdict,
    /// How often it touched files.
    pub(crate) files: u64,
    /// How often it asked for names.
    pub(crate) names: u64,
    /// How often it reached for others over the network.
    pub(crate) hosts: u64,
    /// How many of those told here it started.
    pub(crate) children: u64,
    /// The event with the strictest answer; its place in the record.
    #[schema(value_type = String)]
    pub(crate) event: EventId,
}
