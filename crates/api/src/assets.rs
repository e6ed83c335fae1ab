//! The dashboard's files, embedded in the program.
//!
//! **Invariant:** a request is looked up in a fixed table and nothing is read from
//! disk; no data is in these files, so they are served to whoever asks on loopback.

use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue,
    VARY,
};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

/// One file of the dashboard.
struct Asset {
    address: &'static str,
    /// Compressed as RFC 7932 says.
    is_brotli: bool,
    bytes: &'static [u8],
}

const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Files whose names change with their content.
const NAMED_BY_CONTENT: &str = "/assets/";

/// Answers everything that is not below `/api`.
pub(crate) fn serve(method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response();
    }
    let Some(asset) = find(ASSETS, uri.path()) else {
        return (StatusCode::NOT_FOUND, "there is no such page\n").into_response();
    };
    let Some((body, is_brotli)) = content(asset, takes_brotli(headers)) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = Response::new(body);
    let own = response.headers_mut();
    own.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(kind_of(asset.address)),
    );
    if asset.is_brotli {
        own.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    if is_brotli {
        own.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    if asset.address.starts_with(NAMED_BY_CONTENT) {
        let for_ever = "public, max-age=31536000, immutable";
        own.insert(CACHE_CONTROL, HeaderValue::from_static(for_ever));
    }
    response
}

/// The dashboard has addresses of its own for its pages (`/live`, `/sessions/x`):
/// what does not look like a file is its first page.
fn find<'a>(assets: &'a [Asset], path: &str) -> Option<&'a Asset> {
    let named = |address: &str| assets.iter().find(|asset| asset.address == address);
    let is_page = !path.contains('.') && !path.starts_with(NAMED_BY_CONTENT);
    named(path).or_else(|| is_page.then(|| named("/index.html")).flatten())
}

/// Returns the body, and whether it is still compressed.
fn content(asset: &Asset, takes_brotli: bool) -> Option<(Body, bool)> {
    if !asset.is_brotli || takes_brotli {
        return Some((Body::from(asset.bytes), asset.is_brotli));
    }
    let mut plain = Vec::new();
    let mut compressed = asset.bytes;
    brotli_decompressor::BrotliDecompress(&mut compressed, &mut plain).ok()?;
    Some((Body::from(plain), false))
}

/// RFC 9110, section 12.5.3.
fn takes_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
            let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
            name.trim().eq_ignore_ascii_case("br")
                && weight.parse::<f32>().is_ok_and(|weight| weight > 0.0)
        })
}

fn kind_of(address: &str) -> &'static str {
    let ending = address.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
