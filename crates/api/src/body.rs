//! What is sent with a request, read as far and for as long as is allowed.

use crate::failure::Failure;
use crate::refusals::Kind;
use crate::server::MAX_BODY_BYTES;
use crate::shared::Shared;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

/// Reads a body.
pub(crate) async fn read(shared: &Shared, body: Body) -> Result<Bytes, Failure> {
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

/// Reads a body that is one JSON value of this form.
pub(crate) async fn json<T: DeserializeOwned>(shared: &Shared, body: Body) -> Result<T, Failure> {
    let body = read(shared, body).await?;
    serde_json::from_slice(&body)
        .map_err(|error| Failure::bad_request(format!("the body is not as it should be: {error}")))
}

pub(crate) fn too_large() -> Failure {
    Failure::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        format!("a body has at most {MAX_BODY_BYTES} bytes"),
    )
}
