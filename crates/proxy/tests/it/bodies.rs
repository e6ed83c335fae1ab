//! Bodies: long ones, early answers, half a connection, trailers.

use crate::client::{ONE, TWO, empty, full, open, read_head, streamed, whole};
use crate::conformance::both_ways;
use crate::origin::{Counted, acceptor, trailers};
use crate::world::{PLAIN, TLS, Via, World, within};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Long enough for every buffer and window on the way to be full many times.
const LONG: usize = 100_000_000;

both_ways!(
    downloads_whole,
    uploads_whole,
    chunks_stay_whole,
    trailers_come_through,
    an_early_answer_arrives,
    a_body_waits_until_it_is_wanted,
    a_body_that_is_not_wanted_is_not_sent,
    half_a_connection_still_answers,
    an_answer_may_end_with_its_connection,
);

async fn downloads_whole(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        let mut sender = client.https(offered).await;
        let request = client.request(&sender, "GET", &format!("/bytes/{LONG}"), empty());
        let mut body = sender.send(request).await.into_body();
        let (mut length, mut hasher) = (0, blake3::Hasher::new());
        while let Some(frame) = within(body.frame()).await {
            let data = frame.unwrap().into_data().unwrap();
            length += data.len();
            hasher.update(&data);
        }
        assert_eq!(
            format!("{length} {}", hasher.finalize()),
            Counted::sum(LONG)
        );
    }
}

async fn uploads_whole(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        let body = Counted::new(LONG).map_err(|_| unreachable!()).boxed();
        let (status, said) = client.fetch(offered, "POST", "/sum", body).await;
        assert_eq!((status, said), (200, Counted::sum(LONG).into()));
    }
}

async fn chunks_stay_whole(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        let (_, body) = client.fetch(offered, "GET", "/chunks", empty()).await;
        assert_eq!(body, "one two three");
        let (frames, body) = streamed();
        for text in ["a", "bc", "def"] {
            frames.send(Frame::data(text.into())).await.unwrap();
        }
        drop(frames);
        let (_, said) = client.fetch(offered, "POST", "/sum", body).await;
        assert_eq!(said, format!("6 {}", blake3::hash(b"abcdef")));
    }
}

async fn trailers_come_through(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        let mut sender = client.https(offered).await;
        let mut request = client.request(&sender, "GET", "/trailers", empty());
        request
            .headers_mut()
            .insert("te", "trailers".parse().unwrap());
        let response = sender.send(request).await;
        let whole = within(response.into_body().collect()).await.unwrap();
        assert_eq!(whole.trailers(), Some(&trailers()), "{offered:?}");
        assert_eq!(whole.to_bytes(), "body");
    }
    let mut sender = client.https(TWO).await;
    let (frames, body) = streamed();
    let mut request = client.request(&sender, "POST", "/echo", body);
    request
        .headers_mut()
        .insert("trailer", "x-sum".parse().unwrap());
    frames.send(Frame::data("body".into())).await.unwrap();
    frames.send(Frame::trailers(trailers())).await.unwrap();
    drop(frames);
    let response = sender.send(request).await;
    let whole = within(response.into_body().collect()).await.unwrap();
    assert_eq!(whole.trailers(), Some(&trailers()));
}

/// The service answers 413 to the head of an upload and closes. The client gets the answer though it
/// never stops sending, and no broken pipe.
async fn an_early_answer_arrives(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let mut stream = client.tls(ONE).await;
    let head = "POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut from, mut to) = tokio::io::split(stream);
    let sending = tokio::spawn(async move {
        // A service that closed may break our upload; its answer must have come before.
        for _ in 0..100 {
            if to.write_all(&[7; 16 * 1024]).await.is_err() {
                return;
            }
        }
    });
    let head = read_head(&mut from).await;
    assert!(head.starts_with("HTTP/1.1 413 "), "{head}");
    let mut body = [0; 9];
    within(from.read_exact(&mut body)).await.unwrap();
    assert_eq!(&body, b"too large");
    within(sending).await.unwrap();
}

async fn a_body_waits_until_it_is_wanted(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let mut stream = client.tls(ONE).await;
    let head = "POST /sum HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(
        read_head(&mut stream).await,
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    stream.write_all(b"body").await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
}

async fn a_body_that_is_not_wanted_is_not_sent(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let mut stream = client.tls(ONE).await;
    let head =
        "POST /refuse HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 417 "), "{head}");
}

async fn half_a_connection_still_answers(via: Via) {
    let world = World::new().await;
    let client = world.client(via, PLAIN);
    let mut stream = client.tcp().await;
    let request = "POST /stall HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    world.origin.go.notify_one();
    let mut answer = String::new();
    within(stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.ends_with("at last"), "{answer}");
}

/// No length, no chunks: the body ends with the connection, and a service's own spelling stays.
async fn an_answer_may_end_with_its_connection(via: Via) {
    const ANSWER: &[u8] = b"HTTP/1.1 200 Very Fine\r\nX-oDD-Case: Kept\r\n\r\nuntil the end";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    let service = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor(ONE).accept(stream).await.unwrap();
        let head = read_head(&mut stream).await;
        stream.write_all(ANSWER).await.unwrap();
        stream.shutdown().await.unwrap();
        head
    });
    let world = World::with(|settings| {
        settings.upstream.places.insert(TLS.to_owned(), place);
    })
    .await;
    let client = world.client(via, TLS);
    let stream = match via {
        Via::Direct => open(place).await,
        Via::Proxy => client.tcp().await,
    };
    let mut stream = client.greet(stream, TLS, ONE).await.unwrap();
    let ask = "GET /x HTTP/1.1\r\nHOST: a.test\r\nX-MiNe: 1\r\n\r\n";
    stream.write_all(ask.as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(
        head.starts_with("HTTP/1.1 200 Very Fine\r\nX-oDD-Case: Kept\r\n"),
        "{head}"
    );
    assert!(!head.to_lowercase().contains("\r\ndate:"), "{head}");
    let mut rest = Vec::new();
    while !String::from_utf8_lossy(&rest).contains("until the end") {
        assert_ne!(within(stream.read_buf(&mut rest)).await.unwrap(), 0);
    }
    assert_eq!(within(service).await.unwrap(), ask);
}

/// A short and a long body one after the other: what is told to readers is what passed.
#[tokio::test]
async fn an_upload_is_not_kept() {
    let world = World::new().await;
    let client = world.client(Via::Proxy, TLS);
    let bytes = Bytes::from(vec![1; 10_000_000]);
    for _ in 0..3 {
        let (status, said) = client.fetch(TWO, "POST", "/sum", full(bytes.clone())).await;
        assert_eq!(
            (status, said),
            (200, format!("10000000 {}", blake3::hash(&bytes)).into())
        );
    }
    let (status, _) = whole({
        let mut sender = client.https(ONE).await;
        let request = client.request(&sender, "GET", "/hello", empty());
        sender.send(request).await
    })
    .await;
    assert_eq!(status, 200);
}
