//! What the hook client and the daemon say to each other over the Unix socket: one
//! request and one reply per connection, each a length and that many bytes.

use crate::history::report::Report;
use crate::history::status::{Going, HistoryStatus};
use crate::sensor::status::SensorStatus;
use crate::telemetry::status::TelemetryStatus;
use crate::trusted::FilesStatus;
use ringfence_agents::Reply;
use ringfence_api::Processes;
use ringfence_event::{AgentKind, EventKey, ProcessRef, SessionId, Timestamp};
use ringfence_timeline::HookHealth;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// Raised when either side could misread the other.
pub(crate) const VERSION: u32 = 1;

/// Largest frame, in bytes: a payload and some room.
const LARGEST: usize = ringfence_agents::LARGEST_PAYLOAD + 64 * 1024;

/// What a client asks; a hook's payload follows in a frame of its own.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Request {
    /// Judge and record a hook's payload.
    Hook {
        version: u32,
        agent: AgentKind,
        key: EventKey,
        at: Timestamp,
    },
    /// Are you there?
    Ping,
    /// Was I started by an agent?
    Whoami,
    /// A link that signs a browser in.
    Link,
    /// Load what the user has changed, now.
    Reload,
    /// Look at all trusted files, now.
    LookAtFiles,
    /// Who runs below agents?
    Processes,
    /// Take in the histories at these absolute paths; it is told how far that is until it is done.
    Import { paths: Vec<PathBuf> },
    /// Hold a session's tree still, or end it, or let it go on; or a process and all below it.
    Respond { order: Order, whom: String },
    /// I am the sensor of a tree that I fence: from here on this connection speaks
    /// `ringfence_sense::wire`, the daemon first.
    Sense,
    /// Take in what was read off an MCP server's pipe; the events follow in a frame of their own.
    Overheard { version: u32 },
    /// End, after everything is stored.
    Stop,
}

/// What the daemon answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(crate) enum Response {
    /// What to tell the agent. `kept` says that the event survives the daemon's death.
    Hook {
        stdout: String,
        stderr: String,
        exit_code: u8,
        kept: bool,
    },
    /// I am.
    Pong { status: Box<DaemonStatus> },
    /// The agent among the asking process' ancestors.
    Whoami {
        agent: Option<AgentKind>,
        /// Set if the asking process, or who speaks for it, is in a fence.
        #[serde(default)]
        fenced: bool,
    },
    /// It works once, for ten minutes.
    Link { url: String },
    /// It is loaded.
    Reloaded,
    /// These do.
    Processes { list: Box<Processes> },
    /// It is done.
    Responded { done: Responded },
    /// They are kept.
    Overheard { kept: usize },
    /// It goes on.
    Importing { going: Going },
    /// It is done.
    Imported { report: Box<Report> },
    /// I will.
    Stopping,
    /// I did not understand, or may not.
    Refused { why: String },
}

/// What is done with a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    Suspend,
    Resume,
    Stop,
}

impl Order {
    /// What was done, in one word.
    pub(crate) fn done(self) -> &'static str {
        match self {
            Order::Suspend => "suspended",
            Order::Resume => "resumed",
            Order::Stop => "stopped",
        }
    }
}

/// What was done with a tree.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Responded {
    pub(crate) session: Option<SessionId>,
    pub(crate) how: String,
    pub(crate) processes: Vec<ProcessRef>,
    /// Whether it came to rest, or to its end.
    pub(crate) complete: bool,
    pub(crate) recorded: bool,
}

/// The daemon about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DaemonStatus {
    pub(crate) pid: u32,
    pub(crate) version: String,
    pub(crate) since: Timestamp,
    pub(crate) decisions: u64,
    pub(crate) rules: usize,
    pub(crate) mode: String,
    /// Where the dashboard and the API listen; `None` if they do not.
    pub(crate) address: Option<String>,
    /// What is wrong with the configuration or the user's rules; they are left out.
    pub(crate) problems: Vec<String>,
    /// The files that agents obey, and how they are watched.
    #[serde(default)]
    pub(crate) files: FilesStatus,
    /// What the kernel tells.
    #[serde(default)]
    pub(crate) sensor: SensorStatus,
    /// What agents wrote down of their sessions.
    #[serde(default)]
    pub(crate) history: HistoryStatus,
    /// What agents export.
    #[serde(default)]
    pub(crate) telemetry: TelemetryStatus,
    /// Where the proxy listens, if it runs.
    #[serde(default)]
    pub(crate) proxy: Option<std::net::SocketAddr>,
    /// What passes the proxy unread, since the program does not take its certificates.
    #[serde(default)]
    pub(crate) refused: Vec<Refused>,
    /// How the hooks of each agent do.
    #[serde(default)]
    pub(crate) hooks: BTreeMap<AgentKind, HookHealth>,
    pub(crate) store: serde_json::Value,
}

/// What passes the proxy unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// The program's file, where it is known.
    pub(crate) program: Option<String>,
    /// The host.
    pub(crate) host: String,
}

impl Response {
    pub(crate) fn hook(reply: Reply, kept: bool) -> Response {
        Response::Hook {
            stdout: reply.stdout,
            stderr: reply.stderr,
            exit_code: reply.exit_code,
            kept,
        }
    }
}

/// Writes one frame.
pub(crate) fn send(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| too_large(bytes.len()))?;
    let mut frame = Vec::with_capacity(bytes.len() + 4);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(bytes);
    stream.write_all(&frame)
}

/// Reads one frame.
pub(crate) fn receive(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > LARGEST {
        return Err(too_large(length));
    }
    // Room grows with what really comes: a peer's word alone takes no memory.
    let mut bytes = Vec::new();
    let taken = stream
        .by_ref()
        .take(length as u64)
        .read_to_end(&mut bytes)?;
    if taken < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

pub(crate) fn send_json(stream: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    send(stream, &serde_json::to_vec(message)?)
}

pub(crate) fn receive_json<T: for<'de> Deserialize<'de>>(stream: &mut impl Read) -> io::Result<T> {
    Ok(serde_json::from_slice(&receive(stream)?)?)
}

fn too_large(length: usize) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("a frame of {length} bytes is larger than {LARGEST}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_back_as_it_went() {
        let mut pipe = Vec::new();
        send_json(&mut pipe, &Request::Ping).unwrap();
        send(&mut pipe, b"payload").unwrap();
        let mut reader = pipe.as_slice();
        assert!(matches!(receive_json(&mut reader).unwrap(), Request::Ping));
        assert_eq!(receive(&mut reader).unwrap(), b"payload");
        assert!(reader.is_empty());
    }

    #[test]
    fn a_lying_length_is_refused_and_a_short_frame_is_an_error() {
        assert!(receive(&mut [0xff, 0xff, 0xff, 0xff, 1].as_slice()).is_err());
        assert!(receive(&mut [0, 0, 0, 9, 1].as_slice()).is_err());
        assert!(receive_json::<Request>(&mut [0, 0, 0, 2, b'{', b'!'].as_slice()).is_err());
    }
}
