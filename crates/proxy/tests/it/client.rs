//! A client that says where it goes and how: directly or through the proxy.

use crate::world::{Via, roots, within};
use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub(crate) type Body = BoxBody<Bytes, Infallible>;

/// What is offered in a TLS greeting.
pub(crate) const BOTH: &[&[u8]] = &[b"h2", b"http/1.1"];
pub(crate) const ONE: &[&[u8]] = &[b"http/1.1"];
pub(crate) const TWO: &[&[u8]] = &[b"h2"];

#[derive(Clone)]
pub(crate) struct Client {
    via: Via,
    proxy: SocketAddr,
    place: SocketAddr,
    host: String,
    config: ClientConfig,
}

/// A connection over which requests are sent.
pub(crate) enum Sender {
    One(http1::SendRequest<Body>),
    Two(http2::SendRequest<Body>),
}

impl Client {
    pub(crate) fn new(
        via: Via,
        proxy: SocketAddr,
        place: SocketAddr,
        host: &str,
        trusted: &[String],
    ) -> Client {
        Client::speaking(rustls::ALL_VERSIONS, via, proxy, place, host, trusted)
    }

    /// A client that speaks only these versions of TLS.
    pub(crate) fn speaking(
        versions: &[&'static rustls::SupportedProtocolVersion],
        via: Via,
        proxy: SocketAddr,
        place: SocketAddr,
        host: &str,
        trusted: &[String],
    ) -> Client {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots(trusted))
            .with_no_client_auth();
        Client {
            via,
            proxy,
            place,
            host: host.to_owned(),
            config,
        }
    }

    /// The authority of a URL, and of a `CONNECT`.
    pub(crate) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.place.port())
        } else {
            format!("{}:{}", self.host, self.place.port())
        }
    }

    /// A way for bytes.
    pub(crate) async fn tcp(&self) -> TcpStream {
        match self.via {
            Via::Direct => open(self.place).await,
            Via::Proxy => {
                let (answer, stream) = self.connect(&self.authority()).await;
                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                stream
            }
        }
    }

    /// Asks the proxy for a tunnel and returns the head of its answer.
    pub(crate) async fn connect(&self, authority: &str) -> (String, TcpStream) {
        let mut stream = open(self.proxy).await;
        let ask = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
        stream.write_all(ask.as_bytes()).await.unwrap();
        let head = read_head(&mut stream).await;
        (head, stream)
    }

    /// TLS with the host over a way for bytes.
    pub(crate) async fn tls(&self, offered: &[&[u8]]) -> TlsStream<TcpStream> {
        let stream = self.tcp().await;
        self.greet(stream, &self.host, offered).await.unwrap()
    }

    /// TLS as `name` over any stream.
    pub(crate) async fn greet(
        &self,
        stream: TcpStream,
        name: &str,
        offered: &[&[u8]],
    ) -> io::Result<TlsStream<TcpStream>> {
        let mut config = self.config.clone();
        config.alpn_protocols = offered.iter().map(|one| one.to_vec()).collect();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        within(TlsConnector::from(Arc::new(config)).connect(name, stream)).await
    }

    /// HTTP over TLS, in the protocol that was agreed on.
    pub(crate) async fn https(&self, offered: &[&[u8]]) -> Sender {
        let stream = self.tls(offered).await;
        let two = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        if two {
            Sender::two(stream).await
        } else {
            Sender::one(stream).await
        }
    }

    /// A request for a path of the host, as this protocol writes it.
    pub(crate) fn request(
        &self,
        sender: &Sender,
        method: &str,
        path: &str,
        body: Body,
    ) -> Request<Body> {
        let authority = self.authority();
        let request = Request::builder().method(method);
        match sender {
            Sender::One(_) => request.uri(path).header("host", authority),
            Sender::Two(_) => {
                request.uri(format!("https://{authority}{path}").parse::<Uri>().unwrap())
            }
        }
        .body(body)
        .unwrap()
    }

    /// Sends a request over a new connection and reads all of the answer.
    pub(crate) async fn fetch(
        &self,
        offered: &[&[u8]],
        method: &str,
        path: &str,
        body: Body,
    ) -> (u16, Bytes) {
        let mut sender = self.https(offered).await;
        let request = self.request(&sender, method, path, body);
        whole(sender.send(request).await).await
    }
}

impl Sender {
    pub(crate) async fn one<S>(stream: S) -> Sender
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
    {
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(async move { drop(connection.with_upgrades().await) });
        Sender::One(sender)
    }

    pub(crate) async fn two<S>(stream: S) -> Sender
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
    {
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .initial_connection_window_size(1 << 21)
            .initial_stream_window_size(1 << 20)
            .handshake(TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(async move { drop(connection.await) });
        Sender::Two(sender)
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(&mut self, request: Request<Body>) -> Response<Incoming> {
        self.try_send(request).await.unwrap()
    }

    /// Begins to send a request; the answer can be waited for, or left.
    pub(crate) fn start(
        &mut self,
        request: Request<Body>,
    ) -> Pin<Box<dyn Future<Output = hyper::Result<Response<Incoming>>> + Send>> {
        match self {
            Sender::One(sender) => Box::pin(sender.send_request(request)),
            Sender::Two(sender) => Box::pin(sender.send_request(request)),
        }
    }

    pub(crate) async fn try_send(
        &mut self,
        request: Request<Body>,
    ) -> hyper::Result<Response<Incoming>> {
        within(async {
            match self {
                Sender::One(sender) => {
                    sender.ready().await?;
                    sender.send_request(request).await
                }
                Sender::Two(sender) => {
                    sender.ready().await?;
                    sender.send_request(request).await
                }
            }
        })
        .await
    }
}

pub(crate) async fn open(place: SocketAddr) -> TcpStream {
    let stream = within(TcpStream::connect(place)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Reads up to the end of a head, and nothing behind it.
pub(crate) async fn read_head<S: tokio::io::AsyncRead + Unpin>(stream: &mut S) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match within(stream.read_u8()).await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

/// Reads all of an answer.
pub(crate) async fn whole(response: Response<Incoming>) -> (u16, Bytes) {
    let status = response.status().as_u16();
    let body = within(response.into_body().collect()).await.unwrap();
    (status, body.to_bytes())
}

pub(crate) fn empty() -> Body {
    Empty::new().boxed()
}

pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).boxed()
}

/// A body whose frames are sent by and by.
pub(crate) fn streamed() -> (mpsc::Sender<Frame<Bytes>>, Body) {
    let (sender, receiver) = mpsc::channel(4);
    (sender, Frames(receiver).boxed())
}

struct Frames(mpsc::Receiver<Frame<Bytes>>);

impl hyper::body::Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|frame| frame.map(Ok))
    }
}
