//! Opens connections: to the first address of a name that answers, and through other proxies.
//!
//! **Invariant:** a name with a dead address costs a quarter of a second for it, not the whole patience
//! (RFC 8305); what a proxy sends behind its answer is not lost.

use super::DialError;
use super::route::ProxyAddress;
use crate::wire::{Rewound, Wire};
use bytes::BytesMut;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long a service may take to answer a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// How long the next address waits for the one before it.
const STAGGER: Duration = Duration::from_millis(250);

/// The most addresses of a name that are tried.
const MOST_ADDRESSES: usize = 16;

/// The longest answer of a proxy.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Opens a TCP connection.
pub(super) async fn connect(host: &str, port: u16) -> Result<TcpStream, DialError> {
    let stream = timeout(PATIENCE, race(host, port))
        .await
        .map_err(|_| DialError::Late)??;
    stream.set_nodelay(true).map_err(DialError::Connect)?;
    Ok(stream)
}

async fn race(host: &str, port: u16) -> Result<TcpStream, DialError> {
    let mut waiting = addresses(host, port).await?.into_iter();
    let mut running = JoinSet::new();
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    loop {
        if let Some(address) = waiting.next() {
            running.spawn(TcpStream::connect(address));
        }
        let pause = async {
            if waiting.len() > 0 {
                tokio::time::sleep(STAGGER).await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            ended = running.join_next() => match ended {
                Some(Ok(Ok(stream))) => return Ok(stream),
                Some(Ok(Err(error))) => failure = error,
                Some(Err(error)) => failure = io::Error::other(error),
                None => return Err(DialError::Connect(failure)),
            },
            () = pause => {}
        }
    }
}

/// The addresses of a name, the families by turns.
async fn addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>, DialError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let found = tokio::net::lookup_host((host, port))
        .await
        .map_err(|source| DialError::Resolve {
            host: host.to_owned(),
            source,
        })?;
    let found: Vec<SocketAddr> = found.take(MOST_ADDRESSES).collect();
    let first_family = found.first().is_some_and(SocketAddr::is_ipv6);
    let (mut first, mut second) = found
        .into_iter()
        .partition::<Vec<_>, _>(|address| address.is_ipv6() == first_family);
    first.reverse();
    second.reverse();
    let mut sorted = Vec::new();
    while !first.is_empty() || !second.is_empty() {
        sorted.extend(first.pop());
        sorted.extend(second.pop());
    }
    Ok(sorted)
}

/// Asks a proxy for a way to a service.
pub(super) async fn through(
    mut wire: Wire,
    proxy: &ProxyAddress,
    host: &str,
    port: u16,
) -> Result<Wire, DialError> {
    let authority = if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    };
    let mut ask = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
    if let Some(authorization) = proxy.authorization() {
        ask.push_str(&format!("Proxy-Authorization: {authorization}\r\n"));
    }
    ask.push_str("\r\n");
    let asked = async {
        wire.write_all(ask.as_bytes()).await?;
        let mut answer = BytesMut::with_capacity(1024);
        loop {
            if let Some(end) = answer.windows(4).position(|part| part == b"\r\n\r\n") {
                let rest = answer.split_off(end + 4);
                return Ok::<_, io::Error>(Some((answer, rest.freeze())));
            }
            if answer.len() > LONGEST_ANSWER || wire.read_buf(&mut answer).await? == 0 {
                return Ok(None);
            }
        }
    };
    let (answer, rest) = timeout(PATIENCE, asked)
        .await
        .map_err(|_| DialError::Late)?
        .map_err(DialError::Connect)?
        .ok_or(DialError::ProxyGarbage)?;
    match status_of(&answer).ok_or(DialError::ProxyGarbage)? {
        200..=299 => Ok(Box::new(Rewound::new(rest, wire))),
        status => Err(DialError::Proxy(status)),
    }
}

fn status_of(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    words.next()?.strip_prefix("HTTP/1.")?;
    words.next()?.parse().ok()
}
