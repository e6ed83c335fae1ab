//! One client connection and the one connection to the service behind it.
//!
//! **Invariant:** each client connection has its own way to its service, in the same protocol, so that
//! whatever one side says the other understands, and no two clients ever share anything. A way that the
//! service closed while it was idle is opened again; a request of which any byte may have gone out is
//! never sent twice.

mod headers;
mod sender;
mod splice;

pub(crate) use splice::{Counted, splice};

use crate::certificates::Protocol;
use crate::gate::{Attention, Complete, Passage, Refusal};
use crate::passing::{Held, Passing, hold};
use crate::piece::{Connection, End, Handled, RequestHead, ResponseHead, Scheme};
use crate::proxy::Shared;
use crate::tap::{Tap, Taps};
use crate::upstream::DialError;
use crate::wire::{Lingering, Stream, Wire};
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use ringfence_event::{Found, Handling};
use sender::Sender;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Mutex, Notify};

/// Says in an answer of ours why it is one.
pub(crate) const REASON: HeaderName = HeaderName::from_static("x-ringfence");

/// Bytes of one HTTP/2 stream that may be under way: with the default, a download crawls.
const STREAM_WINDOW: u32 = 1 << 20;

/// Bytes of one HTTP/2 connection that may be under way. The crate h2 ends a connection on which too many
/// small frames wait, and counts by this: with less, a stream of tokens that its client reads late is cut.
const CONNECTION_WINDOW: u32 = 1 << 23;

/// The largest HTTP/2 frame that is taken.
const FRAME: u32 = 1 << 16;

/// The most bytes of a head.
const LONGEST_HEAD: u32 = 256 * 1024;

/// The most fields of a head.
const MOST_FIELDS: usize = 256;

/// The most bytes that HTTP/2 keeps of what a slow reader does not take, for each stream.
const SEND_BUFFER: usize = 1 << 18;

/// One client connection and the way to its service.
pub(crate) struct Link {
    shared: Arc<Shared>,
    connection: Arc<Connection>,
    read: bool,
    way: Way,
    sender: Mutex<Option<Sender>>,
    left_http: Arc<AtomicBool>,
}

/// How the service is reached again.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// What is dialled: what the client asked the proxy for.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
    /// What both sides speak.
    pub(crate) protocol: Protocol,
    /// How requests name what they want.
    pub(crate) target: Target,
}

/// How a request names what it wants.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// By its path: it goes to the service.
    Path,
    /// By its URL: it goes to another proxy, which may want to know who asks.
    WholeUrl(Option<HeaderValue>),
}

impl Link {
    /// Joins a client's connection with a service's, over which nothing was said yet.
    pub(crate) async fn join(
        shared: Arc<Shared>,
        connection: Connection,
        way: Way,
        service: Wire,
        left_http: Arc<AtomicBool>,
    ) -> Result<Link, hyper::Error> {
        let sender = Sender::start(service, way.protocol).await?;
        Ok(Link {
            read: shared.live().hosts.reads(&connection.host),
            connection: Arc::new(connection),
            way,
            sender: Mutex::new(Some(sender)),
            left_http,
            shared,
        })
    }

    /// Serves a client until its connection is over.
    pub(crate) async fn serve<S: Stream + 'static>(self, client: S) {
        let left_http = Arc::clone(&self.left_http);
        let scheme = self.connection.scheme;
        let link = Arc::new(self);
        let protocol = link.way.protocol;
        // Boxed: HTTP/1.1 keeps the place of an exchange for as long as the connection is idle.
        let service = service_fn(move |request| {
            let link = Arc::clone(&link);
            Box::pin(async move { Ok::<_, Infallible>(link.exchange(request).await) })
        });
        // How it ended is told by the taps; here nobody is left to be told.
        match protocol {
            Protocol::Two => {
                let served = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .timer(TokioTimer::new())
                    .initial_stream_window_size(STREAM_WINDOW)
                    .initial_connection_window_size(CONNECTION_WINDOW)
                    .max_frame_size(FRAME)
                    .max_send_buf_size(SEND_BUFFER)
                    .max_header_list_size(LONGEST_HEAD)
                    .auto_date_header(false)
                    .serve_connection(TokioIo::new(client), service);
                drop(Box::pin(served).await);
            }
            Protocol::One | Protocol::Unsaid => {
                let ending = match scheme {
                    Scheme::Http => Ending::Half,
                    Scheme::Https => Ending::Whole,
                };
                let served = http1_server(ending)
                    .serve_connection(TokioIo::new(Lingering::new(client, left_http)), service)
                    .with_upgrades();
                drop(Box::pin(served).await);
            }
        }
    }

    /// Passes one request on, and its answer back.
    pub(crate) async fn exchange(self: Arc<Self>, request: Request<Incoming>) -> Response<Passing> {
        if request.method() == Method::CONNECT {
            return refusal(&Refusal {
                status: StatusCode::METHOD_NOT_ALLOWED,
                reason: "a tunnel in a tunnel".to_owned(),
                json: None,
            });
        }
        let answered = self.pass(request).await;
        answered.unwrap_or_else(|refused| refusal(&refused))
    }

    async fn pass(&self, mut request: Request<Incoming>) -> Result<Response<Passing>, Refusal> {
        let upgrade = headers::wants_upgrade(&request).then(|| hyper::upgrade::on(&mut request));
        let (mut parts, body) = request.into_parts();
        headers::strip(&mut parts.headers, upgrade.is_some());
        let asked = self.head_of(&parts);
        let (outgoing, incoming) = if self.read {
            self.shared.taps.open(asked.clone())
        } else {
            Taps::silent()
        };
        let gate = self.shared.gate.as_ref();
        let mut kept = None;
        let body = match gate.map_or(Attention::Pass, |gate| gate.request(&asked)) {
            Attention::Pass if upgrade.is_some() => {
                kept = Some(outgoing);
                Passing::wire(body, None)
            }
            Attention::Pass => Passing::wire(body, Some(outgoing)),
            Attention::Refuse(refused, found) => {
                outgoing.end(End::Complete);
                return Err(stopped(incoming, refused, found));
            }
            Attention::Hold(limit, judge) => {
                parts.headers.remove(header::EXPECT);
                let held = hold(body, outgoing, limit)
                    .await
                    .map_err(|error| broken(&error))?;
                let (held, passage) = judged(held, judge).await;
                match passage {
                    Passage::Go => {
                        let bytes = held.bytes.clone();
                        held.go(bytes)
                    }
                    Passage::Instead(bytes, found) => {
                        changed(&incoming, &mut parts.headers, found);
                        held.go(bytes)
                    }
                    Passage::Refuse(refused, found) => {
                        held.tap.end(End::Complete);
                        return Err(stopped(incoming, refused, found));
                    }
                }
            }
        };
        let mut request = Request::from_parts(parts, body);
        if request.version() == Version::HTTP_11 && request.headers().contains_key(header::EXPECT) {
            request = when_wanted(request);
        }
        self.point(&mut request)?;
        let response = self.send(request).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS
            && let Some(outgoing) = kept.take()
        {
            outgoing.end(End::Complete);
        }
        self.answer(asked, response, upgrade, kept, incoming).await
    }

    fn head_of(&self, parts: &Parts) -> RequestHead {
        RequestHead {
            connection: Arc::clone(&self.connection),
            method: parts.method.clone(),
            target: headers::target_of(&parts.uri),
            version: parts.version,
            headers: parts.headers.clone(),
        }
    }

    /// Passes an answer back.
    async fn answer(
        &self,
        request: RequestHead,
        mut response: Response<Incoming>,
        upgrade: Option<OnUpgrade>,
        outgoing: Option<Tap>,
        mut incoming: Tap,
    ) -> Result<Response<Passing>, Refusal> {
        let switches = response.status() == StatusCode::SWITCHING_PROTOCOLS && upgrade.is_some();
        let service = switches.then(|| hyper::upgrade::on(&mut response));
        let (mut parts, body) = response.into_parts();
        headers::strip(&mut parts.headers, switches);
        let head = ResponseHead {
            status: parts.status,
            version: parts.version,
            headers: parts.headers.clone(),
        };
        incoming.answer(head.clone());
        if let (Some(client), Some(service), Some(outgoing)) = (upgrade, service, outgoing) {
            self.left_http.store(true, Ordering::Relaxed);
            tokio::spawn(async move {
                if let (Ok(client), Ok(service)) = tokio::join!(client, service) {
                    splice::tapped(
                        TokioIo::new(client),
                        TokioIo::new(service),
                        outgoing,
                        incoming,
                    )
                    .await;
                }
            });
            return Ok(Response::from_parts(parts, Passing::kept(Bytes::new())));
        }
        let gate = self.shared.gate.as_ref();
        let body = match gate.map_or(Attention::Pass, |gate| gate.response(&request, &head)) {
            Attention::Pass => Passing::wire(body, Some(incoming)),
            Attention::Refuse(refused, found) => {
                return Err(withheld(incoming, refused, found));
            }
            Attention::Hold(limit, judge) => {
                let held = hold(body, incoming, limit)
                    .await
                    .map_err(|error| broken(&error))?;
                let (held, passage) = judged(held, judge).await;
                match passage {
                    Passage::Go => {
                        let bytes = held.bytes.clone();
                        held.go(bytes)
                    }
                    Passage::Instead(bytes, found) => {
                        changed(&held.tap, &mut parts.headers, found);
                        held.go(bytes)
                    }
                    Passage::Refuse(refused, found) => {
                        return Err(withheld(held.tap, refused, found));
                    }
                }
            }
        };
        Ok(Response::from_parts(parts, body))
    }

    /// Writes a request for who gets it: a service wants a path, a proxy the whole URL.
    fn point(&self, request: &mut Request<Passing>) -> Result<(), Refusal> {
        if request.version() == Version::HTTP_2 {
            return Ok(());
        }
        let host = &self.connection.host;
        if let Target::WholeUrl(authorization) = &self.way.target {
            if let Some(authorization) = authorization {
                request
                    .headers_mut()
                    .insert(header::PROXY_AUTHORIZATION, authorization.clone());
            }
            return Ok(());
        }
        let target = headers::target_of(request.uri());
        *request.uri_mut() = target.parse().map_err(|_| Refusal {
            status: StatusCode::BAD_REQUEST,
            reason: format!("a request to {host} whose path is none"),
            json: None,
        })?;
        Ok(())
    }

    /// Sends a request. If the way was closed before any byte of it went out, it is opened again.
    async fn send(&self, mut request: Request<Passing>) -> Result<Response<Incoming>, Refusal> {
        for _ in 0..2 {
            let mut place = self.sender.lock().await;
            let ready = match place.as_mut() {
                Some(sender) => sender.is_ready().await,
                None => false,
            };
            if !ready {
                *place = Some(self.open_again().await?);
            }
            let Some(sender) = place.as_mut() else { break };
            let answer = sender.send(request);
            drop(place);
            match answer.await {
                Ok(response) => return Ok(response),
                Err((_, Some(unsent))) => {
                    request = unsent;
                    self.sender.lock().await.take();
                }
                Err((error, None)) => return Err(broken(&error)),
            }
        }
        Err(gone(
            "the service closes each connection before a request".to_owned(),
        ))
    }

    async fn open_again(&self) -> Result<Sender, Refusal> {
        let failed = |error: DialError| gone(error.to_string());
        let upstream = &self.shared.upstream;
        let way = &self.way;
        let service: Wire = if matches!(way.target, Target::WholeUrl(_)) {
            upstream
                .dial_plain(&way.host, way.port)
                .await
                .map_err(failed)?
                .0
        } else {
            let wire = upstream.dial(&way.host, way.port).await.map_err(failed)?;
            match self.connection.scheme {
                Scheme::Http => wire,
                Scheme::Https => {
                    let wanted = way.protocol.name().map(<[u8]>::to_vec);
                    let name = &self.connection.host;
                    let (stream, picked) = upstream
                        .greet(wire, name, wanted.into_iter().collect())
                        .await
                        .map_err(failed)?;
                    if (picked == Protocol::Two) != (way.protocol == Protocol::Two) {
                        return Err(gone("the service changed its protocol".to_owned()));
                    }
                    Box::new(stream)
                }
            }
        };
        Sender::start(service, way.protocol)
            .await
            .map_err(|error| broken(&error))
    }
}

/// What it means that a client sends nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It may still listen: without TLS, tools close their half after the request.
    Half,
    /// It is gone: over TLS nobody closes one half, and a model must not go on for a user who left.
    Whole,
}

/// A server of HTTP/1.1 that changes nothing.
pub(crate) fn http1_server(ending: Ending) -> hyper::server::conn::http1::Builder {
    let mut server = hyper::server::conn::http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .preserve_header_case(true)
        .half_close(ending == Ending::Half)
        .auto_date_header(false)
        .max_headers(MOST_FIELDS)
        .max_header_size(LONGEST_HEAD as usize);
    server
}

/// Holds the body back until the service wants it.
fn when_wanted(request: Request<Passing>) -> Request<Passing> {
    let said = Arc::new(Notify::new());
    let heard = Arc::clone(&said);
    let mut request = request.map(|body| body.after(said));
    hyper::ext::on_informational(&mut request, move |informational| {
        if informational.status() == StatusCode::CONTINUE {
            heard.notify_one();
        }
    });
    request
}

/// Asks a judge about a body that was held, where nobody waits for a thread.
async fn judged(held: Held, judge: Box<dyn crate::gate::Judge>) -> (Held, Passage) {
    let complete = if held.rest.is_some() {
        Complete::Beginning
    } else {
        Complete::Whole
    };
    let bytes = held.bytes.clone();
    let judged = tokio::task::spawn_blocking(move || judge.judge(&bytes, complete)).await;
    // A judge that failed stops nobody.
    (held, judged.unwrap_or(Passage::Go))
}

/// Tells that a body goes on changed: it has another length, and no content coding.
fn changed(tap: &Tap, headers: &mut hyper::HeaderMap, found: Vec<Found>) {
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::CONTENT_ENCODING);
    tap.handled(Handled {
        how: Handling::Redacted,
        found,
    });
}

/// Tells that a request was answered by us, and gives the answer.
fn stopped(mut incoming: Tap, refused: Refusal, found: Vec<Found>) -> Refusal {
    incoming.answer(ResponseHead {
        status: refused.status,
        version: Version::HTTP_11,
        headers: hyper::HeaderMap::new(),
    });
    withheld(incoming, refused, found)
}

/// Tells that an answer was withheld, and gives ours.
fn withheld(incoming: Tap, refused: Refusal, found: Vec<Found>) -> Refusal {
    incoming.handled(Handled {
        how: Handling::Blocked,
        found,
    });
    incoming.end(End::Complete);
    refused
}

/// The service broke off: the client is told what is known.
fn broken(error: &hyper::Error) -> Refusal {
    gone(error.to_string())
}

fn gone(reason: String) -> Refusal {
    Refusal {
        status: StatusCode::BAD_GATEWAY,
        reason,
        json: None,
    }
}

/// Our own answer.
pub(crate) fn refusal(refused: &Refusal) -> Response<Passing> {
    let (body, kind) = match &refused.json {
        Some(json) => (json.clone(), "application/json"),
        None => (
            Bytes::from(format!("ringfence: {}\n", refused.reason)),
            "text/plain; charset=utf-8",
        ),
    };
    let mut response = Response::new(Passing::kept(body));
    *response.status_mut() = refused.status;
    let printable: String = refused
        .reason
        .chars()
        .map(|character| {
            if (' '..='~').contains(&character) {
                character
            } else {
                '?'
            }
        })
        .collect();
    if let Ok(value) = HeaderValue::from_str(&printable) {
        response.headers_mut().insert(REASON, value);
    }
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
