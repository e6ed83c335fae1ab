//! What the API answers about what agents touched: files, hosts, packages, MCP servers, injections.

use super::rules::Looked;
use crate::host::McpServer;
use crate::schema;
use ringfence_event::{
    AgentKind, Difference, FileClass, FindingId, HostClass, InjectionLevel, SessionId, Source,
    Timestamp, Verdict,
};
use ringfence_store::EventId;
use serde::Serialize;
use utoipa::ToSchema;

/// What is known of all events that a row stands for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Touched {
    /// The first of those that were looked at.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) first: Timestamp,
    /// The last.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) last: Timestamp,
    /// How many events.
    pub(crate) events: u64,
    /// Of how many sessions; counted up to 1,000.
    pub(crate) sessions: u64,
    /// By which agents.
    #[schema(value_type = Vec<schema::AgentKind>)]
    pub(crate) agents: Vec<AgentKind>,
    /// How many of them did not run.
    pub(crate) denied: u64,
    /// About how many of them a person was asked.
    pub(crate) asked: u64,
    /// The strictest answer.
    #[schema(value_type = schema::Verdict)]
    pub(crate) verdict: Verdict,
    /// The last one's place in the record, `1-42`.
    #[schema(value_type = String)]
    pub(crate) event: EventId,
    /// The last one's session.
    #[schema(required, value_type = Option<String>)]
    pub(crate) session: Option<SessionId>,
    /// Who told of it: agents, or what watches what they do.
    pub(crate) seen: SeenBy,
}

/// Who told of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SeenBy {
    /// An agent said that it would.
    Said,
    /// The kernel, the watcher or the proxy saw that it did.
    Done,
    /// Both.
    Both,
}

/// A file that agents touched.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileRow {
    /// Its absolute path.
    pub(crate) path: String,
    /// What kind of file it is.
    #[schema(value_type = schema::FileClass)]
    pub(crate) class: FileClass,
    /// In how many events it was read.
    pub(crate) read: u64,
    /// In how many it was created or changed.
    pub(crate) written: u64,
    /// In how many it was deleted.
    pub(crate) deleted: u64,
    /// The programs or tools that touched it; at most five.
    pub(crate) by: Vec<String>,
    /// What the watcher of trusted files saw change last.
    #[schema(value_type = Vec<schema::Difference>)]
    pub(crate) changes: Vec<Difference>,
    /// What is known of the events.
    #[serde(flatten)]
    pub(crate) touched: Touched,
}

/// A host that agents talked to, or wanted to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HostRow {
    /// Its name or address.
    pub(crate) host: String,
    /// What kind of host it is.
    #[schema(value_type = schema::HostClass)]
    pub(crate) class: HostClass,
    /// The programs or tools that talked to it; at most five.
    pub(crate) by: Vec<String>,
    /// Set when nothing in the record names it before `since`; `null` without a `since`, and beyond
    /// the first 100 rows.
    #[schema(required)]
    pub(crate) new: Option<bool>,
    /// What is known of the events.
    #[serde(flatten)]
    pub(crate) touched: Touched,
}

/// A package that agents installed, or wanted to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackageRow {
    /// Where such packages come from (`npm`, `pypi`).
    pub(crate) ecosystem: String,
    /// Its name.
    pub(crate) name: String,
    /// The version that was told last.
    #[schema(required)]
    pub(crate) version: Option<String>,
    /// The programs that install it; at most five.
    pub(crate) by: Vec<String>,
    /// The command that asked for it last.
    pub(crate) command: String,
    /// What is known of the events.
    #[serde(flatten)]
    pub(crate) touched: Touched,
}

/// Calls of one tool of an MCP server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct McpCallRow {
    /// The server, as the agent calls it.
    pub(crate) server: String,
    /// The tool.
    pub(crate) tool: String,
    /// What is known of the calls.
    #[serde(flatten)]
    pub(crate) touched: Touched,
}

/// A text that gives orders where it should only inform, or that hides something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InjectionRow {
    /// The event in which it came; its place in the record.
    #[schema(value_type = String)]
    pub(crate) event: EventId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    /// To which agent.
    #[schema(required, value_type = Option<schema::AgentKind>)]
    pub(crate) agent: Option<AgentKind>,
    /// In which session.
    #[schema(required, value_type = Option<String>)]
    pub(crate) session: Option<SessionId>,
    /// Which sensor saw it.
    #[schema(value_type = schema::Source)]
    pub(crate) source: Source,
    /// What the event is about, in one line: where the text came from.
    pub(crate) summary: String,
    /// Where such a text comes from: `tool_result`, `fetched_page`, `instructions`…
    pub(crate) origin: String,
    /// What follows from it.
    #[schema(value_type = schema::InjectionLevel)]
    pub(crate) level: InjectionLevel,
    /// How sure that is: log odds times ten.
    pub(crate) score: i32,
    /// What spoke for it.
    pub(crate) rules: Vec<String>,
    /// The most telling words, decoded, with secrets masked.
    pub(crate) excerpt: String,
    /// How words were hidden.
    pub(crate) hidden: Vec<String>,
    /// What was answered.
    #[schema(value_type = schema::Verdict)]
    pub(crate) verdict: Verdict,
    /// What was found in the event.
    #[schema(value_type = Vec<String>)]
    pub(crate) findings: Vec<FindingId>,
    /// What alarmed in the same session within half an hour after it.
    pub(crate) after: After,
}

/// What alarmed after a text was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct After {
    /// Events that ran and a person was told.
    pub(crate) alerted: u64,
    /// Events that a person was asked about.
    pub(crate) asked: u64,
    /// Events that did not run.
    pub(crate) denied: u64,
}

macro_rules! page {
    ($(#[$doc:meta])* $name:ident of $row:ty) => {
        $(#[$doc])*
        #[derive(Debug, Serialize, ToSchema)]
        pub(crate) struct $name {
            /// The rows, the latest first.
            pub(crate) items: Vec<$row>,
            /// How many more there are.
            pub(crate) left_out: u64,
            /// What was looked at.
            pub(crate) looked: Looked,
        }
    };
}

page! {
    /// Files that agents touched.
    FileList of FileRow
}
page! {
    /// Hosts that agents talked to.
    HostList of HostRow
}
page! {
    /// Packages that agents installed.
    PackageList of PackageRow
}
page! {
    /// Texts that give orders.
    InjectionList of InjectionRow
}

/// MCP servers, and what was called of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct McpList {
    /// The servers that stand in the user's own settings of the agents.
    pub(crate) servers: Vec<McpServer>,
    /// What was called, the latest first.
    pub(crate) items: Vec<McpCallRow>,
    /// How many more there are.
    pub(crate) left_out: u64,
    /// What was looked at.
    pub(crate) looked: Looked,
}
