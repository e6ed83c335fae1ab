//! Clients and services that misbehave: memory stays bounded, others do not notice.

use crate::client::{Client, ONE, TWO, empty, full, open, read_head, whole};
use crate::origin::{acceptor, root};
use crate::world::{TLS, Via, World, within};
use http_body_util::BodyExt;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use ringfence_proxy::Happened;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The proxy still works for whoever behaves.
async fn still_works(world: &World) {
    let client = world.client(Via::Proxy, TLS);
    let (status, body) = client.fetch(TWO, "POST", "/echo", full("well")).await;
    assert_eq!((status, &body[..]), (200, &b"well"[..]));
}

/// Waits until so many clients are connected.
async fn connected(world: &World, expected: usize) {
    within(async {
        while world.control.connected() != expected {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn clients_that_vanish_leave_nothing() {
    let world = World::new().await;
    let client = world.client(Via::Proxy, TLS);
    let mut held = Vec::new();
    for offered in [ONE, TWO] {
        for path in ["/events", "/stall"] {
            let mut sender = client.https(offered).await;
            let request = client.request(&sender, "GET", path, empty());
            let answer = sender.start(request);
            held.push((sender, answer));
        }
    }
    held.push({
        let mut sender = client.https(ONE).await;
        let (frames, body) = crate::client::streamed();
        let request = client.request(&sender, "POST", "/echo", body);
        frames
            .send(hyper::body::Frame::data("begun".into()))
            .await
            .unwrap();
        let answer = sender.start(request);
        (sender, answer)
    });
    let (head, idle) = client.connect(&client.authority()).await;
    assert!(head.starts_with("HTTP/1.1 200"));
    connected(&world, 6).await;
    drop((held, idle));
    connected(&world, 0).await;
    still_works(&world).await;
}

#[tokio::test]
async fn a_slow_reader_slows_its_service_and_nobody_else() {
    let world = World::new().await;
    let client = world.client(Via::Proxy, TLS);
    for offered in [ONE, TWO] {
        let mut sender = client.https(offered).await;
        let request = client.request(&sender, "GET", "/bytes/400000000", empty());
        let mut body = sender.send(request).await.into_body();
        within(body.frame()).await.unwrap().unwrap();
        // The service is stopped once everything on the way is full.
        let mut before = 0;
        within(async {
            loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                let made = world.origin.made();
                if made == before {
                    break;
                }
                before = made;
            }
        })
        .await;
        assert!(before < 100_000_000, "{before} bytes of 400 MB were taken");
        still_works(&world).await;
    }
}

#[tokio::test]
async fn heads_have_a_bound() {
    let world = World::new().await;
    let client = world.client(Via::Proxy, TLS);
    let long = "v".repeat(2_000_000);
    let many = (0..5000).fold(String::new(), |fields, number| {
        fields + &format!("X-{number}: 1\r\n")
    });
    for fields in [format!("X-Long: {long}\r\n"), many] {
        for tunnelled in [false, true] {
            let mut stream: Box<dyn Stream> = if tunnelled {
                Box::new(client.tls(ONE).await)
            } else {
                Box::new(open(world.proxy).await)
            };
            let head = format!("GET http://x.read.test/ HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
            // The proxy may answer and close before it was told all of it.
            drop(stream.write_all(head.as_bytes()).await);
            let answer = read_head(&mut stream).await;
            assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
        }
    }
    let mut sender = client.https(TWO).await;
    let mut request = client.request(&sender, "GET", "/hello", empty());
    for number in 0..200 {
        let name: hyper::header::HeaderName = format!("x-long-{number}").parse().unwrap();
        request
            .headers_mut()
            .insert(name, "v".repeat(4000).parse().unwrap());
    }
    let answered = match sender.try_send(request).await {
        Ok(response) => whole(response).await.0,
        Err(_) => 431,
    };
    assert_eq!(answered, 431);
    still_works(&world).await;
}

trait Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin {}
impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin> Stream for T {}

/// Random bytes at the door and in tunnels, half of them dressed as a TLS greeting.
#[tokio::test]
async fn garbage_harms_nobody() {
    let world = World::new().await;
    let client = world.client(Via::Proxy, TLS);
    let mut runner = TestRunner::deterministic();
    let garbage = proptest::collection::vec(proptest::num::u8::ANY, 0..3000);
    for round in 0..200 {
        let mut bytes = garbage.new_tree(&mut runner).unwrap().current();
        if round % 2 == 0 {
            let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
            bytes.splice(0..0, [0x16, 3, 1, length[0], length[1]]);
        }
        let mut stream = if round % 4 < 2 {
            open(world.proxy).await
        } else {
            client.tcp().await
        };
        drop(stream.write_all(&bytes).await);
        drop(stream.shutdown().await);
        let mut answer = Vec::new();
        drop(within(stream.read_to_end(&mut answer)).await);
    }
    connected(&world, 0).await;
    still_works(&world).await;
}

/// Connections that say nothing, beside one that works.
#[tokio::test]
async fn idle_connections_are_borne() {
    let world = World::new().await;
    let client: Client = world.client(Via::Proxy, TLS);
    // Each has four files here: the client's, two of the proxy, the service's.
    let most = (world.control.room() / 4).min(500);
    let mut idle = Vec::new();
    for _ in 0..most {
        idle.push(client.tls(TWO).await);
        let mut stream = open(world.proxy).await;
        stream.write_all(b"CONN").await.unwrap();
        drop(stream);
    }
    still_works(&world).await;
    drop(idle);
    connected(&world, 0).await;
}

/// Who finds no room is told so, and the others have theirs.
#[tokio::test]
async fn where_there_is_no_room_it_is_said() {
    let mut world = World::with(|settings| settings.most = 2).await;
    assert_eq!(world.control.room(), 2);
    let client = world.client(Via::Proxy, TLS);
    let mut first = client.https(ONE).await;
    let second = client.tcp().await;
    for round in 1..=20 {
        let (head, mut stream) = client.connect(&client.authority()).await;
        assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
        let why = "x-ringfence: 2 connections are open, and there is room for no more";
        assert!(head.contains(why), "{head}");
        let mut rest = String::new();
        within(stream.read_to_string(&mut rest)).await.unwrap();
        assert!(rest.starts_with("ringfence: 2 connections"), "{rest}");
        assert_eq!(world.control.turned_away(), round);
    }
    let request = client.request(&first, "GET", "/hello", empty());
    assert_eq!(whole(first.send(request).await).await.0, 200);
    let reason = "2 connections are open, and there is room for no more".to_owned();
    assert_eq!(world.happened().await, Happened::Full { reason });
    drop(second);
    connected(&world, 1).await;
    still_works(&world).await;
}

/// What a service does before it goes away.
async fn faulty(say: &'static [u8], tls: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                if tls {
                    let mut stream = acceptor(ONE).accept(stream).await.unwrap();
                    read_head(&mut stream).await;
                    drop(stream.write_all(say).await);
                    drop(stream.flush().await);
                } else {
                    drop(stream.read(&mut [0; 16]).await);
                    drop(stream.write_all(say).await);
                }
            });
        }
    });
    place
}

/// Services that die in the middle or talk nonsense: their clients are told, others do not notice.
#[tokio::test]
async fn services_that_misbehave_are_told() {
    let long = format!("HTTP/1.1 200 OK\r\nX-Long: {}", "a".repeat(400_000));
    let long: &'static [u8] = Box::leak(long.into_bytes().into_boxed_slice());
    let cases: [(&str, &'static [u8], bool, u16); 6] = [
        (
            "garbage for a greeting",
            b"\x00\xff garbage\r\n\r\n",
            false,
            502,
        ),
        ("nothing for a greeting", b"", false, 502),
        (
            "garbage for an answer",
            b"\x00\xff garbage\r\n\r\n",
            true,
            502,
        ),
        ("nothing for an answer", b"", true, 502),
        ("a head without end", long, true, 502),
        (
            "half a body",
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            true,
            200,
        ),
    ];
    for (name, say, tls, status) in cases {
        let place = faulty(say, tls).await;
        let world = World::with(|settings| {
            let places = &mut settings.upstream.places;
            places.insert("other.read.test".to_owned(), place);
        })
        .await;
        let client = world.client(Via::Proxy, "other.read.test");
        let mut sender = client.https(ONE).await;
        let request = client.request(&sender, "GET", "/", empty());
        let response = sender.send(request).await;
        assert_eq!(response.status(), status, "{name}");
        let body = within(response.into_body().collect()).await;
        assert_eq!(body.is_ok(), status == 502, "{name}: half is not whole");
        // The control: the same service directly.
        let direct = Client::new(Via::Direct, place, place, "other.read.test", &[root()]);
        let stream = direct.tcp().await;
        let greeted = direct.greet(stream, "other.read.test", ONE).await;
        assert_eq!(greeted.is_ok(), tls, "{name}");
        still_works(&world).await;
    }
}
