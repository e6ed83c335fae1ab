//! What kind of host a name or address is. Names only: nothing is resolved.

use ringfence_event::HostClass;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

/// Hosts by class; a name covers all names below it.
const LIST: &str = include_str!("../data/hosts.txt");

/// Longest text in which a host is looked for, in bytes (a URL's usual limit).
const LONGEST: usize = 8 * 1024;

/// Returns the host of a URL, `host:port`, `user@host:path` or bare host, in lower case.
///
/// A trailing dot, brackets of IPv6 and an old spelling of IPv4 (`0x7f.1`, `2130706433`) are
/// brought to the usual form. `None` if no host stands there.
pub fn host_of(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let rest = text.split_once("://").map_or(text, |(_scheme, rest)| rest);
    let has_scheme = rest.len() != text.len();
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let after_user = authority
        .rsplit_once('@')
        .map_or(authority, |(_user, host)| host);
    let host = if let Some(inside) = after_user.strip_prefix('[') {
        inside.split(']').next()?
    } else if after_user.parse::<Ipv6Addr>().is_ok() {
        after_user
    } else {
        after_user.split(':').next()?
    };
    let host = host.trim_end_matches('.').to_lowercase();
    if host.is_empty() || host.contains(char::is_whitespace) {
        return None;
    }
    if !has_scheme && !host.contains(|letter: char| letter.is_alphanumeric() || letter == '$') {
        return None;
    }
    Some(old_ipv4(&host).map_or(host, |address| address.to_string()))
}

/// The names of hosts that take in anything from anybody; all below them are meant too.
pub fn drop_hosts() -> impl Iterator<Item = &'static str> {
    NAMES
        .iter()
        .filter(|(_, (_, class))| *class == HostClass::Drop)
        .map(|(name, _)| *name)
}

/// Returns the class of a host as [`host_of`] gives it.
pub fn classify(host: &str) -> HostClass {
    let host = host.trim_matches(['[', ']']);
    if let Some(class) = listed(host) {
        return class;
    }
    if host == "localhost" || host.ends_with(".localhost") {
        return HostClass::Loopback;
    }
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => class_of_v4(address),
        Ok(IpAddr::V6(address)) => class_of_v6(address),
        Err(_) if is_private_name(host) => HostClass::Private,
        Err(_) => HostClass::Unknown,
    }
}

/// Names that only a local network knows (RFC 6762, RFC 8375, RFC 9476), and single labels.
fn is_private_name(host: &str) -> bool {
    const SUFFIXES: [&str; 6] = [
        ".local",
        ".lan",
        ".home.arpa",
        ".internal",
        ".test",
        ".corp",
    ];
    SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
        || (!host.contains('.') && !host.contains('$'))
}

fn class_of_v4(address: Ipv4Addr) -> HostClass {
    if address.is_loopback() || address.is_unspecified() {
        HostClass::Loopback
    } else if address.is_private() || address.is_link_local() {
        HostClass::Private
    } else {
        HostClass::Address
    }
}

fn class_of_v6(address: Ipv6Addr) -> HostClass {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return listed(&mapped.to_string()).unwrap_or_else(|| class_of_v4(mapped));
    }
    if address.is_loopback() || address.is_unspecified() {
        HostClass::Loopback
    } else if address.is_unique_local() || address.is_unicast_link_local() {
        HostClass::Private
    } else {
        HostClass::Address
    }
}

/// Most labels of a name in the list.
const MOST_LABELS: usize = 8;

/// The names of the list, each with its line and its class.
static NAMES: LazyLock<HashMap<&str, (usize, HostClass)>> = LazyLock::new(|| {
    let mut class = HostClass::Known;
    let mut names = HashMap::new();
    for (number, line) in LIST.lines().map(str::trim).enumerate() {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            class = match name {
                "drop" => HostClass::Drop,
                "metadata" => HostClass::Metadata,
                _ => HostClass::Known,
            };
        } else if !line.is_empty() && !line.starts_with('#') {
            let name = line.strip_prefix("*.").unwrap_or(line);
            names.entry(name).or_insert((number, class));
        }
    }
    names
});

/// The class of the first line that names a host, or a name above it.
fn listed(host: &str) -> Option<HostClass> {
    let dots = host.rmatch_indices('.').take(MOST_LABELS);
    let above = dots.filter_map(|(dot, _)| host.get(dot + 1..));
    let lines = std::iter::once(host)
        .chain(above)
        .filter_map(|name| NAMES.get(name));
    lines
        .min_by_key(|(number, _)| *number)
        .map(|(_, class)| *class)
}

/// Reads the spellings that `inet_aton(3)` takes: one to four parts, decimal, octal or hexadecimal.
fn old_ipv4(host: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u32> = host
        .split('.')
        .map(|part| {
            if let Some(digits) = part.strip_prefix("0x") {
                u32::from_str_radix(digits, 16).ok()
            } else if part.len() > 1 && part.starts_with('0') {
                u32::from_str_radix(part, 8).ok()
            } else {
                part.parse().ok()
            }
        })
        .collect::<Option<_>>()?;
    let (last, leading) = parts.split_last()?;
    if leading.len() > 3 {
        return None;
    }
    let mut value: u64 = 0;
    for part in leading {
        if *part > 255 {
            return None;
        }
        value = (value << 8) | u64::from(*part);
    }
    let room = 8 * (4 - leading.len());
    if u64::from(*last) >= 1 << room {
        return None;
    }
    u32::try_from((value << room) | u64::from(*last))
        .ok()
        .map(Ipv4Addr::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_host() {
        let table = [
            (
                "https://User:pw@Evil.example.:8443/x?y#z",
                Some("evil.example"),
            ),
            ("evil.example:4444", Some("evil.example")),
            ("git@code.example:team/repo.git", Some("code.example")),
            ("http://[::1]:8080/", Some("::1")),
            ("fd00:ec2::254", Some("fd00:ec2::254")),
            ("http://2130706433/", Some("127.0.0.1")),
            ("http://0x7f.1/", Some("127.0.0.1")),
            ("203.0.113.9", Some("203.0.113.9")),
            ("$(whoami).evil.example", Some("$(whoami).evil.example")),
            ("", None),
            ("https:///path", None),
            ("-", None),
        ];
        for (text, wanted) in table {
            assert_eq!(host_of(text).as_deref(), wanted, "{text}");
        }
        assert_eq!(host_of(&"a".repeat(LONGEST + 1)), None);
    }

    #[test]
    fn tells_classes_apart() {
        let table = [
            ("localhost", HostClass::Loopback),
            ("127.8.9.1", HostClass::Loopback),
            ("::ffff:127.0.0.1", HostClass::Loopback),
            ("10.1.2.3", HostClass::Private),
            ("printer", HostClass::Private),
            ("nas.local", HostClass::Private),
            ("169.254.169.254", HostClass::Metadata),
            ("::ffff:169.254.169.254", HostClass::Metadata),
            ("webhook.site", HostClass::Drop),
            ("abc.ngrok.io", HostClass::Drop),
            ("notwebhook.site", HostClass::Unknown),
            ("github.com", HostClass::Known),
            ("github.com.evil.example", HostClass::Unknown),
            ("203.0.113.9", HostClass::Address),
            ("evil.example", HostClass::Unknown),
        ];
        for (host, wanted) in table {
            assert_eq!(classify(host), wanted, "{host}");
        }
    }
}
