//! What the head of a request carries: logins, organisations, secrets where none belong.
//!
//! A provider's own key in its own field is how it is used, and no finding.

use super::examine::{Examiner, Place};
use super::host;
use super::memory::{self, Host};
use hyper::HeaderMap;
use ringfence_event::{Direction, Found, Peer, Sign};

/// Fields that hold a login.
const LOGINS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "x-amz-security-token",
    "cookie",
    "set-cookie",
    "openai-ephemeral-token",
    "mcp-session-id",
];

/// Fields that name whose account pays.
const ORGANISATIONS: &[&str] = &[
    "openai-organization",
    "openai-project",
    "anthropic-organization-id",
    "chatgpt-account-id",
    "x-goog-user-project",
];

/// Fields that say how much more may be asked.
const LIMITS: &[&str] = &["retry-after", "ratelimit", "rate-limit"];
/// Fields of that kind that are kept, and bytes of each.
const MOST_LIMITS: usize = 24;
const LONGEST_LIMIT: usize = 80;

/// Looks at the fields and the target of a request.
pub(crate) fn examine(
    examiner: &Examiner,
    host: &str,
    target: &str,
    headers: &HeaderMap,
    found: &mut Vec<Found>,
) {
    for (name, value) in headers {
        let place = format!("header {name}");
        let is_login = LOGINS.contains(&name.as_str());
        look(examiner, host, &place, value.as_bytes(), is_login, found);
    }
    // Gemini's key may stand in the query.
    let has_key = target.contains("?key=") || target.contains("&key=");
    look(examiner, host, "target", target.as_bytes(), has_key, found);
}

fn look(
    examiner: &Examiner,
    host: &str,
    place: &str,
    text: &[u8],
    is_login: bool,
    found: &mut Vec<Found>,
) {
    let examined = examiner.examine(
        text,
        &Place {
            place,
            through: &[],
            direction: Direction::Outgoing,
            origin: None,
        },
    );
    let foreign = |one: &Found| {
        !is_login || (host::is_of_a_provider(&one.pattern) && !host::is_at_home(&one.pattern, host))
    };
    found.extend(examined.found.into_iter().filter(foreign));
}

/// Says what is odd about a request to a model provider, and remembers its login.
pub(crate) fn signs(
    host_name: &str,
    target: &str,
    headers: &HeaderMap,
    known: &mut Host,
) -> Vec<Sign> {
    let mut signs = Vec::new();
    if host::peer(host_name) != Peer::Provider {
        return signs;
    }
    if let Some(key) = lasting_key(headers) {
        let hash = memory::hash(key);
        if *known.key.get_or_insert(hash) != hash {
            signs.push(Sign::ForeignKey);
        }
    }
    let organisations = ORGANISATIONS
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok());
    let organisation = organisations.collect::<Vec<_>>().join(" ");
    if !organisation.is_empty() {
        let first = known
            .organisation
            .get_or_insert_with(|| organisation.clone());
        if *first != organisation {
            signs.push(Sign::ForeignOrganisation);
        }
    }
    let path = target.split('?').next().unwrap_or_default();
    if !host::is_known_path(path) {
        signs.push(Sign::UnknownPath);
    }
    signs
}

/// The login, if it is one that stays the same: tokens of an OAuth login change every hour.
fn lasting_key(headers: &HeaderMap) -> Option<&[u8]> {
    let field = |name: &str| headers.get(name).map(hyper::header::HeaderValue::as_bytes);
    if let Some(key) = field("x-api-key")
        .or(field("x-goog-api-key"))
        .or(field("api-key"))
    {
        return Some(key);
    }
    let bearer = field("authorization")?;
    let key = bearer
        .strip_prefix(b"Bearer ")
        .or(bearer.strip_prefix(b"bearer "))?;
    let lasts = [
        b"sk-".as_slice(),
        b"xai-",
        b"gsk_",
        b"AIza",
        b"hf_",
        b"pplx-",
    ];
    let lasts = lasts.iter().any(|prefix| key.starts_with(prefix));
    (lasts && !key.starts_with(b"sk-ant-oat")).then_some(key)
}

/// What the head of an answer says of limits.
pub(crate) fn limits(headers: &HeaderMap) -> std::collections::BTreeMap<String, String> {
    let told = headers.iter().filter_map(|(name, value)| {
        let value = value
            .to_str()
            .ok()
            .filter(|value| value.len() <= LONGEST_LIMIT)?;
        let is_limit = LIMITS.iter().any(|part| name.as_str().contains(part));
        is_limit.then(|| (name.to_string(), value.to_owned()))
    });
    told.take(MOST_LIMITS).collect()
}

/// The provider's id of a request, from the head of its answer.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let names = [
        "request-id",
        "x-request-id",
        "x-amzn-requestid",
        "apim-request-id",
    ];
    let found = names
        .into_iter()
        .find_map(|name| headers.get(name)?.to_str().ok());
    found.map(|id| id.chars().take(128).collect())
}

/// The value of a field, as text.
pub(crate) fn field<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}
