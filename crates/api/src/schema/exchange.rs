//! An exchange over HTTP, as the API describes it.

use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A request and its answer, or both halves of a WebSocket or of a program's pipe (MCP over stdio).
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Exchange {
    /// How the bytes were carried (`http/1.1`, `h2`, `websocket`, `stdio`).
    pub(crate) protocol: String,
    /// `https`, `http`, `wss`, `ws`, or `stdio`.
    pub(crate) scheme: String,
    /// Name or address, lower case; the server's name of a pipe.
    pub(crate) host: String,
    /// The port; 0 of a pipe.
    pub(crate) port: u16,
    /// What kind of host that is.
    pub(crate) peer: Peer,
    /// `POST`, `GET`…; a JSON-RPC method of MCP over stdio.
    pub(crate) method: String,
    /// Without its query, with secrets masked.
    pub(crate) path: String,
    /// The status of the answer, if one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) status: Option<u16>,
    /// Bytes of the request's body, as sent.
    pub(crate) sent: u64,
    /// Bytes of the answer's body, as sent.
    pub(crate) received: u64,
    /// From the request's first byte to the answer's last, in milliseconds.
    pub(crate) milliseconds: u64,
    /// From the request's first byte to the answer's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) first_byte: Option<u64>,
    /// From the request's first byte to the first piece of what the model says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) first_token: Option<u64>,
    /// The wire format that was recognised (`anthropic_messages`, `mcp`); absent: opaque.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) format: Option<String>,
    /// Whose service it is (`anthropic`, `openai`), where the host tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) provider: Option<String>,
    /// The model that answered, or that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) model: Option<String>,
    /// The provider's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) request: Option<String>,
    /// What the answer says went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) error: Option<ExchangeError>,
    /// What the answer's header says of limits, by field (`retry-after`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) limits: BTreeMap<String, String>,
    /// How it ended.
    pub(crate) ending: Ending,
    /// What the proxy did with the request.
    pub(crate) handling: Handling,
    /// What is odd about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) signs: Vec<Sign>,
    /// What its bodies carry that they should not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) found: Vec<Found>,
    /// Set when a limit was met, so that a part was forwarded and not read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) truncated: bool,
    /// Why that part was not read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_read: Vec<NotRead>,
}

/// What an answer says went wrong, in the provider's words.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct ExchangeError {
    /// Its kind (`rate_limit_error`, `RESOURCE_EXHAUSTED`), or its number.
    pub(crate) kind: String,
    /// Its text, with secrets masked.
    pub(crate) message: String,
}

/// What kind of host the other side is.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Peer {
    /// A model provider that agents use.
    Provider,
    /// A host that the user trusts.
    Trusted,
    /// This machine or its own network: a local model, an MCP server.
    Local,
    /// A host that the user flagged.
    Flagged,
    /// Anything else.
    Unknown,
}

/// How an exchange ended.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// Both halves came to their end.
    Whole,
    /// One side went away before.
    Cut,
    /// There was no answer.
    Unanswered,
}

/// What the proxy did with a request.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Handling {
    /// Passed on as it came.
    Forwarded,
    /// Passed on with its secrets replaced.
    Redacted,
    /// Answered by the proxy; the host never saw it.
    Blocked,
    /// Passed on without being opened.
    Tunnelled,
}

/// What is odd about an exchange.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sign {
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

/// Why a part of a body was forwarded and not read.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotRead {
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

/// One thing that a body carries, and exactly where. It never holds a secret.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Found {
    /// What it is.
    pub(crate) what: FoundKind,
    /// Which way it went.
    pub(crate) direction: Direction,
    /// The rule or kind that knows it (`aws-access-key-id`, `ignore-instructions`).
    pub(crate) pattern: String,
    /// The message and block (`messages[3].content[1].text`, `content[0].input_json`, `header authorization`).
    pub(crate) place: String,
    /// Where it begins there, in bytes of the decoded text.
    pub(crate) offset: u64,
    /// What had to be decoded to see it, outermost first (`gzip`, `base64`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) through: Vec<String>,
    /// Enough to know it again: a masked secret, or the words of an order.
    pub(crate) snippet: String,
    /// Keyed hash in hex of a secret; empty of anything else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) fingerprint: String,
    /// Set of a secret that goes to its own maker.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) at_home: bool,
}

/// What was found in a body.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum FoundKind {
    /// A secret, by its form.
    Secret,
    /// A secret that the session read before.
    Leak,
    /// A text that gives orders where it should only inform, or hides something.
    Injection,
}

/// Which way bytes go, as the agent sees it.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    /// From the agent.
    Outgoing,
    /// To the agent.
    Incoming,
}
