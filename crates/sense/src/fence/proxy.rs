//! The only way out of a network of its own: HTTP's `CONNECT` and absolute requests (RFC 9110,
//! section 9.3.6; RFC 9112, section 3.2.2), dialled from outside with names resolved outside.
//!
//! **Invariant:** every name and every address is judged before it is dialled. Reads nothing of what
//! is sent but the head.

use super::OWN;
use super::answer::Shared;
use super::told::{Outcome, Who};
use crate::{Deed, Endpoint};
use ringfence_event::Transport;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Longest head of a request.
const LONGEST_HEAD: usize = 16 * 1024;

/// Most connections at a time; one more is closed at once.
const MOST_CONNECTIONS: usize = 256;

/// How long a head may take to come, and a server to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Most addresses of one name that are tried.
const MOST_ADDRESSES: usize = 8;

/// The type of record that is told for a name (RFC 1035, section 3.2.2).
const ADDRESS: u16 = 1;

/// The first line of a request, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    host: String,
    port: u16,
    /// What the server is sent first; nothing for `CONNECT`.
    head: Vec<u8>,
}

/// What every connection needs to know.
pub(super) struct Door {
    pub(super) shared: Arc<Shared>,
    /// Who asks where nobody else is known.
    pub(super) root: Who,
    /// Addresses of this machine that may be dialled.
    pub(super) inward: Vec<IpAddr>,
}

/// Says whether an address is this machine's own.
fn is_here(address: IpAddr) -> bool {
    address.is_loopback() || address.is_unspecified()
}

/// Serves until the process ends.
pub(super) fn serve(listener: &TcpListener, door: &Arc<Door>) {
    let open = Arc::new(AtomicUsize::new(0));
    for client in listener.incoming() {
        let Ok(client) = client else { continue };
        if open.fetch_add(1, Ordering::Relaxed) >= MOST_CONNECTIONS {
            open.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (door, left) = (Arc::clone(door), Arc::clone(&open));
        let work = move || {
            // Who asked has gone, or has been told.
            carry(client, &door).unwrap_or_default();
            left.fetch_sub(1, Ordering::Relaxed);
        };
        if thread::Builder::new()
            .name("proxy".to_owned())
            .spawn(work)
            .is_err()
        {
            open.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

fn carry(mut client: TcpStream, door: &Door) -> io::Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    let (head, rest) = read_head(&mut client)?;
    let who = client
        .peer_addr()
        .ok()
        .and_then(|from| door.shared.origin(from.port()));
    let Some(wanted) = understand(&head) else {
        return refuse(
            &mut client,
            "400 Bad Request",
            "this is the proxy of a fence: CONNECT and http:// only",
        );
    };
    let mut server = match dial(&wanted, door, who.unwrap_or(door.root)) {
        Ok(server) => server,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return refuse(
                &mut client,
                "403 Forbidden",
                "a rule of the fence denies this",
            );
        }
        Err(error) => return refuse(&mut client, "502 Bad Gateway", &error.to_string()),
    };
    if wanted.head.is_empty() {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    }
    server.write_all(&wanted.head)?;
    server.write_all(&rest)?;
    client.set_read_timeout(None)?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let upward = thread::Builder::new().spawn(move || {
        let copied = io::copy(&mut from_client, &mut to_server);
        to_server.shutdown(Shutdown::Write).is_ok() && copied.is_ok()
    })?;
    io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Write)?;
    // A panic there would have ended that direction only.
    upward
        .join()
        .map(drop)
        .map_err(|_| io::Error::from(io::ErrorKind::Other))
}

fn refuse(client: &mut TcpStream, status: &str, why: &str) -> io::Result<()> {
    let length = why.len() + 1;
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{why}\n"
    );
    client.write_all(answer.as_bytes())
}

/// Reads a head, and what came behind it.
fn read_head(client: &mut impl Read) -> io::Result<(Vec<u8>, Vec<u8>)> {
    const END: &[u8] = b"\r\n\r\n";
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    while bytes.len() < LONGEST_HEAD {
        let count = client.read(&mut part)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // The end may have begun in the part before.
        let from = bytes.len().saturating_sub(END.len() - 1);
        bytes.extend(part.iter().take(count));
        let end = bytes
            .windows(END.len())
            .skip(from)
            .position(|window| window == END);
        if let Some(end) = end {
            let rest = bytes.split_off(from + end + END.len());
            return Ok((bytes, rest));
        }
    }
    Err(io::ErrorKind::InvalidData.into())
}

fn understand(head: &[u8]) -> Option<Wanted> {
    let head = std::str::from_utf8(head).ok()?;
    let (line, fields) = head.split_once("\r\n")?;
    let mut parts = line.split(' ');
    let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !version.starts_with("HTTP/1.") {
        return None;
    }
    if method == "CONNECT" {
        let (host, port) = authority(target, None)?;
        return Some(Wanted {
            host,
            port,
            head: Vec::new(),
        });
    }
    let rest = target.strip_prefix("http://")?;
    let cut = rest.find(['/', '?']).unwrap_or(rest.len());
    let (place, path) = rest.split_at_checked(cut)?;
    let (host, port) = authority(place, Some(80))?;
    let slash = if path.starts_with('/') { "" } else { "/" };
    let mut sent = format!("{method} {slash}{path} {version}\r\n");
    for field in fields.split("\r\n").filter(|field| !field.is_empty()) {
        let (name, _) = field.split_once(':')?;
        let name = name.to_ascii_lowercase();
        // These are for us; one connection carries one request.
        if !matches!(
            name.as_str(),
            "proxy-connection" | "proxy-authorization" | "connection" | "keep-alive"
        ) {
            sent.push_str(field);
            sent.push_str("\r\n");
        }
    }
    sent.push_str("Connection: close\r\n\r\n");
    Some(Wanted {
        host,
        port,
        head: sent.into_bytes(),
    })
}

/// Reads `host:port` and `[address]:port`.
fn authority(text: &str, usual: Option<u16>) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            (host, after.strip_prefix(':'))
        }
        None => match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port = match port {
        Some(port) => port.parse().ok()?,
        None => usual?,
    };
    let odd = |byte: u8| !byte.is_ascii_graphic() || byte == b'@';
    if host.is_empty() || host.len() > 255 || host.bytes().any(odd) {
        return None;
    }
    Some((host.to_ascii_lowercase(), port))
}

/// Finds out where a name leads and goes there, if nothing denies it.
fn dial(wanted: &Wanted, door: &Door, who: Who) -> io::Result<TcpStream> {
    let Door { shared, inward, .. } = door;
    let addresses: Vec<SocketAddr> = match wanted.host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, wanted.port)],
        Err(_) => resolve(wanted, shared, who)?,
    };
    let mut failed = io::Error::from(io::ErrorKind::NotFound);
    for address in addresses.into_iter().take(MOST_ADDRESSES) {
        let ip = address.ip().to_canonical();
        let deed = Deed::Connect {
            to: Endpoint::Inet {
                address: ip,
                port: address.port(),
                transport: Transport::Tcp,
            },
        };
        let denied = shared.rules.denies_address(ip, address.port());
        // The machine's own services are not what a way out is for.
        let inward = is_here(ip) && !inward.contains(&ip);
        if let Some(rule) = denied.or(inward.then_some(OWN)) {
            shared
                .teller
                .tell(who, deed, Outcome::denied(rule, libc::EPERM));
            failed = io::ErrorKind::PermissionDenied.into();
            continue;
        }
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(server) => {
                shared.teller.tell(who, deed, Outcome::DONE);
                return Ok(server);
            }
            Err(error) => {
                let number = error.raw_os_error().unwrap_or(libc::ETIMEDOUT);
                shared.teller.tell(who, deed, Outcome::failed(number));
                failed = error;
            }
        }
    }
    Err(failed)
}

fn resolve(wanted: &Wanted, shared: &Shared, who: Who) -> io::Result<Vec<SocketAddr>> {
    let name = wanted.host.trim_end_matches('.').to_owned();
    let denied = shared.rules.denies_name(&name);
    let deed = Deed::Query {
        name,
        record: ADDRESS,
    };
    if let Some(rule) = denied {
        shared
            .teller
            .tell(who, deed, Outcome::denied(rule, libc::EPERM));
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    shared.teller.tell(who, deed, Outcome::DONE);
    Ok((wanted.host.as_str(), wanted.port)
        .to_socket_addrs()?
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn requests_are_understood() {
        let wanted = |host: &str, port, head: &str| {
            Some(Wanted {
                host: host.to_owned(),
                port,
                head: head.as_bytes().to_vec(),
            })
        };
        let cases = [
            (
                "CONNECT Example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
                wanted("example.org", 443, ""),
            ),
            (
                "CONNECT [2001:db8::1]:443 HTTP/1.1\r\n\r\n",
                wanted("2001:db8::1", 443, ""),
            ),
            (
                "GET http://h:8080/a?b HTTP/1.1\r\nHost: h\r\nProxy-Connection: keep-alive\r\n\r\n",
                wanted(
                    "h",
                    8080,
                    "GET /a?b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                ),
            ),
            (
                "POST http://h?q HTTP/1.0\r\n\r\n",
                wanted("h", 80, "POST /?q HTTP/1.0\r\nConnection: close\r\n\r\n"),
            ),
            ("CONNECT example.org HTTP/1.1\r\n\r\n", None),
            ("GET / HTTP/1.1\r\n\r\n", None),
            ("GET https://h/ HTTP/1.1\r\n\r\n", None),
            ("GET http://u@h/ HTTP/1.1\r\n\r\n", None),
            ("GET http:// HTTP/1.1\r\n\r\n", None),
            ("CONNECT h:99999 HTTP/1.1\r\n\r\n", None),
            ("CONNECT h:1 SPDY/3\r\n\r\n", None),
            ("\r\n\r\n", None),
        ];
        for (head, expected) in cases {
            assert_eq!(understand(head.as_bytes()), expected, "{head}");
        }
    }

    #[test]
    fn a_head_ends_where_it_ends() {
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
                let mut one = self.0.get(..1).unwrap_or_default();
                let count = one.read(room)?;
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let text = b"CONNECT h:1 HTTP/1.1\r\n\r\nrest".as_slice();
        let (head, rest) = read_head(&mut &*text).unwrap();
        assert_eq!((head.len(), rest.as_slice()), (24, b"rest".as_slice()));
        assert_eq!(read_head(&mut Slow(text)).unwrap(), (head, Vec::new()));
        assert!(read_head(&mut &b"CONNECT"[..]).is_err());
        assert!(read_head(&mut io::repeat(b'x')).is_err());
    }

    proptest! {
        #[test]
        fn garbage_is_understood_or_not(head in "(CONNECT|GET) ?(http://)?[a-z@:\\[\\]/? \r\n.0-9é]{0,60} HTTP/1.1\r\n[a-z: \r\n]{0,20}\r\n\r\n") {
            if let Some(wanted) = understand(head.as_bytes()) {
                prop_assert!(!wanted.host.is_empty());
            }
        }
    }
}
