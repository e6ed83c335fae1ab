//! The routes of the API, each with its description: what is served is what stands in the document.

mod activity;
mod bench;
mod collect;
mod coverage;
mod events;
mod exceptions;
mod findings;
mod incidents;
mod inspect;
mod processes;
mod rules;
mod sessions;
mod status;
mod stream;
mod stream_events;
mod timeline;
mod tree;

use crate::failure::Failure;
use crate::shared::Shared;
use axum::http::StatusCode;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use events::{Order, rows};
pub(crate) use incidents::{IncidentState, ReportFormat};
pub(crate) use inspect::files::FilesOf;
pub(crate) use inspect::hosts::HostsOf;
pub(crate) use stream::{ClientMessage, ServerMessage};
pub(crate) use timeline::CostBy;

/// Returns every route, with the document that describes them.
pub(crate) fn router() -> OpenApiRouter<Arc<Shared>> {
    OpenApiRouter::new()
        .routes(routes!(status::status))
        .routes(routes!(activity::activity))
        .routes(routes!(activity::stats))
        .routes(routes!(events::list))
        .routes(routes!(events::one))
        .routes(routes!(stream_events::stream_events))
        .routes(routes!(processes::list))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::one))
        .routes(routes!(sessions::events))
        .routes(routes!(timeline::timeline))
        .routes(routes!(timeline::explain))
        .routes(routes!(timeline::cost))
        .routes(routes!(findings::list))
        .routes(routes!(findings::one))
        .routes(routes!(incidents::list))
        .routes(routes!(incidents::one))
        .routes(routes!(incidents::report))
        .routes(routes!(tree::processes))
        .routes(routes!(incidents::decide, incidents::forget))
        .routes(routes!(rules::list))
        .routes(routes!(rules::choose))
        .routes(routes!(rules::choose_mode))
        .routes(routes!(rules::one, rules::save, rules::drop))
        .routes(routes!(exceptions::list, exceptions::allow))
        .routes(routes!(exceptions::withdraw))
        .routes(routes!(bench::test))
        .routes(routes!(coverage::coverage))
        .routes(routes!(inspect::files::files))
        .routes(routes!(inspect::hosts::hosts))
        .routes(routes!(inspect::packages::packages))
        .routes(routes!(inspect::injections::injections))
        .routes(routes!(inspect::mcp::mcp))
        .routes(routes!(stream::stream))
        .routes(routes!(crate::openapi::document))
        .routes(routes!(crate::login::logout))
        .routes(routes!(crate::login::auth))
        .routes(routes!(collect::health))
        .routes(routes!(collect::collect))
}

/// What an address answers to a method that it does not take.
pub(crate) async fn method_not_allowed() -> Failure {
    Failure::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this address does not take this method",
    )
}
