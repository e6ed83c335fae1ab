//! What a client says first, before anything is decided: TLS, plain HTTP, something else, or nothing.
//!
//! **Invariant:** whatever was read is given back, so that a stream can still be passed on as it came.

use crate::wire::{Rewound, Stream, Wire};
use bytes::{Bytes, BytesMut};
use rustls::server::{Accepted, Acceptor};
use std::io;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

/// Begins a TLS record of a handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

/// The longest greeting that is waited for; the largest in use, with post-quantum shares, have two KiB.
const LONGEST_GREETING: usize = 64 * 1024;

/// How long the rest of a greeting may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is read at once.
const STEP: usize = 4096;

/// What a stream turned out to be.
pub(crate) enum Opening<S> {
    /// TLS, greeted as far as the server's turn.
    Tls(Box<Greeting<S>>, Wire),
    /// HTTP without TLS.
    Http(Rewound<S>, Wire),
    /// Anything else, be it silence; with it, the service, of which bytes may have been read too.
    Other(Rewound<S>, Wire),
}

/// A TLS greeting.
pub(crate) struct Greeting<S> {
    /// The name that the client wants, if it said one (RFC 6066).
    pub(crate) name: Option<String>,
    /// The protocols it offered that we can pass on, in its order.
    pub(crate) protocols: Vec<Vec<u8>>,
    accepted: Accepted,
    said: Bytes,
    taken: usize,
    client: S,
}

impl<S> Greeting<S> {
    /// Returns what is needed to go on as the server.
    pub(crate) fn answer(mut self) -> (Accepted, Rewound<S>) {
        let behind = self.said.split_off(self.taken.min(self.said.len()));
        (self.accepted, Rewound::new(behind, self.client))
    }

    /// Returns the stream as if nothing had been read.
    pub(crate) fn untouched(self) -> Rewound<S> {
        Rewound::new(self.said, self.client)
    }
}

/// Waits until the client or the service has said something.
pub(crate) async fn listen<S: Stream>(mut client: S, mut service: Wire) -> io::Result<Opening<S>> {
    let mut said = BytesMut::with_capacity(STEP);
    let mut answered = BytesMut::with_capacity(STEP);
    let first = tokio::select! {
        read = client.read_buf(&mut said) => Some(read?),
        read = service.read_buf(&mut answered) => { read?; None }
    };
    match (first, said.first()) {
        (Some(_), Some(&HANDSHAKE)) => greet(client, service, said).await,
        (Some(_), Some(first)) if first.is_ascii_uppercase() => {
            Ok(Opening::Http(Rewound::new(said.freeze(), client), service))
        }
        _ => Ok(Opening::Other(
            Rewound::new(said.freeze(), client),
            Box::new(Rewound::new(answered.freeze(), service)),
        )),
    }
}

async fn greet<S: Stream>(
    mut client: S,
    service: Wire,
    mut said: BytesMut,
) -> io::Result<Opening<S>> {
    let mut acceptor = Acceptor::default();
    let mut taken = 0;
    let whole = timeout(PATIENCE, async {
        loop {
            let mut news = said.get(taken..).unwrap_or_default();
            while !news.is_empty() {
                let before = news.len();
                let read = acceptor.read_tls(&mut news);
                taken += before - news.len();
                match (read, acceptor.accept()) {
                    (_, Ok(Some(accepted))) => return Ok(Some(accepted)),
                    (Ok(1..), Ok(None)) if taken < LONGEST_GREETING => {}
                    // Not TLS after all, or not as we know it: who listens behind us may know better.
                    _ => return Ok(None),
                }
            }
            if client.read_buf(&mut said).await? == 0 {
                return Ok::<_, io::Error>(None);
            }
        }
    })
    .await;
    let Ok(Some(accepted)) = whole.unwrap_or(Ok(None)) else {
        return Ok(Opening::Other(Rewound::new(said.freeze(), client), service));
    };
    let hello = accepted.client_hello();
    let name = hello.server_name().map(str::to_ascii_lowercase);
    let protocols = hello
        .alpn()
        .into_iter()
        .flatten()
        .filter(|protocol| [b"h2".as_slice(), b"http/1.1"].contains(protocol))
        .map(<[u8]>::to_vec)
        .collect();
    Ok(Opening::Tls(
        Box::new(Greeting {
            accepted,
            name,
            protocols,
            said: said.freeze(),
            taken,
            client,
        }),
        service,
    ))
}
