//! One request over HTTP and its answer, as the proxy read them: whom, how long, what was found.
//!
//! What the messages inside say are events of their own; this is the envelope.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A request and its answer, or both halves of a WebSocket or of a program's pipe (MCP over stdio).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exchange {
    /// How the bytes were carried (`http/1.1`, `h2`, `websocket`, `stdio`).
    pub protocol: String,
    /// `https`, `http`, `wss`, `ws`, or `stdio`.
    pub scheme: String,
    /// Name or address, lower case; the server's name of a pipe.
    pub host: String,
    /// The port; 0 of a pipe.
    pub port: u16,
    /// What kind of host that is.
    pub peer: Peer,
    /// `POST`, `GET`…; a JSON-RPC method of MCP over stdio.
    pub method: String,
    /// Without its query, with secrets masked.
    pub path: String,
    /// The status of the answer, if one came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes of the request's body, as sent.
    pub sent: u64,
    /// Bytes of the answer's body, as sent.
    pub received: u64,
    /// From the request's first byte to the answer's last, in milliseconds.
    pub milliseconds: u64,
    /// From the request's first byte to the answer's first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_byte: Option<u64>,
    /// From the request's first byte to the first piece of what the model says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_token: Option<u64>,
    /// The wire format that was recognised (`anthropic_messages`, `mcp`); absent: opaque.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Whose service it is (`anthropic`, `openai`), where the host tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The model that answered, or that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The provider's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// What the answer says went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ExchangeError>,
    /// What the answer's header says of limits, by field (`retry-after`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, String>,
    /// How it ended.
    pub ending: Ending,
    /// What the proxy did with the request.
    pub handling: Handling,
    /// What is odd about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<Sign>,
    /// What its bodies carry that they should not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Found>,
    /// Set when a limit was met, so that a part was forwarded and not read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// Why that part was not read.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub not_read: BTreeSet<NotRead>,
}

/// What an answer says went wrong, in the provider's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeError {
    /// Its kind (`rate_limit_error`, `RESOURCE_EXHAUSTED`), or its number.
    pub kind: String,
    /// Its text, with secrets masked.
    pub message: String,
}

/// What kind of host the other side is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Peer {
    /// A model provider that agents use.
    Provider,
    /// A host that the user trusts.
    Trusted,
    /// This machine or its own network: a local model, an MCP server.
    Local,
    /// A host that the user flagged.
    Flagged,
    /// Anything else.
    #[default]
    Unknown,
}

impl Peer {
    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            Peer::Provider => "provider",
            Peer::Trusted => "trusted",
            Peer::Local => "local",
            Peer::Flagged => "flagged",
            Peer::Unknown => "unknown",
        }
    }
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Both halves came to their end.
    #[default]
    Whole,
    /// One side went away before.
    Cut,
    /// There was no answer.
    Unanswered,
}

impl Ending {
    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            Ending::Whole => "whole",
            Ending::Cut => "cut",
            Ending::Unanswered => "unanswered",
        }
    }
}

/// What the proxy did with a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// Passed on as it came.
    #[default]
    Forwarded,
    /// Passed on with its secrets replaced.
    Redacted,
    /// Answered by the proxy; the host never saw it.
    Blocked,
    /// Passed on without being opened.
    Tunnelled,
}

impl Handling {
    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            Handling::Forwarded => "forwarded",
            Handling::Redacted => "redacted",
            Handling::Blocked => "blocked",
            Handling::Tunnelled => "tunnelled",
        }
    }
}

/// What is odd about an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// A login was sent to a model provider that is not the one which this agent used before.
    ForeignKey,
    /// Another organisation or project was named than before.
    ForeignOrganisation,
    /// A path of a model provider that no agent of ours is known to use.
    UnknownPath,
    /// The name that was asked for differs from the one inside of the connection.
    NameMismatch,
    /// The client refuses to be inspected.
    RefusesInspection,
    /// The tools that the model is offered changed within a conversation.
    ToolsChanged,
    /// A body unpacks to far more than it is.
    Bomb,
}

impl Sign {
    /// Every sign.
    pub const ALL: [Sign; 7] = [
        Sign::ForeignKey,
        Sign::ForeignOrganisation,
        Sign::UnknownPath,
        Sign::NameMismatch,
        Sign::RefusesInspection,
        Sign::ToolsChanged,
        Sign::Bomb,
    ];

    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            Sign::ForeignKey => "foreign_key",
            Sign::ForeignOrganisation => "foreign_organisation",
            Sign::UnknownPath => "unknown_path",
            Sign::NameMismatch => "name_mismatch",
            Sign::RefusesInspection => "refuses_inspection",
            Sign::ToolsChanged => "tools_changed",
            Sign::Bomb => "bomb",
        }
    }
}

/// Why a part of a body was forwarded and not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotRead {
    /// It is packed in a way that nobody here can undo.
    Coding,
    /// It is not what it says it is.
    Broken,
    /// It unpacks to far more than it is.
    Bomb,
    /// It is packed in something packed, more often than is undone.
    Depth,
    /// It is longer than what is held or looked at.
    Length,
    /// The readers were behind, or held too much already.
    Busy,
    /// Pictures, sound, fonts.
    Media,
}

impl NotRead {
    /// Every reason.
    pub const ALL: [NotRead; 7] = [
        NotRead::Coding,
        NotRead::Broken,
        NotRead::Bomb,
        NotRead::Depth,
        NotRead::Length,
        NotRead::Busy,
        NotRead::Media,
    ];

    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            NotRead::Coding => "coding",
            NotRead::Broken => "broken",
            NotRead::Bomb => "bomb",
            NotRead::Depth => "depth",
            NotRead::Length => "length",
            NotRead::Busy => "busy",
            NotRead::Media => "media",
        }
    }
}

/// One thing that a body carries, and exactly where. It never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What it is.
    pub what: FoundKind,
    /// Which way it went.
    pub direction: Direction,
    /// The rule or kind that knows it (`aws-access-key-id`, `ignore-instructions`).
    pub pattern: String,
    /// The message and block (`messages[3].content[1].text`, `content[0].input_json`, `header authorization`).
    pub place: String,
    /// Where it begins there, in bytes of the decoded text.
    pub offset: u64,
    /// What had to be decoded to see it, outermost first (`gzip`, `base64`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
    /// Enough to know it again: a masked secret, or the words of an order.
    pub snippet: String,
    /// Keyed hash in hex of a secret; empty of anything else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
    /// Set of a secret that goes to its own maker.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_home: bool,
}

/// What was found in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    /// A secret, by its form.
    Secret,
    /// A secret that the session read before.
    Leak,
    /// A text that gives orders where it should only inform, or hides something.
    Injection,
}

impl FoundKind {
    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            FoundKind::Secret => "secret",
            FoundKind::Leak => "leak",
            FoundKind::Injection => "injection",
        }
    }
}

/// Which way bytes go, as the agent sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the agent.
    Outgoing,
    /// To the agent.
    Incoming,
}

impl Direction {
    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Outgoing => "outgoing",
            Direction::Incoming => "incoming",
        }
    }
}
