//! Which fields concern one hop only, and whether a request wants another protocol.
//!
//! **Invariant:** fields that mean both ends pass as they are; those that mean the proxy never leave it.

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Uri, Version};

/// Fields that mean one hop though `Connection` may not say so (RFC 9110, section 7.6.1).
const HOP: [HeaderName; 5] = [
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TRANSFER_ENCODING,
];

/// Says whether a request wants to leave HTTP/1.1 for another protocol.
pub(super) fn wants_upgrade<B>(request: &Request<B>) -> bool {
    request.version() == Version::HTTP_11
        && request.headers().contains_key(header::UPGRADE)
        && named(request.headers()).any(|name| name == header::UPGRADE)
}

/// Takes out what concerns the hop to us.
pub(super) fn strip(headers: &mut HeaderMap, upgrades: bool) {
    let takes_trailers = headers
        .get_all(header::TE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.to_ascii_lowercase().contains("trailers"));
    let names: Vec<HeaderName> = named(headers).collect();
    for name in names {
        if !(upgrades && name == header::UPGRADE) {
            headers.remove(name);
        }
    }
    for name in HOP {
        headers.remove(name);
    }
    headers.remove(header::CONNECTION);
    if takes_trailers {
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
    } else {
        headers.remove(header::TE);
    }
    if upgrades {
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    } else {
        headers.remove(header::UPGRADE);
    }
}

/// The fields that `Connection` names.
fn named(headers: &HeaderMap) -> impl Iterator<Item = HeaderName> {
    headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
}

/// Path and query; `*` stays.
pub(super) fn target_of(uri: &Uri) -> String {
    uri.path_and_query()
        .map_or_else(|| "/".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(fields: &[(&'static str, &'static str)], upgrades: bool) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        strip(&mut headers, upgrades);
        let mut left: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        left.sort();
        left
    }

    #[test]
    fn what_means_the_hop_stays_here() {
        let fields = [
            ("connection", "close, X-Mine"),
            ("connection", "TE"),
            ("x-mine", "1"),
            ("proxy-connection", "keep-alive"),
            ("proxy-authorization", "Basic x"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("te", "trailers, deflate"),
            ("upgrade", "h2c"),
            ("authorization", "Bearer x"),
            ("trailer", "x-sum"),
        ];
        let left = ["authorization: Bearer x", "te: trailers", "trailer: x-sum"];
        assert_eq!(stripped(&fields, false), left);
    }

    #[test]
    fn an_upgrade_stays_one() {
        let fields = [
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-protocol", "a, b"),
        ];
        let left = [
            "connection: Upgrade",
            "sec-websocket-protocol: a, b",
            "upgrade: websocket",
        ];
        assert_eq!(stripped(&fields, true), left);
    }
}
