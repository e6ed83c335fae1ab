//! What `timeline` makes of a session, as the OpenAPI document describes it.

use super::{
    AgentKind, Finding, Join, Kind, Outcome, ProcessRef, Source, Tool, Verdict,
    labels::{Access, FileClass, HostClass},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// What was used and what it cost; money in billionths of a US dollar.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Spent {
    /// How many requests.
    pub(crate) requests: u64,
    /// Tokens read, without those in a cache.
    pub(crate) input: u64,
    /// Tokens written.
    pub(crate) output: u64,
    /// Tokens read from a cache.
    pub(crate) cache_read: u64,
    /// Tokens put into a cache.
    pub(crate) cache_write: u64,
    /// Those of the output that are thoughts.
    pub(crate) reasoning: u64,
    /// What they cost by the table.
    pub(crate) cost: u64,
    /// What the agent itself says that they cost.
    pub(crate) recorded: u64,
    /// How many requests had a model without a price.
    pub(crate) unpriced: u64,
}

/// What is known of a session as a whole.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Facts {
    /// Events.
    pub(crate) events: u64,
    /// Turns: prompts of the main conversation.
    pub(crate) turns: u64,
    /// Tool calls, each once.
    pub(crate) calls: u64,
    /// Events that were denied.
    pub(crate) denied: u64,
    /// Events by source.
    pub(crate) sources: BTreeMap<String, u64>,
    /// Events of the kernel that no page shows, since their call has too many.
    pub(crate) left_out: u64,
    /// What the model used.
    pub(crate) spent: Spent,
    /// The day on which the prices were taken.
    pub(crate) prices_of: String,
    /// What each model used.
    pub(crate) models: BTreeMap<String, Spent>,
    /// Permission modes, in the agent's words.
    pub(crate) modes: BTreeSet<String>,
}

/// What happened from one prompt to the next.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Turn {
    /// Counted from 1; 0 is what came before the first prompt.
    pub(crate) number: u64,
    /// Set when the turn began on the page before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) continued: bool,
    /// When it began.
    #[schema(format = DateTime)]
    pub(crate) began: String,
    /// When the last was heard of it.
    #[schema(format = DateTime)]
    pub(crate) ended: String,
    /// What was said and done, in order of time; the prompt comes first.
    pub(crate) steps: Vec<Step>,
    /// What the model used.
    pub(crate) spent: Spent,
}

/// A subagent.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Subagent {
    /// The agent's own id for it.
    pub(crate) id: String,
    /// The agent's name for its kind.
    #[schema(required)]
    pub(crate) name: Option<String>,
    /// The subagent that started it; `null` if the main conversation did.
    #[schema(required)]
    pub(crate) parent: Option<String>,
    /// The call that started it.
    #[schema(required)]
    pub(crate) call: Option<String>,
    /// How many tool calls it made on this page.
    pub(crate) calls: u64,
    /// What it used on this page.
    pub(crate) spent: Spent,
}

/// Something said or done, with everybody who told of it.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Step {
    /// When it was first told of.
    #[schema(format = DateTime)]
    pub(crate) at: String,
    /// The subagent that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) agent: Option<String>,
    /// Who told of it.
    pub(crate) sources: Vec<Source>,
    /// The events that told of it, by their numbers in the record; at most 64.
    pub(crate) events: Vec<i64>,
    /// The strictest answer.
    pub(crate) verdict: Verdict,
    /// What was found, each rule once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) findings: Vec<Finding>,
    /// What it was.
    #[serde(flatten)]
    pub(crate) what: What,
}

/// What a step is.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(tag = "step", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "only its shape is used")]
pub(crate) enum What {
    /// A person or a program asked for something.
    Prompt {
        /// The words.
        text: String,
    },
    /// The model said something.
    Message {
        /// The words.
        text: String,
    },
    /// The model thought something.
    Thinking {
        /// The words.
        text: String,
    },
    /// A tool was called.
    Call {
        /// Its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        id: Option<String>,
        /// How what was told of it was joined: inferred if anything of it was.
        join: Join,
        /// What was wanted.
        tool: Tool,
        /// Set when the user was asked for it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        asked: bool,
        /// What the agent decided about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        decided: Option<Decided>,
        /// How it went.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        outcome: Option<Outcome>,
        /// When it ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, format = DateTime)]
        ended: Option<String>,
        /// What it gave back.
        #[serde(default, skip_serializing_if = "Value::is_null")]
        #[schema(nullable = false)]
        output: Value,
        /// The subagent that it started.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        started: Option<String>,
        /// The programs that ran below it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        processes: Vec<CallProcess>,
        /// The files that it touched.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileTouch>,
        /// The hosts that it talked to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hosts: Vec<HostTouch>,
        /// Which earlier texts said its words first, the longest piece first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        came_from: Vec<CameFrom>,
        /// What it is under the influence of.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        taints: Vec<Taint>,
        /// How many more programs, files and hosts there were.
        #[serde(default, skip_serializing_if = "is_zero")]
        more: u64,
    },
    /// Something changed, or is worth a line.
    Note {
        /// What kind of line.
        note: Note,
        /// For people.
        text: String,
    },
}

#[cfg(test)]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What kind of line a note is.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Note {
    /// The session began or was resumed.
    SessionStart,
    /// The session ended.
    SessionEnd,
    /// From here on another model answers.
    Model,
    /// From here on the user is asked about more, or less.
    PermissionMode,
    /// From here on the user is asked about nothing.
    Unguarded,
    /// The context was shortened.
    Compaction,
    /// A subagent began.
    SubagentStart,
    /// A subagent ended.
    SubagentEnd,
    /// The agent told its user something.
    Notification,
    /// A file that an agent obeys changed.
    ConfigChange,
    /// The kernel saw something that belongs to no call.
    Deed,
    /// Something was lost: from here on the session is incomplete.
    Lost,
    /// Hooks did not run as they should.
    Hooks,
    /// Something else.
    Other,
}

/// What the agent decided about a call.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Decided {
    /// Set when it may run.
    pub(crate) accepted: bool,
    /// Who decided, in the agent's words.
    #[schema(required)]
    pub(crate) by: Option<String>,
}

/// A program that ran below a call.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct CallProcess {
    /// When it began.
    #[schema(format = DateTime)]
    pub(crate) at: String,
    /// Its arguments in one line, with secrets masked.
    pub(crate) line: String,
    /// Which process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) process: Option<ProcessRef>,
    /// Its exit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) code: Option<i32>,
}

/// Whether something was announced, seen, or both.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Seen {
    /// The call named it; the kernel did not tell.
    Said,
    /// The kernel saw it; the call did not name it.
    Done,
    /// Both.
    Both,
}

/// A file that a call touched.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct FileTouch {
    /// Absolute.
    pub(crate) path: String,
    /// What was done with it.
    pub(crate) access: Access,
    /// What kind of file it is.
    pub(crate) class: FileClass,
    /// How it is known.
    pub(crate) seen: Seen,
}

/// A host that a call talked to.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct HostTouch {
    /// Name or address.
    pub(crate) host: String,
    /// What kind of host it is.
    pub(crate) class: HostClass,
    /// How it is known.
    pub(crate) seen: Seen,
}

/// What kind of text something came from.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum TextOrigin {
    /// A web page.
    WebPage,
    /// What a search engine found.
    WebSearch,
    /// A tool of an MCP server.
    Mcp,
    /// A file outside of the project.
    OutsideFile,
    /// A file that came with a package.
    Package,
    /// A file of the project.
    ProjectFile,
}

/// Where words of a call came from.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct CameFrom {
    /// What kind of text.
    pub(crate) origin: TextOrigin,
    /// Its address, path, or server and tool.
    pub(crate) name: String,
    /// The line in it, counted from 1.
    pub(crate) line: u32,
    /// The event that brought it, by its number in the record.
    pub(crate) event: i64,
    /// The words, as the call has them.
    pub(crate) piece: String,
}

/// In which way a call is tainted.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum TaintKind {
    /// Words that give orders came in before it.
    Injection,
    /// It sends away a secret that was read before.
    Secret,
}

/// Why a call is not only its own.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Taint {
    /// In which way.
    pub(crate) kind: TaintKind,
    /// The event that it comes from, by its number in the record.
    pub(crate) event: i64,
    /// What was there, with secrets masked.
    pub(crate) text: String,
}

/// An event in one line.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Link {
    /// Its number in the record.
    pub(crate) event: i64,
    /// When it happened.
    #[schema(format = DateTime)]
    pub(crate) at: String,
    /// Who told of it.
    pub(crate) source: Source,
    /// Whose.
    #[schema(required)]
    pub(crate) agent: Option<AgentKind>,
    /// Its session.
    #[schema(required)]
    pub(crate) session: Option<String>,
    /// What happened, in one word.
    pub(crate) kind: Kind,
    /// What it is about.
    pub(crate) text: String,
}

/// A file that a session obeys and that another session wrote.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Memory {
    /// The file.
    pub(crate) path: String,
    /// The event that wrote it.
    pub(crate) written: Link,
    /// Where what was written came from, in that session.
    pub(crate) came_from: Vec<CameFrom>,
    /// What that was under the influence of.
    pub(crate) taints: Vec<Taint>,
}

/// Why something happened.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Why {
    /// The event.
    pub(crate) event: Link,
    /// What was answered.
    pub(crate) verdict: Verdict,
    /// What was found.
    pub(crate) findings: Vec<Finding>,
    /// What the event is a step of, with everybody who told of it.
    #[schema(required)]
    pub(crate) step: Option<Step>,
    /// The turn, counted from 1.
    #[schema(required)]
    pub(crate) turn: Option<u64>,
    /// What the user had asked for.
    #[schema(required)]
    pub(crate) prompt: Option<Link>,
    /// The calls that started the subagent which did it, the nearest first.
    pub(crate) started_by: Vec<Link>,
    /// Where its words came from.
    pub(crate) came_from: Vec<CameFrom>,
    /// What it was under the influence of.
    pub(crate) taints: Vec<Taint>,
    /// Files that the session obeys and that another session wrote.
    pub(crate) memory: Vec<Memory>,
    /// The earlier events of a sequence, the first one first.
    pub(crate) steps: Vec<Link>,
}

/// One sum of costs.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct CostRow {
    /// The day, model, project, agent or session.
    pub(crate) name: String,
    /// How many sessions it is of.
    pub(crate) sessions: u64,
    /// The models that were used, by name.
    pub(crate) models: Vec<String>,
    /// What was spent.
    #[serde(flatten)]
    pub(crate) spent: Spent,
}

#[cfg(test)]
mod tests;
