//! Signing a browser in with a one-time link, and out.

use crate::cookie::Cookies;
use crate::refusals::Kind;
use crate::shared::{Shared, now_seconds};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::{Arc, PoisonError};
use std::time::Instant;
use utoipa::IntoParams;

/// What a browser shows when its link does not work any more.
const USED: &str = "<!doctype html>
<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Ringfence</title></head>
<body><h1>This link does not work any more</h1>
<p>A link signs one browser in, once, within ten minutes. Run <code>ringfence open</code> for a new one.</p>
</body></html>
";

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Code {
    /// The one-time code.
    #[serde(default)]
    code: String,
}

/// Signs a browser in with the one-time code of `ringfence open`.
#[utoipa::path(get, path = "/auth", tag = "sign in", params(Code),
    responses((status = 303, description = "Signed in: a cookie, and on to the dashboard."),
        (status = 403, description = "The code is wrong, old or used: a page that says what to do.",
            content_type = "text/html", body = String)))]
pub(crate) async fn auth(
    State(shared): State<Arc<Shared>>,
    method: Method,
    query: Result<Query<Code>, QueryRejection>,
) -> Response {
    let code = query.map(|Query(Code { code })| code).unwrap_or_default();
    // A program that only looks at a link must not use it up.
    if method == Method::GET && redeem(&shared, &code) {
        let cookie = shared.gate.cookies.sign_in(now_seconds());
        let headers = [(SET_COOKIE, cookie), (LOCATION, "/".to_owned())];
        return (StatusCode::SEE_OTHER, headers).into_response();
    }
    shared.refuse(Kind::Code);
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (StatusCode::FORBIDDEN, headers, USED).into_response()
}

fn redeem(shared: &Shared, code: &str) -> bool {
    let mut codes = shared.codes.lock().unwrap_or_else(PoisonError::into_inner);
    codes.redeem(code, Instant::now())
}

/// Signs the browser out.
#[utoipa::path(post, path = "/api/v1/logout", tag = "sign in",
    responses((status = 204, description = "Signed out.")))]
pub(crate) async fn logout() -> Response {
    let headers = [(SET_COOKIE, Cookies::sign_out())];
    (StatusCode::NO_CONTENT, headers).into_response()
}
