//! `GET /api/v1/stream`: one WebSocket for each tab.
//!
//! **Invariant:** a client that does not read holds up nobody: its own connection
//! fails when it takes nothing for a while. Client frames are small.

use crate::failure::Failure;
use crate::follow::{Follower, Topic};
use crate::refusals::Kind;
use crate::shared::Shared;
use crate::types::{ErrorAnswer, EventRow, FindingRow};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

/// The longest frame that a client may send.
const MAX_FRAME_BYTES: usize = 4 << 10;

/// The version of what is spoken here.
const VERSION: u32 = 1;

/// What a client sends over the WebSocket, one JSON text in each frame.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ClientMessage {
    /// Asks for what is new; sent again, it replaces what was asked for.
    Subscribe {
        /// What to send.
        topics: Vec<Topic>,
        /// After which event to begin; from now on if absent or `null`.
        since: Option<i64>,
    },
    /// Asks for a `pong`.
    Ping {
        /// Comes back.
        n: i64,
    },
}

/// What the server sends over the WebSocket, one JSON text in each frame.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ServerMessage {
    /// Comes first.
    Hello {
        /// The version of what is spoken here.
        version: u32,
        /// The last sequence number in the record.
        last_seq: i64,
    },
    /// What is new: at most each 100 ms, and only when something is.
    Batch {
        /// Where to resume from.
        last_seq: i64,
        /// How many events were left out since the batch before, because the client was too slow
        /// or wanted to begin too far back.
        skipped: i64,
        /// The events, oldest first; at most 2,000.
        events: Vec<EventRow>,
        /// The findings, oldest first.
        findings: Vec<FindingRow>,
    },
    /// Answers a `ping`.
    Pong {
        /// What came with the `ping`.
        n: i64,
    },
    /// What was sent could not be understood, or what was asked for could not be read.
    Error {
        /// One sentence.
        message: String,
    },
}

/// What happens, as it happens, over a WebSocket. See `ClientMessage` and `ServerMessage`.
#[utoipa::path(get, path = "/api/v1/stream", tag = "stream",
    responses((status = 101, description = "Switching to the WebSocket protocol."),
        (status = 400, body = ErrorAnswer), (status = 503, body = ErrorAnswer)))]
pub(crate) async fn stream(
    State(shared): State<Arc<Shared>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Failure> {
    let upgrade = upgrade.map_err(|rejection| Failure::bad_request(rejection.body_text()))?;
    let place = place(&shared)?;
    Ok(upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .on_upgrade(move |socket| converse(socket, shared, place)))
}

/// Takes one of the places for streams.
pub(super) fn place(shared: &Shared) -> Result<OwnedSemaphorePermit, Failure> {
    let place = Arc::clone(&shared.streams).try_acquire_owned();
    place.map_err(|_| {
        shared.refuse(Kind::Streams);
        Failure::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_streams",
            "there are too many streams already",
        )
        .hint("close a tab of the dashboard")
    })
}

async fn converse(mut socket: WebSocket, shared: Arc<Shared>, place: OwnedSemaphorePermit) {
    tokio::select! {
        // Whichever way it ends: the client has left, or is to leave.
        _ = talk(&mut socket, &shared) => {}
        () = shared.stopped() => {}
    }
    drop(socket);
    drop(place);
}

/// Goes on until the client leaves; `None` then.
async fn talk(socket: &mut WebSocket, shared: &Arc<Shared>) -> Option<()> {
    let last_seq = shared.readers.ask(|reader| Ok(reader.last_seq()?)).await;
    let hello = ServerMessage::Hello {
        version: VERSION,
        last_seq: last_seq.unwrap_or(0),
    };
    send(socket, &hello).await?;
    let mut follower = None;
    loop {
        let news = async {
            match &mut follower {
                Some(follower) => Follower::next(follower).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            frame = socket.recv() => {
                let answer = match frame?.ok()? {
                    Message::Text(text) => obey(text.as_str(), shared, &mut follower).await,
                    Message::Binary(_) => Some(error("a frame holds a JSON text")),
                    Message::Ping(_) | Message::Pong(_) => None,
                    Message::Close(_) => return None,
                };
                if let Some(answer) = answer {
                    send(socket, &answer).await?;
                }
            }
            message = news => match message {
                Ok(message) => send(socket, &message).await?,
                Err(failure) => {
                    send(socket, &error(failure.message)).await?;
                    return None;
                }
            },
        }
    }
}

/// Does what a frame asks for; returns what to say to it.
async fn obey(
    text: &str,
    shared: &Arc<Shared>,
    follower: &mut Option<Follower>,
) -> Option<ServerMessage> {
    match serde_json::from_str(text) {
        Ok(ClientMessage::Subscribe { topics, since }) => {
            match Follower::new(Arc::clone(shared), topics, since).await {
                Ok(fresh) => {
                    *follower = Some(fresh);
                    None
                }
                Err(failure) => Some(error(failure.message)),
            }
        }
        Ok(ClientMessage::Ping { n }) => Some(ServerMessage::Pong { n }),
        Err(reason) => Some(error(format!("not understood: {reason}"))),
    }
}

fn error(message: impl Into<String>) -> ServerMessage {
    ServerMessage::Error {
        message: message.into(),
    }
}

async fn send(socket: &mut WebSocket, message: &ServerMessage) -> Option<()> {
    let text = serde_json::to_string(message).ok()?;
    socket.send(Message::Text(text.into())).await.ok()
}
