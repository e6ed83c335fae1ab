//! Connections as `lsof -nP -i -FpcntPT` lists them (lsof(8), "Output for other programs").
//!
//! **Invariant:** any text is read without a panic; a line that is not understood is left out.

use crate::Endpoint;
use ringfence_event::Transport;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A connection, or a door for connections, of a process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connection {
    /// Whose it is.
    pub pid: u32,
    /// This side.
    pub local: Endpoint,
    /// The other side; `None` if it waits for connections.
    pub remote: Option<Endpoint>,
}

/// What is known of one open file so far.
#[derive(Default)]
struct File<'a> {
    is_v6: bool,
    protocol: &'a str,
    name: &'a str,
    state: &'a str,
}

/// Reads a whole listing.
pub fn connections(text: &str) -> Vec<Connection> {
    let mut found = Vec::new();
    let mut pid = None;
    let mut file = File::default();
    for line in text.lines() {
        let Some((kind, value)) = line.split_at_checked(1) else {
            continue;
        };
        match kind {
            "p" | "f" => {
                found.extend(std::mem::take(&mut file).finish(pid));
                if kind == "p" {
                    pid = value.parse().ok();
                }
            }
            "t" => file.is_v6 = value == "IPv6",
            "P" => file.protocol = value,
            "n" => file.name = value,
            "T" => {
                if let Some(state) = value.strip_prefix("ST=") {
                    file.state = state;
                }
            }
            _ => {}
        }
    }
    found.extend(file.finish(pid));
    found
}

impl File<'_> {
    fn finish(self, pid: Option<u32>) -> Option<Connection> {
        let transport = match self.protocol {
            "TCP" => Transport::Tcp,
            "UDP" => Transport::Udp,
            _ => return None,
        };
        let place = |text: &str| place(text, self.is_v6, transport);
        let (local, remote) = match self.name.split_once("->") {
            Some((local, remote)) => (place(local)?, Some(place(remote)?)),
            None if self.state == "LISTEN" => (place(self.name)?, None),
            // A socket that talks to nobody.
            None => return None,
        };
        Some(Connection {
            pid: pid?,
            local,
            remote,
        })
    }
}

/// Reads `127.0.0.1:80`, `[::1]:80`, `*:80`.
fn place(text: &str, is_v6: bool, transport: Transport) -> Option<Endpoint> {
    let (host, port) = text.rsplit_once(':')?;
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    // A link-local address names its interface behind a `%`.
    let host = host.split('%').next().unwrap_or(host);
    let address = match host {
        "*" if is_v6 => IpAddr::from(Ipv6Addr::UNSPECIFIED),
        "*" => IpAddr::from(Ipv4Addr::UNSPECIFIED),
        host => host.parse::<IpAddr>().ok()?.to_canonical(),
    };
    Some(Endpoint::Inet {
        address,
        port: port.parse().ok()?,
        transport,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inet(address: &str, port: u16, transport: Transport) -> Endpoint {
        Endpoint::Inet {
            address: address.parse().unwrap(),
            port,
            transport,
        }
    }

    #[test]
    fn a_listing_is_read() {
        let text = include_str!("../../tests/fixtures/macos/lsof.synthetic.txt");
        let tcp = |address, port| inet(address, port, Transport::Tcp);
        let expected = vec![
            Connection {
                pid: 412,
                local: tcp("192.0.2.7", 51234),
                remote: Some(tcp("198.51.100.9", 443)),
            },
            Connection {
                pid: 412,
                local: tcp("0.0.0.0", 8080),
                remote: None,
            },
            Connection {
                pid: 977,
                local: tcp("2001:db8::7", 51235),
                remote: Some(tcp("2001:db8::9", 443)),
            },
            Connection {
                pid: 977,
                local: inet("fe80::1", 5353, Transport::Udp),
                remote: Some(inet("fe80::2", 53, Transport::Udp)),
            },
        ];
        assert_eq!(connections(text), expected);
    }

    proptest! {
        #[test]
        fn garbage_is_read_without_a_panic(text in "([pfctPnT][0-9a-zA-Z.:\\[\\]*%>=é-]{0,30}\n?){0,20}") {
            drop(connections(&text));
        }
    }
}
