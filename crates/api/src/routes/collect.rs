//! `POST /api/collect/*`: hooks' payloads over HTTP, in AgentsLeak's addresses and Claude Code's own.
//!
//! **Invariant:** the payload goes to the host as it came. Nothing is judged here,
//! and a payload that cannot be taken is never answered as if it were fine.

use crate::extract::Named;
use crate::failure::Failure;
use crate::host::{CollectAnswer, CollectRequest, CollectRoute};
use crate::readers::Json;
use crate::refusals::Kind;
use crate::server::MAX_BODY_BYTES;
use crate::shared::Shared;
use crate::types::ErrorAnswer;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// That the server is there.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `healthy`.
    status: &'static str,
    /// `ringfence`.
    service: &'static str,
}

/// That the server is there, as AgentsLeak says it.
#[utoipa::path(get, path = "/api/collect/health", operation_id = "collect_health", tag = "collect",
    responses((status = 200, body = Health)))]
pub(crate) async fn health() -> Result<Json, Failure> {
    Json::of(&Health {
        status: "healthy",
        service: "ringfence",
    })
}

/// Takes a hook's payload and answers as the agent expects it.
#[utoipa::path(post, path = "/api/collect/{route}", operation_id = "collect", tag = "collect",
    params(
        ("route" = String, Path, description = "`pre-tool-use`, `post-tool-use`, `post-tool-use-error`, \
            `permission-request`, `user-prompt-submit`, `session-start`, `session-end`, `subagent-start`, \
            `subagent-stop`; or `claude-code` for Claude Code's own HTTP hooks."),
        ("X-AgentsLeak-Source" = Option<String>, Header, description = "The agent, in the sender's words."),
        ("X-Endpoint-Hostname" = Option<String>, Header, description = "The machine that it came from."),
        ("X-Endpoint-User" = Option<String>, Header, description = "Whose agent it is."),
    ),
    request_body(content = serde_json::Value, description = "The hook's payload."),
    responses((status = 200, description = "What the hook would print.", body = serde_json::Value),
        (status = 404, body = ErrorAnswer), (status = 413, body = ErrorAnswer)))]
pub(crate) async fn collect(
    State(shared): State<Arc<Shared>>,
    Named(route): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let route = CollectRoute::from_name(&route).ok_or_else(|| Failure::not_found("hook"))?;
    let body = read(&shared, body).await?;
    let host = Arc::clone(&shared.host);
    let judged = tokio::task::spawn_blocking(move || {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        host.collect(CollectRequest {
            route,
            source: header("x-agentsleak-source"),
            hostname: header("x-endpoint-hostname"),
            user: header("x-endpoint-user"),
            body: &body,
        })
    });
    let CollectAnswer { status, json } = judged
        .await
        .map_err(|_| Failure::internal("the server is stopping"))?;
    let status = StatusCode::from_u16(status)
        .map_err(|_| Failure::internal("the answer has no valid status"))?;
    Ok((status, [(CONTENT_TYPE, "application/json")], json).into_response())
}

/// Reads a body, as long and for as long as is allowed.
async fn read(shared: &Shared, body: Body) -> Result<Bytes, Failure> {
    let whole = Limited::new(body, MAX_BODY_BYTES).collect();
    match tokio::time::timeout(shared.limits.body_time, whole).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            shared.refuse(Kind::TooLarge);
            Err(too_large())
        }
        Ok(Err(_)) => Err(Failure::bad_request("the body ended too early")),
        Err(_) => {
            shared.refuse(Kind::Slow);
            Err(Failure::new(
                StatusCode::REQUEST_TIMEOUT,
                "too_slow",
                "the body did not come in time",
            ))
        }
    }
}

pub(crate) fn too_large() -> Failure {
    Failure::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        format!("a body has at most {MAX_BODY_BYTES} bytes"),
    )
}
