//! What the API answers about what can be seen.

use super::AgentState;
use crate::host::Hooked;
use crate::schema;
use ringfence_event::{AgentKind, Source, Timestamp};
use ringfence_store::EventId;
use serde::Serialize;
use utoipa::ToSchema;

/// What is seen of each agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Coverage {
    /// The columns.
    pub(crate) channels: Vec<Channel>,
    /// Every agent that is known by name.
    pub(crate) items: Vec<CoverageRow>,
    /// Every sensor, with the last that came from it.
    pub(crate) sources: Vec<SourceSeen>,
    /// Whether a sensor in the kernel tells of processes now.
    pub(crate) sensed: bool,
}

/// Something that can be seen of an agent.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Channel {
    /// Which.
    pub(crate) id: ChannelId,
    /// Who mainly sees it.
    #[schema(value_type = schema::Source)]
    pub(crate) source: Source,
}

/// Something that can be seen of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChannelId {
    /// What its user told it.
    Prompt,
    /// Each tool call, before it runs.
    Tool,
    /// What the model said and used.
    Said,
    /// What it asks models and MCP servers.
    Request,
    /// Each program that runs below it.
    Process,
    /// Each file that those programs touch.
    File,
    /// Where those programs connect to.
    Network,
}

/// What is seen of one agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageRow {
    /// Which.
    #[schema(value_type = schema::AgentKind)]
    pub(crate) agent: AgentKind,
    /// The name its maker gives it.
    pub(crate) title: &'static str,
    /// Whether it is used on this machine.
    pub(crate) found: bool,
    /// Whether our hooks stand in its settings.
    pub(crate) hooked: Hooked,
    /// How its hooks are doing, in one word.
    pub(crate) state: AgentState,
    /// One for each channel, in the same order.
    pub(crate) cells: Vec<CoverageCell>,
    /// What cannot be seen of it at all.
    pub(crate) blind_spots: Vec<String>,
}

/// How much of one channel is seen of one agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageCell {
    /// Which.
    pub(crate) channel: ChannelId,
    /// How much.
    pub(crate) sight: Sight,
    /// When the last event of it came, if any is kept.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub(crate) last: Option<Timestamp>,
    /// That event's place in the record.
    #[schema(required, value_type = Option<String>)]
    pub(crate) event: Option<EventId>,
    /// Why it is not all.
    #[schema(required)]
    pub(crate) why: Option<String>,
    /// The command that helps.
    #[schema(required)]
    pub(crate) fix: Option<String>,
}

/// How much is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sight {
    /// All that this channel can show.
    Full,
    /// Some of it, or only so far.
    Partial,
    /// Nothing.
    None,
}

/// A sensor, and the last that came from it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceSeen {
    /// Which.
    #[schema(value_type = schema::Source)]
    pub(crate) source: Source,
    /// When.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub(crate) last: Option<Timestamp>,
    /// That event's place in the record.
    #[schema(required, value_type = Option<String>)]
    pub(crate) event: Option<EventId>,
}
