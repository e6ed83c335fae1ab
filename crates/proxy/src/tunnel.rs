//! What becomes of a tunnel: it is read, or it passes as it is.
//!
//! **Invariant:** only a tunnel whose asked host and whose greeted host are both on the list is decrypted,
//! and the client is offered exactly the protocol that the service picked.
//!
//! Each step is boxed: a tunnel lives for hours in its last one, and would keep the room of the largest.

use crate::certificates::{Authority, AuthorityError, Protocol};
use crate::gate::Refusal;
use crate::hello::{Greeting, Opening, listen};
use crate::link::{Counted, Ending, Link, Target, Way, http1_server, refusal, splice};
use crate::notice::{Happened, Tunnel, Unread};
use crate::piece::{Client, Connection, Scheme};
use crate::proxy::Shared;
use crate::tap::now;
use crate::upstream::DialError;
use crate::wire::{Rewound, Stream, Wire};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use ringfence_event::Timestamp;
use rustls::AlertDescription;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::StartHandshake;
use tokio_rustls::server::TlsStream;

/// How long a client may take over its side of a handshake.
const HANDSHAKE_PATIENCE: Duration = Duration::from_mins(1);

/// What a client asked for.
pub(crate) struct Asked {
    host: String,
    port: u16,
    client: Option<Client>,
    began: Timestamp,
}

impl Asked {
    /// What a client asks for now.
    pub(crate) fn now(host: String, port: u16, client: Option<Client>) -> Asked {
        Asked {
            host,
            port,
            client,
            began: now(),
        }
    }
}

type Behind = Rewound<TcpStream>;

/// Serves a tunnel until it is over.
pub(crate) async fn run(shared: Arc<Shared>, asked: Asked, client: Behind, service: Wire) {
    // An error here is a client or a service that broke off before its first word.
    let Ok(opening) = Box::pin(listen(client, service)).await else {
        return;
    };
    let listed = shared.live().hosts.reads(&asked.host);
    match opening {
        Opening::Tls(greeting, service) => {
            Box::pin(greeted(shared, asked, *greeting, service)).await;
        }
        Opening::Http(client, service) if listed => {
            Box::pin(plain(shared, asked, client, service)).await;
        }
        Opening::Http(client, service) => {
            Box::pin(pass(
                &shared,
                asked,
                client,
                service,
                Unread::NotListed,
                None,
            ))
            .await;
        }
        Opening::Other(client, service) => {
            let why = if listed {
                Unread::OtherProtocol
            } else {
                Unread::NotListed
            };
            Box::pin(pass(&shared, asked, client, service, why, None)).await;
        }
    }
}

/// Joins both sides without a look at what passes.
async fn pass<C: Stream>(
    shared: &Shared,
    asked: Asked,
    mut client: C,
    mut service: Wire,
    why: Unread,
    greeted: Option<String>,
) {
    let Counted { sent, received } = splice(&mut client, &mut service).await;
    let tunnel = Tunnel {
        why,
        greeted,
        sent,
        received,
        began: asked.began,
    };
    shared.tell(
        asked.client,
        &asked.host,
        asked.port,
        Happened::Tunnelled(tunnel),
    );
}

/// HTTP without TLS in a tunnel: how `WebSocket`s without TLS go through proxies.
async fn plain<C: Stream + 'static>(shared: Arc<Shared>, asked: Asked, client: C, service: Wire) {
    let name = asked.host.clone();
    let joined = join(shared, asked, name, Scheme::Http, Protocol::Unsaid, service).await;
    if let Ok(link) = joined {
        Box::pin(link.serve(client)).await;
    }
}

async fn join(
    shared: Arc<Shared>,
    asked: Asked,
    name: String,
    scheme: Scheme,
    protocol: Protocol,
    service: Wire,
) -> Result<Link, hyper::Error> {
    let connection = Connection {
        number: shared.next_connection(),
        scheme,
        host: name,
        port: asked.port,
        client: asked.client,
    };
    let way = Way {
        host: asked.host,
        port: asked.port,
        protocol,
        target: Target::Path,
    };
    Link::join(shared, connection, way, service, Arc::default()).await
}

/// A client that greeted: is it read?
async fn greeted(shared: Arc<Shared>, asked: Asked, greeting: Greeting<Behind>, service: Wire) {
    let name = greeting.name.clone().unwrap_or_else(|| asked.host.clone());
    let live = shared.live();
    let (asked_listed, name_listed) = (live.hosts.reads(&asked.host), live.hosts.reads(&name));
    if name != asked.host && (asked_listed || name_listed) {
        let greeted = name.clone();
        let client = asked.client.clone();
        shared.tell(
            client,
            &asked.host,
            asked.port,
            Happened::Mismatch { greeted },
        );
    }
    let why = match (asked_listed, name_listed) {
        (false, false) => Some(Unread::NotListed),
        (true, true) if shared.refusals.remembers(asked.client.as_ref(), &name) => {
            Some(Unread::RefusedBefore)
        }
        (true, true) => None,
        _ => Some(Unread::Mismatch),
    };
    match why {
        Some(why) => {
            let greeted = greeting.name.clone();
            let client = greeting.untouched();
            Box::pin(pass(&shared, asked, client, service, why, greeted)).await;
        }
        None => {
            let authority = Arc::clone(&live.authority);
            Box::pin(read(shared, authority, asked, name, greeting, service)).await;
        }
    }
}

/// Reads a tunnel: TLS with the service first, then with the client.
async fn read(
    shared: Arc<Shared>,
    authority: Arc<Authority>,
    asked: Asked,
    name: String,
    greeting: Greeting<Behind>,
    service: Wire,
) {
    let offered = greeting.protocols.clone();
    let greeted = Box::pin(shared.upstream.greet(service, &name, offered.clone())).await;
    let (service, protocol) = match greeted {
        Ok((service, protocol)) => (service, protocol),
        Err(error) => {
            Box::pin(refuse(&shared, &authority, asked, &name, greeting, &error)).await;
            return;
        }
    };
    match Box::pin(handshake(&authority, &name, protocol, greeting)).await {
        Ok(client) => {
            let service: Wire = Box::new(service);
            let joined = join(shared, asked, name, Scheme::Https, protocol, service);
            if let Ok(link) = Box::pin(joined).await {
                Box::pin(link.serve(client)).await;
            }
        }
        Err(Failure::Refused) => {
            shared.refusals.remember(asked.client.as_ref(), &name);
            shared.tell(
                asked.client,
                &asked.host,
                asked.port,
                Happened::RefusesInspection,
            );
        }
        Err(Failure::Broken) => {}
        Err(Failure::Ours(error)) => {
            let reason = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
            shared.tell(
                asked.client,
                &asked.host,
                asked.port,
                Happened::Unreachable { reason },
            );
        }
    }
}

/// Tells a client, inside of its TLS, why the service could not be spoken with: an error of the service's
/// certificate is never hidden, and never passed for our own.
async fn refuse(
    shared: &Shared,
    authority: &Authority,
    asked: Asked,
    name: &str,
    greeting: Greeting<Behind>,
    error: &DialError,
) {
    let reason = error.to_string();
    let refused = Refusal {
        status: StatusCode::BAD_GATEWAY,
        reason: format!("{name}: {reason}"),
        json: None,
    };
    shared.tell(
        asked.client,
        &asked.host,
        asked.port,
        Happened::Unreachable { reason },
    );
    let wants = |wanted: &[u8]| greeting.protocols.iter().any(|one| one == wanted);
    let protocol = match (wants(b"http/1.1"), wants(b"h2")) {
        (true, _) => Protocol::One,
        (false, true) => Protocol::Two,
        (false, false) => Protocol::Unsaid,
    };
    let Ok(client) = handshake(authority, name, protocol, greeting).await else {
        return;
    };
    let service = service_fn(move |_: Request<Incoming>| {
        let response = refusal(&refused);
        async move { Ok::<_, Infallible>(response) }
    });
    let io = TokioIo::new(client);
    if protocol == Protocol::Two {
        let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        drop(server.serve_connection(io, service).await);
    } else {
        drop(
            http1_server(Ending::Whole)
                .keep_alive(false)
                .serve_connection(io, service)
                .await,
        );
    }
}

/// Why a client's handshake came to nothing.
enum Failure {
    /// The client does not take our certificate.
    Refused,
    /// The client broke off.
    Broken,
    /// We could not make a certificate.
    Ours(AuthorityError),
}

async fn handshake(
    authority: &Authority,
    name: &str,
    protocol: Protocol,
    greeting: Greeting<Behind>,
) -> Result<TlsStream<Rewound<Behind>>, Failure> {
    let config = authority.serve_as(name, protocol).map_err(Failure::Ours)?;
    let (accepted, client) = greeting.answer();
    let shaken = StartHandshake::from_parts(accepted, client).into_stream(config);
    match tokio::time::timeout(HANDSHAKE_PATIENCE, shaken).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) if is_refusal(&error) => Err(Failure::Refused),
        Ok(Err(_)) | Err(_) => Err(Failure::Broken),
    }
}

/// Says whether a client closed because of our certificate (RFC 8446, section 6.2).
fn is_refusal(error: &io::Error) -> bool {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(
        inner,
        Some(rustls::Error::AlertReceived(
            AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
        ))
    )
}
