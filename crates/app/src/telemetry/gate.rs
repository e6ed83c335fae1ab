//! Who may send what: decided from a request's head alone.
//!
//! **Invariant:** a pure function. Loopback is shared by all users and by each page in a browser, so
//! that only an agent's token lets in, and nothing that a browser sends.

use super::tokens::Tokens;
use hyper::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderMap, ORIGIN,
};
use hyper::{Method, StatusCode, Uri};
use ringfence_agents::{Encoding, LARGEST_TELEMETRY, Signal};
use ringfence_event::AgentKind;

/// The token's header, for agents that keep no path.
pub(crate) const TOKEN: &str = "x-ringfence-token";

/// What says that a browser sent it (W3C Fetch Metadata).
const SITE: &str = "sec-fetch-site";

/// What a request brings, as its head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Whose token it shows.
    pub(crate) agent: AgentKind,
    pub(crate) signal: Signal,
    pub(crate) encoding: Encoding,
    /// Set if the body is packed with gzip (RFC 1952).
    pub(crate) packed: bool,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) StatusCode, pub(crate) &'static str);

/// Reads a head, or refuses it.
pub(crate) fn admit(
    port: u16,
    tokens: &Tokens,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Head, Refusal> {
    check_sender(port, uri, headers)?;
    let (token, path) = token(uri, headers);
    let agent = token
        .and_then(|token| tokens.whose(token))
        .ok_or(Refusal(StatusCode::UNAUTHORIZED, "no agent has this token"))?;
    let signal = match path {
        "/v1/logs" => Signal::Logs,
        "/v1/traces" => Signal::Traces,
        "/v1/metrics" => Signal::Metrics,
        _ => return Err(Refusal(StatusCode::NOT_FOUND, "no such signal")),
    };
    if method != Method::POST {
        let why = "telemetry comes by POST";
        return Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, why));
    }
    let encoding = encoding(headers).ok_or(Refusal(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "send application/x-protobuf or application/json",
    ))?;
    let packed = match text(headers, CONTENT_ENCODING.as_str()) {
        None | Some("identity") => false,
        Some("gzip") => true,
        Some(_) => {
            let why = "send it plain, or packed with gzip";
            return Err(Refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
        }
    };
    let length: Option<u64> =
        text(headers, CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok());
    if length.is_some_and(|length| length > LARGEST_TELEMETRY as u64) {
        return Err(TOO_LARGE);
    }
    Ok(Head {
        agent,
        signal,
        encoding,
        packed,
    })
}

/// What is said to a body that is too large.
pub(crate) const TOO_LARGE: Refusal =
    Refusal(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large");

/// A page may rebind its own name to loopback: it still sends that name. No exporter sends what
/// browsers add.
fn check_sender(port: u16, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
    let by_browser = [ORIGIN.as_str(), SITE, COOKIE.as_str()];
    if by_browser.iter().any(|name| headers.contains_key(*name)) {
        return Err(Refusal(StatusCode::FORBIDDEN, "this is not for browsers"));
    }
    let own = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
    let known = |host: &str| own.iter().any(|own| own.eq_ignore_ascii_case(host));
    let named = headers.get_all(HOST).iter().count() == 1;
    let host = text(headers, HOST.as_str()).is_some_and(known);
    let in_line = uri.authority().is_none_or(|host| known(host.as_str()));
    if named && host && in_line {
        return Ok(());
    }
    Err(Refusal(StatusCode::FORBIDDEN, "this host is not ours"))
}

/// The token from the path (`/t/<token>/v1/logs`) or from its header, and the rest of the path.
fn token<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> (Option<&'a str>, &'a str) {
    let path = uri.path();
    let inside = path
        .strip_prefix("/t/")
        .and_then(|rest| Some((rest, rest.find('/')?)))
        .and_then(|(rest, end)| rest.split_at_checked(end));
    match inside {
        Some((token, rest)) => (Some(token), rest),
        None => (text(headers, TOKEN), path),
    }
}

fn encoding(headers: &HeaderMap) -> Option<Encoding> {
    let kind = text(headers, CONTENT_TYPE.as_str())?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    match kind.to_ascii_lowercase().as_str() {
        "application/x-protobuf" => Some(Encoding::Protobuf),
        "application/json" => Some(Encoding::Json),
        _ => None,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests;
