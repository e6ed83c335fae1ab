//! Which proxy of the machine's own stands between us and a service.
//!
//! **Invariant:** loopback is reached directly, whatever the settings say.

use crate::hosts::plain;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::IpAddr;
use std::str::FromStr;

/// Through which proxies services are reached. As in the variables `HTTPS_PROXY`, `HTTP_PROXY` and
/// `NO_PROXY`, which no standard describes: this follows what curl, Go and Python agree on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// For everything that is tunnelled: TLS, WebSocket.
    pub tunnels: Option<ProxyAddress>,
    /// For plain HTTP.
    pub plain: Option<ProxyAddress>,
    /// What is reached directly.
    pub bypass: Bypass,
}

impl Routes {
    pub(super) fn for_tunnel(&self, host: &str, port: u16) -> Option<&ProxyAddress> {
        let proxy = self.tunnels.as_ref();
        proxy.filter(|_| !self.bypass.names(host, port))
    }

    pub(super) fn for_plain(&self, host: &str, port: u16) -> Option<&ProxyAddress> {
        let proxy = self.plain.as_ref();
        proxy.filter(|_| !self.bypass.names(host, port))
    }
}

/// Another proxy: `http://user:password@host:port`, or `https://…` to speak TLS with it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    tls: bool,
    host: String,
    port: u16,
    authorization: Option<String>,
}

/// What is wrong with the address of a proxy. It is not repeated: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyAddressError {
    /// Another kind of proxy.
    #[error("only proxies with `http://` and `https://` can stand in between")]
    Scheme,
    /// No host or no port in it.
    #[error("the address of the proxy in between has no host, or a port that is none")]
    Host,
}

impl ProxyAddress {
    /// The host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn is_tls(&self) -> bool {
        self.tls
    }

    /// What the proxy is shown in `Proxy-Authorization`.
    pub(crate) fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }
}

impl std::fmt::Debug for ProxyAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(formatter, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl FromStr for ProxyAddress {
    type Err = ProxyAddressError;

    fn from_str(text: &str) -> Result<ProxyAddress, ProxyAddressError> {
        let (scheme, rest) = text
            .trim()
            .split_once("://")
            .unwrap_or(("http", text.trim()));
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(ProxyAddressError::Scheme),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = split_port(place);
        let port = match port {
            None if tls => 443,
            None => 80,
            Some(port) => port.parse().map_err(|_| ProxyAddressError::Host)?,
        };
        let host = plain(host);
        if host.is_empty() {
            return Err(ProxyAddressError::Host);
        }
        let authorization = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            let mut both = unescaped(name);
            both.push(b':');
            both.extend(unescaped(password));
            format!("Basic {}", STANDARD.encode(both))
        });
        Ok(ProxyAddress {
            tls,
            host,
            port,
            authorization,
        })
    }
}

/// Splits `host:port`, `[::1]:port`, `host`, `::1`.
fn split_port(place: &str) -> (&str, Option<&str>) {
    match place.rsplit_once(':') {
        Some((host, port)) if host.ends_with(']') || !host.contains(':') => (host, Some(port)),
        _ => (place, None),
    }
}

/// Undoes `%40` and the like; what is no escape stays.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let escape = (byte == b'%')
            .then(|| Some([ahead.next()?, ahead.next()?]))
            .flatten()
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok());
        match escape {
            Some(meant) => {
                plain.push(meant);
                bytes = ahead;
            }
            None => plain.push(byte),
        }
    }
    plain
}

/// What is reached without a proxy in between: `*`, `example.com` and what is below it, `.example.com`,
/// `example.com:8080`, `10.0.0.7`, `10.0.0.0/8`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bypass(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    Everything,
    Name(String, Option<u16>),
    Network(IpAddr, u8),
}

impl Bypass {
    /// Reads a list with commas. What makes no sense in it is left out, as everybody does.
    pub fn read(text: &str) -> Bypass {
        let words = text.split([',', ' ']).map(str::trim);
        Bypass(words.filter_map(read_entry).collect())
    }

    fn names(&self, host: &str, port: u16) -> bool {
        let address: Option<IpAddr> = host.parse().ok();
        if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
            return true;
        }
        self.0.iter().any(|entry| match entry {
            Entry::Everything => true,
            Entry::Name(name, wanted) => {
                wanted.is_none_or(|wanted| wanted == port)
                    && host
                        .strip_suffix(name.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            Entry::Network(network, bits) => {
                address.is_some_and(|address| within(address, *network, *bits))
            }
        })
    }
}

fn read_entry(word: &str) -> Option<Entry> {
    if word == "*" {
        return Some(Entry::Everything);
    }
    if let Some((network, bits)) = word.split_once('/') {
        return Some(Entry::Network(network.parse().ok()?, bits.parse().ok()?));
    }
    if let Ok(address) = plain(word).parse::<IpAddr>() {
        return Some(Entry::Name(address.to_string(), None));
    }
    let (name, port) = split_port(word);
    let port = match port {
        None => None,
        Some(port) => Some(port.parse().ok()?),
    };
    let name = plain(name.trim_start_matches("*.").trim_start_matches('.'));
    (!name.is_empty()).then_some(Entry::Name(name, port))
}

fn within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let shared = |one: u128, other: u128, width: u32| {
        let free = width.saturating_sub(u32::from(bits));
        one.checked_shr(free) == other.checked_shr(free)
    };
    match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            shared(one.to_bits().into(), other.to_bits().into(), 32)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => shared(one.to_bits(), other.to_bits(), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
