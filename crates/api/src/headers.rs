//! What every answer says to the browser: run nothing that is not ours, tell nobody, keep nothing.
//!
//! **Invariant:** every answer gets these, also a refusal.

use crate::guard::is_api;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};

const FIXED: [(HeaderName, &str); 4] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Puts the headers on an answer for this path; `host` is the address asked for, if it is ours.
pub(crate) fn put(headers: &mut HeaderMap, path: &str, host: Option<&str>) {
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::try_from(policy(host)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if is_api(path) || path == "/auth" {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    } else if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
}

/// W3C Content Security Policy 3, with trusted types.
fn policy(host: Option<&str>) -> String {
    // Some browsers do not take a WebSocket for `'self'`. The grammar has no IPv6 addresses.
    let socket = match host.filter(|host| !host.starts_with('[')) {
        Some(host) => format!(" ws://{host}"),
        None => String::new(),
    };
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'{socket}; object-src 'none'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_cached_as_it_should() {
        for (path, own, cached) in [
            ("/api/v1/status", None, "no-store"),
            ("/api/v1/status", Some("public"), "no-store"),
            ("/auth", None, "no-store"),
            ("/", None, "no-cache"),
            ("/live", None, "no-cache"),
            ("/assets/x.js", Some("max-age=31536000"), "max-age=31536000"),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(own) = own {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static(own));
            }
            put(&mut headers, path, Some("127.0.0.1:4655"));
            assert_eq!(headers[CACHE_CONTROL], cached, "{path}");
        }
    }

    #[test]
    fn a_socket_may_be_opened_to_where_the_page_came_from() {
        for (host, allowed) in [
            (
                Some("localhost:4655"),
                "connect-src 'self' ws://localhost:4655;",
            ),
            (Some("[::1]:4655"), "connect-src 'self';"),
            (None, "connect-src 'self';"),
        ] {
            assert!(policy(host).contains(allowed), "{host:?}");
        }
    }
}
