//! The front door: every request passes the guard, and every answer gets its headers.

use crate::failure::Failure;
use crate::guard::is_api;
use crate::refusals::Kind;
use crate::shared::{Shared, now_seconds};
use crate::{assets, body, headers, routes};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, WWW_AUTHENTICATE};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// All that is served, behind the guard.
pub(crate) fn door(shared: &Arc<Shared>) -> Router {
    let (routes, _) = routes::router().split_for_parts();
    routes
        .method_not_allowed_fallback(routes::method_not_allowed)
        .fallback(elsewhere)
        .layer(middleware::from_fn_with_state(Arc::clone(shared), guard))
        .with_state(Arc::clone(shared))
}

async fn elsewhere(request: Request) -> Response {
    if is_api(request.uri().path()) {
        return Failure::not_found("address").into_response();
    }
    assets::serve(request.method(), request.uri(), request.headers())
}

async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (method, uri, given) = (request.method(), request.uri(), request.headers());
    let host = shared.gate.own_host(given).map(str::to_owned);
    let path = uri.path().to_owned();
    let mut response = match shared.gate.admit(method, uri, given, now_seconds()) {
        Ok(()) => next.run(request).await,
        Err(kind) => {
            shared.refuse(kind);
            refused(kind)
        }
    };
    headers::put(response.headers_mut(), &path, host.as_deref());
    response
}

fn refused(kind: Kind) -> Response {
    let failure = |status, code, message| Failure::new(status, code, message);
    let failure = match kind {
        Kind::Host => failure(
            StatusCode::MISDIRECTED_REQUEST,
            "wrong_host",
            "ask by the address that `ringfence open` shows",
        ),
        Kind::Origin => failure(
            StatusCode::FORBIDDEN,
            "wrong_origin",
            "only the dashboard's own pages may ask",
        ),
        Kind::Person => failure(
            StatusCode::FORBIDDEN,
            "only_in_person",
            "only a person decides this, in a signed-in browser: an agent could have the token",
        )
        .hint("run `ringfence open`, or use the command line"),
        Kind::Forgery => failure(
            StatusCode::FORBIDDEN,
            "not_from_the_dashboard",
            "a change needs the header `X-Ringfence: 1` and the dashboard's own origin",
        ),
        Kind::TooLarge => body::too_large(),
        Kind::Credentials | Kind::Code | Kind::Slow | Kind::Connections | Kind::Streams => failure(
            StatusCode::UNAUTHORIZED,
            "not_signed_in",
            "this needs a signed-in browser or the token",
        )
        .hint("run `ringfence open`, or send `Authorization: Bearer` with the token"),
    };
    let needs_credentials = failure.status == StatusCode::UNAUTHORIZED;
    let mut response = failure.into_response();
    if needs_credentials {
        let scheme = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    }
    response
}
