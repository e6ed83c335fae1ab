//! The receiver: OTLP over HTTP on a thread of its own.
//!
//! **Invariant:** head, body and connection have bounded sizes and times, and so does the memory of
//! all bodies at once; one that is too many is told to come again. Each connection brings one
//! request, so that nobody can keep places by waiting.

use super::gate::{self, Head, Refusal, TOO_LARGE};
use super::reply;
use super::tokens::Tokens;
use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use ringfence_agents::{Encoding, LARGEST_TELEMETRY};
use std::convert::Infallible;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

/// Longest head of a request, in bytes.
const LONGEST_HEAD: usize = 32 << 10;

/// How much and how long is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// For the head of a request.
    pub(crate) head: Duration,
    /// For its body.
    pub(crate) body: Duration,
    /// For the whole connection.
    pub(crate) whole: Duration,
    /// For a place among the bodies.
    pub(crate) place: Duration,
    /// Connections at once.
    pub(crate) connections: usize,
    /// Bodies in memory at once, packed and unpacked.
    pub(crate) bodies: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            head: Duration::from_secs(5),
            body: Duration::from_secs(10),
            whole: Duration::from_secs(30),
            place: Duration::from_secs(1),
            connections: 64,
            bodies: 4,
        }
    }
}

/// A body that came.
pub(crate) struct Body {
    pub(crate) head: Head,
    /// What the agent said beside it.
    pub(crate) headers: HeaderMap,
    /// As it came, packed or not.
    pub(crate) sent: Bytes,
    /// Without its packing.
    pub(crate) plain: Bytes,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is kept, but for so many records that are not this agent's.
    Kept { rejected: u64 },
    /// Nobody can read it.
    Broken { why: String },
    /// It has too much in it.
    TooLarge,
    /// It cannot be kept now.
    Full,
}

/// Who takes the bodies. It may block, and is asked on a thread that may wait.
pub(crate) trait Sink: Send + Sync + 'static {
    fn take(&self, body: Body) -> Outcome;
    /// A request was refused.
    fn refused(&self, status: StatusCode);
}

/// The running receiver. It stops when it is dropped.
pub(crate) struct Receiver {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    port: u16,
    tokens: Tokens,
    sink: Arc<dyn Sink>,
    limits: Limits,
    bodies: Arc<Semaphore>,
}

impl Receiver {
    /// Listens, and serves on a thread of its own.
    pub(crate) fn start(
        address: SocketAddr,
        tokens: Tokens,
        sink: Arc<dyn Sink>,
        limits: Limits,
    ) -> Result<Receiver> {
        let listener = std::net::TcpListener::bind(address)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .with_context(|| format!("failed to listen on {address}"))?;
        let address = listener.local_addr().context("failed to listen")?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(limits.bodies)
            .thread_name("telemetry: takes in")
            .build()
            .context("failed to start a runtime")?;
        let (stop, stopping) = watch::channel(false);
        let shared = Arc::new(Shared {
            port: address.port(),
            tokens,
            sink,
            limits,
            bodies: Arc::new(Semaphore::new(limits.bodies)),
        });
        let thread = std::thread::Builder::new()
            .name("telemetry".to_owned())
            .spawn(move || {
                runtime.block_on(serve(listener, shared, stopping));
                runtime.shutdown_timeout(limits.place);
            })
            .context("failed to start a thread")?;
        Ok(Receiver {
            address,
            stop,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has already said so.
            drop(thread.join());
        }
    }
}

async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    mut stopping: watch::Receiver<bool>,
) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    let places = Arc::new(Semaphore::new(shared.limits.connections));
    tokio::select! {
        () = accept(&listener, &shared, &places) => {}
        _ = stopping.wait_for(|stop| *stop) => {}
    }
    drop(listener);
    let all = u32::try_from(shared.limits.connections).unwrap_or(u32::MAX);
    // Whoever is not done by then is cut off, and sends it again.
    drop(timeout(shared.limits.place, places.acquire_many(all)).await);
}

async fn accept(listener: &TcpListener, shared: &Arc<Shared>, places: &Arc<Semaphore>) {
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: some will come back.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        match Arc::clone(places).try_acquire_owned() {
            Ok(place) => {
                tokio::spawn(connection(socket, Arc::clone(shared), place));
            }
            Err(_) => shared.sink.refused(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

async fn connection(socket: TcpStream, shared: Arc<Shared>, place: OwnedSemaphorePermit) {
    let limits = shared.limits;
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(answer(&shared, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(LONGEST_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(socket), service);
    // A client that breaks off gets no answer, and one that is too slow neither.
    drop(timeout(limits.whole, connection).await);
    drop(place);
}

async fn answer(shared: &Arc<Shared>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let admitted = gate::admit(
        shared.port,
        &shared.tokens,
        &parts.method,
        &parts.uri,
        &parts.headers,
    );
    let head = match admitted {
        Ok(head) => head,
        Err(Refusal(status, why)) => return shared.refuse(status, Encoding::Json, why),
    };
    let refuse = |Refusal(status, why)| shared.refuse(status, head.encoding, why);
    let bodies = Arc::clone(&shared.bodies);
    let Ok(Ok(permit)) = timeout(shared.limits.place, bodies.acquire_owned()).await else {
        return refuse(BUSY);
    };
    let sent = match collect(body, shared.limits.body).await {
        Ok(sent) => sent,
        Err(refusal) => return refuse(refusal),
    };
    let sink = Arc::clone(&shared.sink);
    let headers = parts.headers;
    let work = move || {
        let _permit = permit;
        match unpack(head.packed, &sent) {
            Ok(plain) => Ok(sink.take(Body {
                head,
                headers,
                sent,
                plain,
            })),
            Err(refusal) => Err(refusal),
        }
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(Outcome::Kept { rejected })) => {
            let why = "they are not of the agent that this token is for";
            let body = reply::taken(head.signal, head.encoding, rejected, why);
            response(StatusCode::OK, head.encoding, body)
        }
        Ok(Ok(Outcome::Broken { why })) => {
            shared.refuse(StatusCode::BAD_REQUEST, head.encoding, &why)
        }
        Ok(Ok(Outcome::TooLarge)) => refuse(TOO_LARGE),
        Ok(Ok(Outcome::Full)) | Err(_) => refuse(BUSY),
        Ok(Err(refusal)) => refuse(refusal),
    }
}

/// Come again.
const BUSY: Refusal = Refusal(
    StatusCode::SERVICE_UNAVAILABLE,
    "there is no place for it now",
);

async fn collect(body: Incoming, patience: Duration) -> Result<Bytes, Refusal> {
    let limited = Limited::new(body, LARGEST_TELEMETRY).collect();
    match timeout(patience, limited).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(TOO_LARGE),
        Ok(Err(_)) => Err(Refusal(StatusCode::BAD_REQUEST, "the body broke off")),
        Err(_) => Err(Refusal(
            StatusCode::REQUEST_TIMEOUT,
            "the body came too slowly",
        )),
    }
}

/// Takes the packing off; a small body may hold a very large one.
fn unpack(packed: bool, sent: &Bytes) -> Result<Bytes, Refusal> {
    if !packed {
        return Ok(sent.clone());
    }
    let mut plain = Vec::new();
    let limit = LARGEST_TELEMETRY as u64 + 1;
    MultiGzDecoder::new(sent.as_ref())
        .take(limit)
        .read_to_end(&mut plain)
        .map_err(|_| Refusal(StatusCode::BAD_REQUEST, "the body is not gzip"))?;
    if plain.len() as u64 == limit {
        return Err(TOO_LARGE);
    }
    Ok(plain.into())
}

impl Shared {
    fn refuse(&self, status: StatusCode, encoding: Encoding, why: &str) -> Response<Full<Bytes>> {
        self.sink.refused(status);
        // INVALID_ARGUMENT, or UNAVAILABLE (`google.rpc.Code`).
        let code = if status.is_server_error() { 14 } else { 3 };
        let mut answer = response(status, encoding, reply::refused(encoding, code, why));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from_static("1");
            answer.headers_mut().insert(RETRY_AFTER, soon);
        }
        answer
    }
}

fn response(status: StatusCode, encoding: Encoding, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static(reply::content_type(encoding));
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

#[cfg(test)]
mod tests;
