//! `GET /api/v1/processes`.

use crate::failure::Failure;
use crate::host::Processes;
use crate::readers::Json;
use crate::shared::Shared;
use crate::types::ErrorAnswer;
use axum::extract::State;
use std::sync::Arc;

/// Who runs below agents now, each process with the tool call that it belongs to.
#[utoipa::path(get, path = "/api/v1/processes", operation_id = "processes", tag = "processes",
    responses((status = 200, body = Processes), (status = 500, body = ErrorAnswer)))]
pub(crate) async fn list(State(shared): State<Arc<Shared>>) -> Result<Json, Failure> {
    let host = Arc::clone(&shared.host);
    shared.readers.json(move |_| Ok(host.processes())).await
}
