//! The OpenAPI document, made from the routes and their types.

use crate::failure::Failure;
use crate::guard::{is_api, is_for_people, takes_hook_key};
use crate::routes::{
    self, ClientMessage, CostBy, FilesOf, HostsOf, IncidentState, Order, ReportFormat,
    ServerMessage,
};
use crate::shared::Shared;
use crate::types::ErrorAnswer;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder, SecurityRequirement};
use utoipa_axum::router::OpenApiRouter;

/// What no route mentions by itself.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ringfence",
        version = "1",
        description = "The record of what coding agents did, and what was answered. Served on loopback only."
    ),
    components(schemas(
        ClientMessage,
        FilesOf,
        HostsOf,
        CostBy,
        ServerMessage,
        ErrorAnswer,
        IncidentState,
        Order,
        ReportFormat
    ))
)]
struct Base;

/// Returns the OpenAPI document, in JSON.
pub fn openapi() -> String {
    let routes: OpenApiRouter<Arc<Shared>> = routes::router();
    let mut document = Base::openapi();
    document.merge(routes.into_openapi());
    say_credentials(&mut document);
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Every route below `/api` needs a credential, and answers 401 without.
fn say_credentials(document: &mut utoipa::openapi::OpenApi) {
    let hook_key = ApiKeyValue::new("X-AgentsLeak-Key");
    let schemes = [
        ("hook_key", SecurityScheme::ApiKey(ApiKey::Header(hook_key))),
        (
            "cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("ringfence"))),
        ),
        (
            "token",
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        ),
    ];
    if let Some(components) = &mut document.components {
        for (name, scheme) in schemes {
            components.add_security_scheme(name, scheme);
        }
    }
    let refused = ResponseBuilder::new()
        .description("No valid credential: run `ringfence open`.")
        .content(
            "application/json",
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("ErrorAnswer")))
                .build(),
        )
        .build();
    for (path, item) in &mut document.paths.paths {
        if !is_api(path) {
            continue;
        }
        let operations = [
            (Method::GET, &mut item.get),
            (Method::POST, &mut item.post),
            (Method::PUT, &mut item.put),
            (Method::DELETE, &mut item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else {
                continue;
            };
            let answers = &mut operation.responses.responses;
            answers.insert("401".to_owned(), RefOr::T(refused.clone()));
            let hooks = takes_hook_key(path).then_some("hook_key");
            let token = (!is_for_people(&method, path)).then_some("token");
            let any = ["cookie"].into_iter().chain(token).chain(hooks);
            let any = any.map(|name| SecurityRequirement::new(name, [""; 0]));
            operation.security = Some(any.collect());
        }
    }
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "openapi", tag = "overview",
    responses((status = 200, body = serde_json::Value)))]
pub(crate) async fn document() -> Result<Response, Failure> {
    Ok(([(CONTENT_TYPE, "application/json")], openapi()).into_response())
}

#[cfg(test)]
mod tests;
