//! `GET /api/v1/events/stream`: the stream as server-sent events (WHATWG HTML, section 9.2), for scripts.
//!
//! A browser has six connections for an origin, and six tabs would take them all:
//! the dashboard uses the WebSocket.

use super::stream::{ServerMessage, place};
use crate::extract::Asked;
use crate::failure::Failure;
use crate::follow::{Follower, Topic};
use crate::shared::Shared;
use crate::types::ErrorAnswer;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use http_body_util::channel::{Channel, Sender};
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::interval;
use utoipa::IntoParams;

/// How often a comment is sent, so that a client that left is noticed.
const ALIVE: Duration = Duration::from_secs(15);

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamQuery {
    /// After which event to begin; from now on if absent. `Last-Event-ID` comes first.
    since: Option<i64>,
    /// `events`, `findings`, or both with a comma between, which is also what absence means.
    topics: Option<String>,
}

/// What happens, as it happens, as server-sent events; each holds a `batch` of `ServerMessage`.
#[utoipa::path(get, path = "/api/v1/events/stream", tag = "stream", params(StreamQuery),
    responses((status = 200, content_type = "text/event-stream", body = String),
        (status = 400, body = ErrorAnswer), (status = 503, body = ErrorAnswer)))]
pub(crate) async fn stream_events(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<StreamQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let topics = topics(query.topics.as_deref())?;
    let resumed = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let place = place(&shared)?;
    let since = resumed.or(query.since);
    let follower = Follower::new(Arc::clone(&shared), topics, since).await?;
    let (sender, body) = Channel::new(1);
    tokio::spawn(send(shared, follower, sender, place));
    let headers = [(CONTENT_TYPE, "text/event-stream")];
    Ok((headers, Body::new(body)).into_response())
}

fn topics(text: Option<&str>) -> Result<Vec<Topic>, Failure> {
    let topic = |name| match name {
        "events" => Ok(Topic::Events),
        "findings" => Ok(Topic::Findings),
        _ => Err(Failure::bad_request(
            "`topics` is `events`, `findings`, or both with a comma between",
        )),
    };
    text.unwrap_or("events,findings")
        .split(',')
        .map(topic)
        .collect()
}

/// Goes on until the client leaves, the record cannot be read or the server stops.
async fn send(
    shared: Arc<Shared>,
    mut follower: Follower,
    mut sender: Sender<Bytes, Infallible>,
    place: OwnedSemaphorePermit,
) {
    let mut alive = interval(ALIVE);
    loop {
        let text = tokio::select! {
            message = follower.next() => message.ok().and_then(|message| event(&message)),
            _ = alive.tick() => Some(":\n\n".to_owned()),
            () = shared.stopped() => None,
        };
        let Some(text) = text else { break };
        if sender.send_data(Bytes::from(text)).await.is_err() {
            break;
        }
    }
    drop(place);
}

fn event(message: &ServerMessage) -> Option<String> {
    let ServerMessage::Batch { last_seq, .. } = message else {
        return None;
    };
    let data = serde_json::to_string(message).ok()?;
    Some(format!("id: {last_seq}\nevent: batch\ndata: {data}\n\n"))
}
