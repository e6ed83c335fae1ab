//! What any client may expect of HTTP, with the proxy and without it.

use crate::client::{BOTH, Client, ONE, Sender, TWO, empty, full, open, read_head, whole};
use crate::origin::gzipped;
use crate::world::{PLAIN, TLS, Via, World, within};
use ringfence_proxy::Happened;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Runs each case directly, as a control, and through the proxy.
macro_rules! both_ways {
    ($($case:ident),* $(,)?) => {
        mod direct {
            $(#[tokio::test]
            async fn $case() {
                super::$case(crate::world::Via::Direct).await;
            })*
        }
        mod proxied {
            $(#[tokio::test]
            async fn $case() {
                super::$case(crate::world::Via::Proxy).await;
            })*
        }
    };
}
pub(crate) use both_ways;

both_ways!(
    gets,
    posts,
    keeps_a_connection,
    many_streams_of_one_connection,
    heads_and_answers_without_bodies,
    picks_the_protocol_of_the_service,
    keeps_fields,
    keeps_content_coding,
    keeps_many_long_fields,
    keeps_methods,
    speaks_older_tls,
    answers_requests_that_come_at_once,
    serves_a_client_of_http_1_0,
    plain_http_needs_no_tls,
    an_address_may_be_asked_and_a_name_greeted,
);

async fn gets(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO, BOTH, &[]] {
        let (status, body) = client.fetch(offered, "GET", "/hello", empty()).await;
        assert_eq!((status, &body[..]), (200, &b"hello"[..]), "{offered:?}");
    }
}

async fn posts(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        for body in ["", "x", "{\"model\":\"m\"}"] {
            let (status, answer) = client.fetch(offered, "POST", "/echo", full(body)).await;
            assert_eq!((status, &answer[..]), (200, body.as_bytes()));
        }
    }
}

async fn keeps_a_connection(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let mut sender = client.https(ONE).await;
    let before = world.origin.accepted();
    for round in 0..50 {
        let text = format!("round {round}");
        let request = client.request(&sender, "POST", "/echo", full(text.clone()));
        let (status, answer) = whole(sender.send(request).await).await;
        assert_eq!((status, &answer[..]), (200, text.as_bytes()));
    }
    assert_eq!(world.origin.accepted(), before);
}

async fn many_streams_of_one_connection(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let mut sender = client.https(TWO).await;
    let before = world.origin.accepted();
    let mut running = tokio::task::JoinSet::new();
    for number in 0..64 {
        let request = client.request(&sender, "POST", "/echo", full(format!("stream {number}")));
        let answer = sender.send(request).await;
        running.spawn(async move { (number, whole(answer).await) });
    }
    while let Some(ended) = running.join_next().await {
        let (number, (status, body)) = ended.unwrap();
        assert_eq!((status, body), (200, format!("stream {number}").into()));
    }
    assert_eq!(world.origin.accepted(), before);
}

async fn heads_and_answers_without_bodies(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        let mut sender = client.https(offered).await;
        let request = client.request(&sender, "HEAD", "/bytes/1000", empty());
        let response = sender.send(request).await;
        assert_eq!(response.headers()["content-length"], "1000");
        assert_eq!(whole(response).await, (200, "".into()));
        for status in [204, 304, 404, 500, 529] {
            let request = client.request(&sender, "GET", &format!("/status/{status}"), empty());
            assert_eq!(whole(sender.send(request).await).await, (status, "".into()));
        }
    }
}

/// What a client offers, and what is picked.
type Negotiated<'a> = (&'a [&'a [u8]], Option<&'a [u8]>);

async fn picks_the_protocol_of_the_service(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let cases: [Negotiated<'_>; 4] = [
        (BOTH, Some(b"h2")),
        (TWO, Some(b"h2")),
        (ONE, Some(b"http/1.1")),
        (&[], None),
    ];
    for (offered, picked) in cases {
        let stream = client.tls(offered).await;
        assert_eq!(stream.get_ref().1.alpn_protocol(), picked);
    }
}

async fn keeps_fields(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        let mut sender = client.https(offered).await;
        let mut request = client.request(&sender, "POST", "/headers/%7e?beta=true&x=%20", empty());
        for value in ["one", "two", "caf\u{e9}"] {
            let value = hyper::header::HeaderValue::from_bytes(value.as_bytes()).unwrap();
            request.headers_mut().append("x-mine", value);
        }
        let response = sender.send(request).await;
        let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
        let (_, body) = whole(response).await;
        let said = String::from_utf8(body.to_vec()).unwrap();
        let first = said.lines().next().unwrap();
        let authority = client.authority();
        let expected = match &sender {
            Sender::One(_) => "POST /headers/%7e?beta=true&x=%20 HTTP/1.1".to_owned(),
            Sender::Two(_) => {
                format!("POST https://{authority}/headers/%7e?beta=true&x=%20 HTTP/2.0")
            }
        };
        assert_eq!(first, expected);
        assert!(
            said.contains("x-mine: one\nx-mine: two\nx-mine: caf\u{e9}\n"),
            "{said}"
        );
        if matches!(sender, Sender::One(_)) {
            assert!(said.contains(&format!("host: {authority}\n")), "{said}");
        }
    }
}

async fn keeps_content_coding(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        let (_, body) = client.fetch(offered, "GET", "/gzip", empty()).await;
        assert_eq!(body, gzipped());
    }
}

/// An agent's beta fields and tokens are long; 40 KiB pass.
async fn keeps_many_long_fields(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let mut sender = client.https(ONE).await;
    let mut request = client.request(&sender, "GET", "/headers", empty());
    for number in 0..80 {
        let name: hyper::header::HeaderName = format!("x-long-{number}").parse().unwrap();
        request
            .headers_mut()
            .insert(name, "v".repeat(512).parse().unwrap());
    }
    let (status, body) = whole(sender.send(request).await).await;
    assert_eq!(status, 200);
    let long = body
        .windows(512)
        .filter(|part| part.iter().all(|byte| *byte == b'v'));
    assert_eq!(long.count(), 80);
}

async fn keeps_methods(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "REPORT"] {
            let (status, body) = client.fetch(offered, method, "/headers", full("x")).await;
            let said = String::from_utf8(body.to_vec()).unwrap();
            assert_eq!(status, 200);
            assert!(said.starts_with(&format!("{method} ")), "{said}");
        }
    }
}

async fn speaks_older_tls(via: Via) {
    let world = World::new().await;
    let trusted = world.trusted(via);
    let place = world.place(TLS);
    let older = [&rustls::version::TLS12];
    let client = Client::speaking(&older, via, world.proxy, place, TLS, &trusted);
    let stream = client.tls(BOTH).await;
    let version = stream.get_ref().1.protocol_version();
    assert_eq!(version, Some(rustls::ProtocolVersion::TLSv1_2));
    for offered in [ONE, TWO] {
        let (status, body) = client.fetch(offered, "POST", "/echo", full("old")).await;
        assert_eq!((status, &body[..]), (200, &b"old"[..]));
    }
}

/// Two requests in one segment: both are answered, in their order.
async fn answers_requests_that_come_at_once(via: Via) {
    let world = World::new().await;
    let mut stream = world.client(via, TLS).tls(ONE).await;
    let two = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none\
        GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(two.as_bytes()).await.unwrap();
    for wanted in ["one", "hello"] {
        let head = read_head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        let mut body = vec![0; wanted.len()];
        within(stream.read_exact(&mut body)).await.unwrap();
        assert_eq!(body, wanted.as_bytes());
    }
}

async fn serves_a_client_of_http_1_0(via: Via) {
    let world = World::new().await;
    let mut stream = world.client(via, PLAIN).tcp().await;
    let ask = "GET /hello HTTP/1.0\r\nHost: x\r\n\r\n";
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut answer = String::new();
    within(stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
}

/// As some clients speak to a local service: `CONNECT`, and then HTTP as it is.
async fn plain_http_needs_no_tls(via: Via) {
    let mut world = World::new().await;
    let client = world.client(via, PLAIN);
    let mut sender = Sender::one(client.tcp().await).await;
    for (method, path, answer) in [("GET", "/hello", "hello"), ("POST", "/echo", "a body")] {
        let request = client.request(&sender, method, path, full(answer));
        let (status, body) = whole(sender.send(request).await).await;
        assert_eq!((status, &body[..]), (200, answer.as_bytes()));
    }
    if via == Via::Proxy {
        assert!(world.pieces(2).await.len() >= 8, "both were told");
    }
}

async fn an_address_may_be_asked_and_a_name_greeted(via: Via) {
    let mut world = World::new().await;
    let client = world.client(via, TLS);
    let stream = match via {
        Via::Direct => open(world.origin.tls).await,
        Via::Proxy => {
            let (head, stream) = client.connect(&world.origin.tls.to_string()).await;
            assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
            stream
        }
    };
    let mut sender = Sender::one(client.greet(stream, TLS, ONE).await.unwrap()).await;
    let request = client.request(&sender, "GET", "/hello", empty());
    assert_eq!(
        whole(sender.send(request).await).await,
        (200, "hello".into())
    );
    if via == Via::Proxy {
        let greeted = TLS.to_owned();
        assert_eq!(world.happened().await, Happened::Mismatch { greeted });
    }
}

/// Kept here since everything begins with it: names and addresses get certificates that clients take.
#[tokio::test]
async fn addresses_have_certificates_too() {
    let world = World::new().await;
    for host in ["127.0.0.1", "::1"] {
        let client: Client = world.client(Via::Proxy, host);
        let (status, body) = client.fetch(BOTH, "GET", "/hello", empty()).await;
        assert_eq!((status, &body[..]), (200, &b"hello"[..]), "{host}");
        let control = world.client(Via::Direct, host);
        assert_eq!(control.fetch(BOTH, "GET", "/hello", empty()).await.0, 200);
    }
}
