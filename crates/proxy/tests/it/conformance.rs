//! What any client may expect of HTTP, with the proxy and without it.

use crate::client::{BOTH, Client, ONE, Sender, TWO, empty, full, whole};
use crate::origin::gzipped;
use crate::world::{TLS, Via, World};

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
