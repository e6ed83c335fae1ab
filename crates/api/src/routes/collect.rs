//! `POST /api/collect/*`: hooks' payloads over HTTP, in AgentsLeak's addresses and Claude Code's own.
//!
//! **Invariant:** the payload goes to the host as it came. Nothing is judged here,
//! and a payload that cannot be taken is never answered as if it were fine.

use crate::body;
use crate::extract::Named;
use crate::failure::Failure;
use crate::host::{CollectAnswer, CollectRequest, CollectRoute};
use crate::readers::Json;
use crate::shared::Shared;
use crate::types::ErrorAnswer;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
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
    let body = body::read(&shared, body).await?;
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
