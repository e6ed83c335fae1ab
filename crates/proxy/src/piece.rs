//! The seam between what passes and who reads it: a copy of an exchange, piece by piece.
//!
//! **Invariant:** the pieces of one direction come in the order of the wire: its head, then bodies and
//! gaps, then trailers if there are any, then exactly one end. The two directions interleave freely:
//! an answer may begin before its request ends.

use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode, Version};
use ringfence_event::{AgentKind, Found, Handling, ProcessRef, SessionId, Timestamp};
use std::sync::Arc;

/// Names one request and its answer; never given twice by one running proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExchangeId(pub u64);

/// Which way a piece went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From the client to the service.
    Outgoing,
    /// From the service to the client.
    Incoming,
}

/// One thing that passed.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The exchange that it belongs to.
    pub exchange: ExchangeId,
    /// Which way it went.
    pub direction: Direction,
    /// When it passed.
    pub at: Timestamp,
    /// What it is.
    pub what: What,
}

/// What passed.
#[derive(Clone, Debug)]
pub enum What {
    /// The beginning of a direction. Of an outgoing one it is the first piece of the whole exchange.
    Head(Head),
    /// Bytes of a body as they stood on the wire: transfer coding undone, content coding (gzip) not.
    /// After an answer with status 101 these are the raw bytes of the new protocol (WebSocket frames)
    /// in both directions.
    Body(Bytes),
    /// That many bytes of the body passed here unread, because the readers were behind.
    Dropped(u64),
    /// Fields that came after the body.
    Trailers(HeaderMap),
    /// A gate did not let it pass as it came. Told incoming, after the head of the answer if the proxy
    /// answered itself.
    Handled(Box<Handled>),
    /// The direction is over. `Incoming` may end without a head: the service gave no answer.
    End(End),
}

/// What a gate did with an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handled {
    /// What it did.
    pub how: Handling,
    /// What it did it for.
    pub found: Vec<Found>,
}

/// How a direction came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As it was meant to.
    Complete,
    /// Somebody hung up, or the connection broke.
    Cut,
}

/// The beginning of a request or of an answer.
#[derive(Clone, Debug)]
pub enum Head {
    /// What was asked.
    Request(Box<RequestHead>),
    /// What was answered.
    Response(Box<ResponseHead>),
}

/// What was asked, and over which connection.
#[derive(Clone, Debug)]
pub struct RequestHead {
    /// The connection, with who opened it.
    pub connection: Arc<Connection>,
    /// The method.
    pub method: Method,
    /// Path and query, as they stood in the request (`/v1/messages?beta=true`).
    pub target: String,
    /// HTTP/1.0, HTTP/1.1 or HTTP/2.
    pub version: Version,
    /// All fields, with those that only concern the hop to us taken out.
    pub headers: HeaderMap,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    /// The status.
    pub status: StatusCode,
    /// HTTP/1.0, HTTP/1.1 or HTTP/2.
    pub version: Version,
    /// All fields, with those that only concern one hop taken out.
    pub headers: HeaderMap,
}

/// A connection of a client through the proxy to one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Names the connection; never given twice by one running proxy.
    pub number: u64,
    /// How the service is spoken to.
    pub scheme: Scheme,
    /// The host that the client means: the name in its TLS greeting, else the one in its request.
    /// Lower case; IPv6 addresses without brackets.
    pub host: String,
    /// The port of the service.
    pub port: u16,
    /// Who opened it, as far as that is known.
    pub client: Option<Client>,
}

/// Whether the wire behind the proxy is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Plain.
    Http,
    /// TLS.
    Https,
}

/// Who opened a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The process.
    pub process: ProcessRef,
    /// The agent that it belongs to.
    pub agent: Option<AgentKind>,
    /// The agent's session that the process belongs to.
    pub session: Option<SessionId>,
}
