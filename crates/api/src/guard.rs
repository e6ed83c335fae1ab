//! Who may ask what: decided from a request's head alone, before anything else looks at it.
//!
//! **Invariant:** [`Gate::admit`] is a pure function of head and time. Whatever lies
//! below `/api` needs a credential; which addresses those are is read from the same
//! raw path that the router uses.

use crate::cookie::Cookies;
use crate::refusals::Kind;
use crate::server::MAX_BODY_BYTES;
use axum::http::header::{
    AUTHORIZATION, CONTENT_LENGTH, COOKIE, HOST, HeaderMap, HeaderName, ORIGIN, UPGRADE,
};
use axum::http::{Method, Uri};
use std::net::SocketAddr;

/// Says where a browser's request comes from (W3C Fetch Metadata).
const SITE: &str = "sec-fetch-site";

/// The header that a page of another site cannot send without being asked first.
pub(crate) const OWN_HEADER: &str = "x-ringfence";

/// The credential of AgentsLeak's hooks.
const HOOK_KEY: &str = "x-agentsleak-key";

/// Knows our names and credentials.
pub(crate) struct Gate {
    hosts: [String; 3],
    origins: [String; 3],
    token: blake3::Hash,
    pub(crate) cookies: Cookies,
}

impl Gate {
    pub(crate) fn new(address: SocketAddr, token: &str, cookie_key: [u8; 32]) -> Gate {
        let port = address.port();
        let hosts = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
        let origins = hosts.each_ref().map(|host| format!("http://{host}"));
        Gate {
            hosts,
            origins,
            token: blake3::hash(token.as_bytes()),
            cookies: Cookies::new(cookie_key),
        }
    }

    /// Returns why a request is refused, if it is.
    pub(crate) fn admit(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        now: i64,
    ) -> Result<(), Kind> {
        self.check_host(uri, headers)?;
        let same_origin = self.check_origin(headers)?;
        if is_api(uri.path()) {
            check_site(headers)?;
            self.check_credentials(method, uri, headers, now, same_origin)?;
        }
        if length(headers).is_some_and(|length| length > MAX_BODY_BYTES as u64) {
            return Err(Kind::TooLarge);
        }
        Ok(())
    }

    /// A page that rebinds its own name to 127.0.0.1 still sends its own name here.
    fn check_host(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Kind> {
        let known = |host: &str| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host));
        let mut named = headers.get_all(HOST).iter();
        let host = named.next().and_then(|host| host.to_str().ok());
        let once = named.next().is_none();
        let in_line = uri.authority().is_none_or(|host| known(host.as_str()));
        if once && in_line && host.is_some_and(known) {
            return Ok(());
        }
        Err(Kind::Host)
    }

    /// Returns whether the request says that it comes from our own page.
    fn check_origin(&self, headers: &HeaderMap) -> Result<bool, Kind> {
        let mut said = false;
        for origin in headers.get_all(ORIGIN) {
            if !self.origins.iter().any(|own| own.as_bytes() == origin) {
                return Err(Kind::Origin);
            }
            said = true;
        }
        Ok(said)
    }

    fn check_credentials(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        now: i64,
        same_origin: bool,
    ) -> Result<(), Kind> {
        let has_token = self.has_token(uri.path(), headers);
        if has_token && !is_for_people(method, uri.path()) {
            return Ok(());
        }
        let mut cookies = headers.get_all(COOKIE).iter();
        let signed_in = cookies.any(|cookie| {
            cookie
                .to_str()
                .is_ok_and(|cookie| self.cookies.admit(cookie, now))
        });
        if !signed_in {
            return Err(if has_token {
                Kind::Person
            } else {
                Kind::Credentials
            });
        }
        // A browser sends the cookie by itself: what changes something must come from our
        // page. So must a WebSocket, which no rule of the browser keeps from other sites.
        let changes = !matches!(*method, Method::GET | Method::HEAD);
        let own = headers.get(OWN_HEADER).is_some_and(|value| value == "1");
        if changes && !(own && same_origin) {
            return Err(Kind::Forgery);
        }
        if headers.contains_key(UPGRADE) && !same_origin {
            return Err(Kind::Origin);
        }
        Ok(())
    }

    fn has_token(&self, path: &str, headers: &HeaderMap) -> bool {
        let matches = |given: &str| blake3::hash(given.as_bytes()) == self.token;
        let bearer = headers.get(AUTHORIZATION).and_then(|value| {
            let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then_some(token.trim())
        });
        let key = takes_hook_key(path)
            .then(|| headers.get(HeaderName::from_static(HOOK_KEY)))
            .flatten()
            .and_then(|value| value.to_str().ok());
        bearer.is_some_and(matches) || key.is_some_and(matches)
    }

    /// Returns the address that the request was sent to, as far as it is one of ours.
    pub(crate) fn own_host<'a>(&'a self, headers: &HeaderMap) -> Option<&'a str> {
        let host = headers.get(HOST)?.to_str().ok()?;
        let own = self.hosts.iter().find(|own| own.eq_ignore_ascii_case(host));
        own.map(String::as_str)
    }
}

/// Whether an address needs a credential.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Whether a request changes what a person decides: a token, which an agent could have found, is not
/// enough for it.
pub(crate) fn is_for_people(method: &Method, path: &str) -> bool {
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let changes_nothing = ["/api/v1/logout", "/api/v1/rules/test"].contains(&path);
    !reads && !changes_nothing && path.starts_with("/api/v1/")
}

/// Whether an address also takes the credential of AgentsLeak's hooks.
pub(crate) fn takes_hook_key(path: &str) -> bool {
    path.starts_with("/api/collect/")
}

/// Another local server's page is of the same site, and is not ours.
fn check_site(headers: &HeaderMap) -> Result<(), Kind> {
    match headers.get(SITE) {
        None => Ok(()),
        Some(site) if site == "same-origin" || site == "none" => Ok(()),
        Some(_) => Err(Kind::Origin),
    }
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests;
