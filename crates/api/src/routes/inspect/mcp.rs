//! `GET /api/v1/mcp`: the MCP servers that agents know, and what they called of them.

use super::{Fold, MOST_EVENTS, query, walk};
use crate::extract::Asked;
use crate::failure::Failure;
use crate::readers::Json;
use crate::shared::Shared;
use crate::types::{ErrorAnswer, McpCallRow, McpList};
use axum::extract::State;
use ringfence_event::Operation;
use ringfence_store::Reader;
use std::sync::Arc;

query! { McpQuery {} }

/// MCP servers in the user's settings, and the calls of their tools, the latest first.
#[utoipa::path(get, path = "/api/v1/mcp", operation_id = "mcp", tag = "inspect", params(McpQuery),
    responses((status = 200, body = McpList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn mcp(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<McpQuery>,
) -> Result<Json, Failure> {
    let narrow = query.narrow()?;
    let host = Arc::clone(&shared.host);
    let read = move |reader: &Reader| {
        let mut fold = Fold::new();
        let looked = walk(reader, &narrow, &["tool_call"], MOST_EVENTS, |stored| {
            let tool = stored.event.action.tool();
            let Some(Operation::Mcp { server, tool }) = tool.map(|tool| &tool.operation) else {
                return;
            };
            let is_meant = (narrow.text.as_ref()).is_none_or(|text| {
                format!("{server} {tool}")
                    .to_lowercase()
                    .contains(text.as_str())
            });
            // One server, by its name.
            if is_meant && (narrow.exact.as_ref()).is_none_or(|exact| exact == server) {
                let key = (server.clone(), tool.clone());
                fold.add(key, stored, || ());
            }
        })?;
        let (items, left_out) = fold.page(narrow.limit, |(server, tool), (), touched| McpCallRow {
            server,
            tool,
            touched,
        });
        Ok(McpList {
            servers: host.servers(),
            items,
            left_out,
            looked,
        })
    };
    shared.readers.json(read).await
}
