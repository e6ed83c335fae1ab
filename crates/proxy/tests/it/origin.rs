//! The services that clients want: HTTP/1.1 and HTTP/2 over TLS and plain, on loopback.
//!
//! **Invariant:** nothing here waits for a clock: a stream goes on when its client says so.

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{HeaderMap, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio_rustls::TlsAcceptor;

type Fault = Box<dyn std::error::Error + Send + Sync>;
type Answer = Response<BoxBody<Bytes, Fault>>;

pub(crate) struct Origin {
    pub(crate) tls: SocketAddr,
    pub(crate) tls_v6: SocketAddr,
    pub(crate) plain: SocketAddr,
    /// Lets streams that wait go on.
    pub(crate) go: Arc<Notify>,
    /// How many connections were accepted.
    pub(crate) accepted: Arc<AtomicUsize>,
    made: Arc<AtomicUsize>,
    left: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
}

/// What the services of one origin share.
#[derive(Clone)]
struct Shared {
    go: Arc<Notify>,
    accepted: Arc<AtomicUsize>,
    made: Arc<AtomicUsize>,
    left: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
}

struct Identity {
    root: String,
    chain: String,
    key: rcgen::KeyPair,
}

static IDENTITY: LazyLock<Identity> = LazyLock::new(|| {
    let root_key = rcgen::KeyPair::generate().unwrap();
    let mut root = rcgen::CertificateParams::default();
    root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root_text = root.self_signed(&root_key).unwrap().pem();
    let issuer = rcgen::Issuer::new(root, root_key);
    let names = [
        "*.read.test",
        "*.quiet.test",
        "localhost",
        "127.0.0.1",
        "::1",
    ];
    let key = rcgen::KeyPair::generate().unwrap();
    let leaf = rcgen::CertificateParams::new(names.map(str::to_owned)).unwrap();
    Identity {
        root: root_text,
        chain: leaf.signed_by(&key, &issuer).unwrap().pem(),
        key,
    }
});

/// The root that signed for the origin.
pub(crate) fn root() -> String {
    IDENTITY.root.clone()
}

/// Speaks TLS as the origin does, offering these protocols.
pub(crate) fn acceptor(protocols: &[&[u8]]) -> TlsAcceptor {
    use rustls::pki_types::pem::PemObject;
    let chain = rustls::pki_types::CertificateDer::from_pem_slice(IDENTITY.chain.as_bytes());
    let key = PrivateKeyDer::Pkcs8(IDENTITY.key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![chain.unwrap()], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|one| one.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

impl Origin {
    pub(crate) async fn start() -> Origin {
        let shared = Shared {
            go: Arc::new(Notify::new()),
            accepted: Arc::default(),
            made: Arc::default(),
            left: Arc::default(),
            asked: Arc::default(),
        };
        let both: &[&[u8]] = &[b"h2", b"http/1.1"];
        Origin {
            tls: serve("127.0.0.1:0", Some(acceptor(both)), shared.clone()).await,
            tls_v6: serve("[::1]:0", Some(acceptor(both)), shared.clone()).await,
            plain: serve("127.0.0.1:0", None, shared.clone()).await,
            go: Arc::clone(&shared.go),
            accepted: Arc::clone(&shared.accepted),
            made: Arc::clone(&shared.made),
            left: Arc::clone(&shared.left),
            asked: Arc::clone(&shared.asked),
        }
    }

    /// How many requests for `/stall` came.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// How many requests for `/stall` were left by their clients.
    pub(crate) fn left(&self) -> usize {
        self.left.load(Ordering::SeqCst)
    }

    /// How many bytes of `/bytes` were made.
    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::SeqCst)
    }

    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

async fn serve(address: &str, tls: Option<TlsAcceptor>, shared: Shared) -> SocketAddr {
    let listener = TcpListener::bind(address).await.unwrap();
    let place = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            shared.accepted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(connection(stream, tls.clone(), shared.clone()));
        }
    });
    place
}

async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, shared: Shared) {
    let Some(tls) = tls else {
        return http(stream, false, true, shared).await;
    };
    // Clients that refuse us are a test's business.
    if let Ok(stream) = tls.accept(stream).await {
        let two = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        http(stream, two, false, shared).await;
    }
}

async fn http<S>(stream: S, two: bool, half_close: bool, shared: Shared)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| answer(request, shared.clone()));
    if two {
        let mut server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        server
            .initial_connection_window_size(1 << 21)
            .initial_stream_window_size(1 << 20);
        drop(server.serve_connection(TokioIo::new(stream), service).await);
    } else {
        let mut server = hyper::server::conn::http1::Builder::new();
        server.half_close(half_close).max_header_size(400 * 1024);
        let served = server.serve_connection(TokioIo::new(stream), service);
        drop(served.with_upgrades().await);
    }
}

/// Counts requests whose clients left before their answer.
struct Left(Option<Arc<AtomicUsize>>);

impl Left {
    fn stay(mut self) {
        self.0 = None;
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        if let Some(left) = &self.0 {
            left.fetch_add(1, Ordering::SeqCst);
        }
    }
}

async fn answer(request: Request<Incoming>, shared: Shared) -> Result<Answer, Fault> {
    // What is done stands in the path, or in a field where the path must be a provider's.
    let wanted = request.headers().get("x-do");
    let wanted = wanted.map(|word| word.to_str().unwrap_or_default().to_owned());
    let path = wanted.unwrap_or_else(|| request.uri().path().to_owned());
    let mut parts = path.trim_start_matches('/').split('/');
    let word = parts.next().unwrap_or_default();
    let number = parts.next().and_then(|number| number.parse::<usize>().ok());
    Ok(match word {
        "echo" => echo(request),
        "sum" => sum(request).await?,
        "bytes" => {
            let length = number.unwrap_or(0);
            let mut counted = Counted::new(length);
            if request.method() == hyper::Method::HEAD {
                counted.left = 0;
            }
            counted.made = shared.made;
            let mut answer = Response::new(counted.boxed());
            answer.headers_mut().insert("content-length", length.into());
            answer
        }
        "headers" => headers(&request),
        "chunks" => framed(["one ", "two ", "three"].map(text_frame).into()),
        "trailers" => {
            let mut frames: VecDeque<_> = [text_frame("body")].into();
            frames.push_back(Frame::trailers(trailers()));
            let mut answer = framed(frames);
            let names = HeaderValue::from_static("grpc-status, x-sum");
            answer.headers_mut().insert("trailer", names);
            answer
        }
        "events" => events(shared.go),
        "early" => early(),
        "refuse" => status(StatusCode::EXPECTATION_FAILED),
        "status" => status(StatusCode::from_u16(
            u16::try_from(number.unwrap()).unwrap(),
        )?),
        "cut" => cut(shared.go),
        "gzip" => gzip(),
        "stall" => {
            let left = Left(Some(shared.left));
            shared.asked.fetch_add(1, Ordering::SeqCst);
            shared.go.notified().await;
            left.stay();
            text("at last")
        }
        "ws" => web_socket(request),
        _ => text("hello"),
    })
}

fn text(text: &'static str) -> Answer {
    Response::new(
        Full::new(Bytes::from_static(text.as_bytes()))
            .map_err(Into::into)
            .boxed(),
    )
}

fn status(status: StatusCode) -> Answer {
    let mut answer = Response::new(Empty::new().map_err(Into::into).boxed());
    *answer.status_mut() = status;
    answer
}

fn echo(request: Request<Incoming>) -> Answer {
    let (parts, body) = request.into_parts();
    let mut answer = Response::new(body.map_err(Into::into).boxed());
    for name in [
        "content-type",
        "content-encoding",
        "connect-content-encoding",
        "grpc-encoding",
    ] {
        if let Some(value) = parts.headers.get(name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    if parts.headers.contains_key("trailer") {
        let names = parts.headers["trailer"].clone();
        answer.headers_mut().insert("trailer", names);
    }
    answer
}

/// How many bytes came, and their hash.
async fn sum(request: Request<Incoming>) -> Result<Answer, Fault> {
    let mut body = request.into_body();
    let mut hasher = blake3::Hasher::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            length += data.len();
            hasher.update(&data);
        }
    }
    let said = format!("{length} {}", hasher.finalize());
    Ok(Response::new(
        Full::new(said.into()).map_err(Into::into).boxed(),
    ))
}

/// The request as it came: method, target, version, fields.
fn headers(request: &Request<Incoming>) -> Answer {
    let mut said = format!(
        "{} {} {:?}\n",
        request.method(),
        request.uri(),
        request.version()
    );
    for (name, value) in request.headers() {
        said.push_str(&format!(
            "{name}: {}\n",
            String::from_utf8_lossy(value.as_bytes())
        ));
    }
    let mut answer = Response::new(Full::new(Bytes::from(said)).map_err(Into::into).boxed());
    for cookie in ["a=1", "b=2"] {
        let value = HeaderValue::from_static(cookie);
        answer.headers_mut().append("set-cookie", value);
    }
    answer
}

pub(crate) fn trailers() -> HeaderMap {
    [("grpc-status", "0"), ("x-sum", "abc")]
        .into_iter()
        .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
        .collect()
}

/// An answer to an upload that nobody wants, at once; then the connection is closed.
fn early() -> Answer {
    let mut answer = text("too large");
    *answer.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    let close = HeaderValue::from_static("close");
    answer.headers_mut().insert("connection", close);
    answer
}

fn gzip() -> Answer {
    let mut answer = Response::new(Full::new(gzipped()).map_err(Into::into).boxed());
    let gzip = HeaderValue::from_static("gzip");
    answer.headers_mut().insert("content-encoding", gzip);
    answer
}

pub(crate) fn gzipped() -> Bytes {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"a text that is pressed").unwrap();
    encoder.finish().unwrap().into()
}

/// One event at once, the second when told to.
fn events(go: Arc<Notify>) -> Answer {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let first = sender.send(Ok(text_frame("data: one\n\n"))).await;
        if first.is_ok() {
            go.notified().await;
            drop(sender.send(Ok(text_frame("data: two\n\n"))).await);
        }
    });
    let mut answer = Response::new(Streamed(receiver).boxed());
    let kind = HeaderValue::from_static("text/event-stream");
    answer.headers_mut().insert("content-type", kind);
    answer
}

/// A body that breaks in the middle, when told to.
fn cut(go: Arc<Notify>) -> Answer {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        drop(sender.send(Ok(text_frame("half"))).await);
        go.notified().await;
        drop(sender.send(Err("the service died".into())).await);
    });
    Response::new(Streamed(receiver).boxed())
}

/// Agrees to a WebSocket with the protocol and the extension that were asked for, and sends every byte
/// back. Refuses one without a protocol.
fn web_socket(mut request: Request<Incoming>) -> Answer {
    let asked = |name: &str| request.headers().get(name).cloned();
    let Some(protocol) = asked("sec-websocket-protocol") else {
        return status(StatusCode::UPGRADE_REQUIRED);
    };
    let mut answer = status(StatusCode::SWITCHING_PROTOCOLS);
    let fields = answer.headers_mut();
    fields.insert("upgrade", HeaderValue::from_static("websocket"));
    fields.insert("connection", HeaderValue::from_static("Upgrade"));
    fields.insert("x-turn-state", HeaderValue::from_static("kept"));
    fields.insert("sec-websocket-protocol", protocol);
    if let Some(extensions) = asked("sec-websocket-extensions") {
        fields.insert("sec-websocket-extensions", extensions);
    }
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let (mut from, mut to) = tokio::io::split(TokioIo::new(upgraded.await.unwrap()));
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            to.write_all(&buffer[..read]).await.unwrap();
            to.flush().await.unwrap();
        }
        drop(to.shutdown().await);
    });
    answer
}

fn text_frame(text: &'static str) -> Frame<Bytes> {
    Frame::data(Bytes::from_static(text.as_bytes()))
}

fn framed(frames: VecDeque<Frame<Bytes>>) -> Answer {
    let (sender, receiver) = mpsc::channel(frames.len().max(1));
    for frame in frames {
        sender.try_send(Ok(frame)).unwrap();
    }
    Response::new(Streamed(receiver).boxed())
}

struct Streamed(mpsc::Receiver<Result<Frame<Bytes>, Fault>>);

impl Body for Streamed {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        self.0.poll_recv(context)
    }
}

static BLOCK: LazyLock<Vec<u8>> = LazyLock::new(|| {
    (0..65_536_u32)
        .map(|place| (place * 7 / 3).to_le_bytes()[0])
        .collect()
});

/// So many bytes that no two of their blocks are alike.
pub(crate) struct Counted {
    left: usize,
    block: u64,
    made: Arc<AtomicUsize>,
}

impl Counted {
    pub(crate) fn new(length: usize) -> Counted {
        Counted {
            left: length,
            block: 0,
            made: Arc::default(),
        }
    }

    /// What [`sum`] says of it.
    pub(crate) fn sum(length: usize) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut counted = Counted::new(length);
        while let Some(bytes) = counted.next() {
            hasher.update(&bytes);
        }
        format!("{length} {}", hasher.finalize())
    }

    fn next(&mut self) -> Option<Bytes> {
        let length = self.left.min(64 * 1024);
        self.left -= length;
        self.block += 1;
        self.made.fetch_add(length, Ordering::SeqCst);
        let mut block = BLOCK.clone();
        block[..8].copy_from_slice(&self.block.to_le_bytes());
        block.truncate(length);
        (length > 0).then(|| block.into())
    }
}

impl Body for Counted {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        Poll::Ready(self.next().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left as u64)
    }
}
