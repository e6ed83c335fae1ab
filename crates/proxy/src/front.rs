//! The door: `CONNECT` and requests for whole URLs.
//!
//! **Invariant:** `CONNECT` is answered with 200 only once the service was reached. Whoever may not pass,
//! or wants what is no proxy's business, is told why.

use crate::certificates::Protocol;
use crate::clients::{Clients, Who};
use crate::gate::Refusal;
use crate::hosts::plain;
use crate::link::{Ending, Link, Target, Way, http1_server, refusal};
use crate::notice::Happened;
use crate::passing::Passing;
use crate::piece::{Client, Connection, Scheme};
use crate::proxy::Shared;
use crate::tunnel::{self, Asked};
use crate::wire::{Lingering, Rewound};
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper::{Method, Request, Response, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Mutex, OnceCell, OwnedSemaphorePermit};
use tokio::time::timeout;

/// How long a client that is turned away may take to ask and to hear why.
const TURNED_AWAY: Duration = Duration::from_secs(5);

/// A connection at the door.
struct Door {
    shared: Arc<Shared>,
    theirs: SocketAddr,
    ours: SocketAddr,
    who: OnceCell<Who>,
    /// The way that plain requests took last.
    plain: Mutex<Option<(String, u16, Arc<Link>)>>,
    left_http: Arc<AtomicBool>,
    /// Counts the connection, as long as this or its tunnel lives.
    slot: Arc<OwnedSemaphorePermit>,
}

type Stream = Lingering<TcpStream>;

/// Serves a connection at the door until it is over or has become a tunnel.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    stream: TcpStream,
    theirs: SocketAddr,
    slot: OwnedSemaphorePermit,
) {
    let Ok(ours) = stream.local_addr() else {
        return;
    };
    let door = Arc::new(Door {
        shared,
        theirs,
        ours,
        who: OnceCell::new(),
        plain: Mutex::new(None),
        left_http: Arc::default(),
        slot: Arc::new(slot),
    });
    let stream = Lingering::new(stream, Arc::clone(&door.left_http));
    let service = service_fn(move |request| {
        let door = Arc::clone(&door);
        async move {
            let answered = door.pass(request).await;
            Ok::<_, Infallible>(answered.unwrap_or_else(|refused| refusal(&refused)))
        }
    });
    let served = http1_server(Ending::Half)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // How it ended concerns the client alone, who is gone.
    drop(served.await);
}

/// Answers whatever is asked with the reason why nobody is served.
pub(crate) async fn turn_away(stream: TcpStream, reason: String) {
    let refused = Refusal {
        status: StatusCode::SERVICE_UNAVAILABLE,
        reason,
        json: None,
    };
    let service = service_fn(move |_: Request<Incoming>| {
        let response = refusal(&refused);
        async move { Ok::<_, Infallible>(response) }
    });
    let stream = Lingering::new(stream, Arc::default());
    let served = http1_server(Ending::Half)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // Who asks nothing is not waited for.
    drop(timeout(TURNED_AWAY, served).await);
}

impl Door {
    async fn pass(&self, request: Request<Incoming>) -> Result<Response<Passing>, Refusal> {
        if request.method() == Method::CONNECT {
            self.tunnel(request).await
        } else {
            self.forward(request).await
        }
    }

    /// Opens a tunnel.
    async fn tunnel(&self, mut request: Request<Incoming>) -> Result<Response<Passing>, Refusal> {
        let (host, port) = place_of(request.uri(), 443)?;
        let client = self.admit(&host, port).await?;
        let service = match self.shared.upstream.dial(&host, port).await {
            Ok(service) => service,
            Err(error) => return Err(self.unreachable(client, &host, port, error.to_string())),
        };
        let asked = Asked::now(host, port, client);
        let shared = Arc::clone(&self.shared);
        let upgraded = hyper::upgrade::on(&mut request);
        let slot = Arc::clone(&self.slot);
        tokio::spawn(async move {
            // The client may be gone before it read our answer; then there is nothing to do.
            if let Ok(upgraded) = upgraded.await
                && let Some(client) = bare(upgraded)
            {
                tunnel::run(shared, asked, client, service).await;
            }
            drop(slot);
        });
        Ok(Response::new(Passing::kept(Bytes::new())))
    }

    /// Passes a request for a whole URL on.
    async fn forward(&self, mut request: Request<Incoming>) -> Result<Response<Passing>, Refusal> {
        let uri = request.uri();
        if uri.scheme_str() != Some("http") || uri.authority().is_none() {
            return Err(Refusal {
                status: StatusCode::BAD_REQUEST,
                reason: "this is a proxy: ask it for a whole http:// URL, or for CONNECT"
                    .to_owned(),
                json: None,
            });
        }
        let (host, port) = place_of(uri, 80)?;
        let link = self.plain_link(host, port).await?;
        // The host in the URL is the one that counts (RFC 9112, section 3.2.2).
        let named = uri.authority().map(|authority| {
            let place = authority.as_str();
            place
                .rsplit_once('@')
                .map_or(place, |(_, place)| place)
                .to_owned()
        });
        if let Some(Ok(host)) = named.map(|named| HeaderValue::from_str(&named)) {
            request.headers_mut().insert(header::HOST, host);
        }
        Ok(link.exchange(request).await)
    }

    /// The way for plain requests to a service: the one of the last request, if it was for the same.
    async fn plain_link(&self, host: String, port: u16) -> Result<Arc<Link>, Refusal> {
        let mut plain = self.plain.lock().await;
        if let Some((known, at, link)) = plain.as_ref()
            && *known == host
            && *at == port
        {
            return Ok(Arc::clone(link));
        }
        let client = self.admit(&host, port).await?;
        let dialled = self.shared.upstream.dial_plain(&host, port).await;
        let (service, proxy) = match dialled {
            Ok(dialled) => dialled,
            Err(error) => return Err(self.unreachable(client, &host, port, error.to_string())),
        };
        let shown = |text: &str| HeaderValue::from_str(text).ok();
        let way = Way {
            host: host.clone(),
            port,
            protocol: Protocol::Unsaid,
            target: proxy.map_or(Target::Path, |proxy| {
                Target::WholeUrl(proxy.authorization().and_then(shown))
            }),
        };
        let connection = Connection {
            number: self.shared.next_connection(),
            scheme: Scheme::Http,
            host: host.clone(),
            port,
            client: client.clone(),
        };
        let shared = Arc::clone(&self.shared);
        let joined = Link::join(
            shared,
            connection,
            way,
            service,
            Arc::clone(&self.left_http),
        )
        .await;
        let link = match joined {
            Ok(link) => Arc::new(link),
            Err(error) => return Err(self.unreachable(client, &host, port, error.to_string())),
        };
        *plain = Some((host, port, Arc::clone(&link)));
        Ok(link)
    }

    /// Says who the client is, if it may go where it wants.
    async fn admit(&self, host: &str, port: u16) -> Result<Option<Client>, Refusal> {
        let who = self.who.get_or_init(|| self.ask_who()).await;
        let client = match who {
            Who::Known(client) => Some(client.clone()),
            Who::Unknown => None,
            Who::Stranger => {
                return Err(self.denied(
                    None,
                    host,
                    port,
                    forbidden("this proxy belongs to another user".to_owned()),
                ));
            }
        };
        if port == self.ours.port() && is_here(host, self.ours.ip()) {
            let refused = forbidden("this proxy does not ask itself".to_owned());
            return Err(self.denied(client, host, port, refused));
        }
        if let Some(gate) = &self.shared.gate
            && let Err(refused) = gate.connect(host, port, client.as_ref())
        {
            return Err(self.denied(client, host, port, refused));
        }
        Ok(client)
    }

    async fn ask_who(&self) -> Who {
        let Some(clients) = &self.shared.clients else {
            return Who::Unknown;
        };
        let clients: Arc<dyn Clients> = Arc::clone(clients);
        let (theirs, ours) = (self.theirs, self.ours);
        tokio::task::spawn_blocking(move || clients.who(theirs, ours))
            .await
            .unwrap_or(Who::Unknown)
    }

    fn denied(&self, client: Option<Client>, host: &str, port: u16, refused: Refusal) -> Refusal {
        let reason = refused.reason.clone();
        self.shared
            .tell(client, host, port, Happened::Denied { reason });
        refused
    }

    fn unreachable(
        &self,
        client: Option<Client>,
        host: &str,
        port: u16,
        reason: String,
    ) -> Refusal {
        let refused = Refusal {
            status: StatusCode::BAD_GATEWAY,
            reason: format!("{host}:{port}: {reason}"),
            json: None,
        };
        self.shared
            .tell(client, host, port, Happened::Unreachable { reason });
        refused
    }
}

fn forbidden(reason: String) -> Refusal {
    Refusal {
        status: StatusCode::FORBIDDEN,
        reason,
        json: None,
    }
}

/// Host and port of a request for a proxy.
fn place_of(uri: &Uri, usual: u16) -> Result<(String, u16), Refusal> {
    let place = uri.authority().map(|authority| {
        let says_port = !authority.as_str().ends_with(authority.host());
        let port = if says_port {
            authority.port_u16()
        } else {
            Some(usual)
        };
        (plain(authority.host()), port)
    });
    match place {
        Some((host, Some(port))) if !host.is_empty() => Ok((host, port)),
        _ => Err(Refusal {
            status: StatusCode::BAD_REQUEST,
            reason: "a request without a host, or with a port that is none".to_owned(),
            json: None,
        }),
    }
}

/// Says whether a host is this machine, where this proxy listens.
fn is_here(host: &str, ours: IpAddr) -> bool {
    host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| {
            address == ours || address.is_loopback() || address.is_unspecified()
        })
}

/// Takes the stream out of HTTP, with what the client sent behind its request.
fn bare(upgraded: Upgraded) -> Option<Rewound<TcpStream>> {
    let parts = upgraded.downcast::<TokioIo<Stream>>().ok()?;
    Some(Rewound::new(
        parts.read_buf,
        parts.io.into_inner().into_inner(),
    ))
}
