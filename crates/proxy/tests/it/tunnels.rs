//! Who gets through the door, and what a tunnel is when it is not read.

use crate::client::{BOTH, Client, ONE, Sender, TWO, empty, full, open, read_head, whole};
use crate::conformance::both_ways;
use crate::origin::{self, acceptor};
use crate::world::{PLAIN, QUIET, TLS, Via, World, within, write};
use ringfence_proxy::{Happened, Hosts, Unread, Who};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

both_ways!(a_service_may_speak_first, a_greeting_may_come_in_crumbs);

async fn a_service_may_speak_first(via: Via) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"SSH-2.0-x\r\n").await.unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        stream
            .write_all(said.to_uppercase().as_bytes())
            .await
            .unwrap();
    });
    let world = at(TLS, place).await;
    let mut stream = match via {
        Via::Direct => open(place).await,
        Via::Proxy => world.client(via, TLS).tcp().await,
    };
    let mut banner = [0; 11];
    within(stream.read_exact(&mut banner)).await.unwrap();
    assert_eq!(&banner, b"SSH-2.0-x\r\n");
    stream.write_all(b"hello").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut rest = String::new();
    within(stream.read_to_string(&mut rest)).await.unwrap();
    assert_eq!(rest, "HELLO");
}

async fn a_greeting_may_come_in_crumbs(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let stream = client.tcp().await;
    // A pair of sockets whose other end passes each byte by itself.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = open(listener.local_addr().unwrap()).await;
    let (far, _) = listener.accept().await.unwrap();
    tokio::spawn(async move {
        let (mut from, mut to) = far.into_split();
        let (mut back_from, mut back_to) = stream.into_split();
        tokio::spawn(async move { tokio::io::copy(&mut back_from, &mut to).await });
        while let Ok(byte) = from.read_u8().await {
            back_to.write_u8(byte).await.unwrap();
        }
    });
    let stream = client.greet(near, TLS, BOTH).await.unwrap();
    let mut sender = Sender::two(stream).await;
    let request = client.request(&sender, "POST", "/echo", full("crumbs"));
    assert_eq!(
        whole(sender.send(request).await).await,
        (200, "crumbs".into())
    );
}

/// A world in which a name is somewhere else.
async fn at(host: &str, place: SocketAddr) -> World {
    World::with(|settings| {
        settings.upstream.places.insert(host.to_owned(), place);
    })
    .await
}

async fn dead_place() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

#[tokio::test]
async fn what_cannot_be_reached_is_said() {
    let place = dead_place().await;
    assert!(TcpStream::connect(place).await.is_err());
    let mut world = at(TLS, place).await;
    let client = world.client(Via::Proxy, TLS);
    let (head, _) = client.connect(&format!("{TLS}:443")).await;
    assert!(head.starts_with("HTTP/1.1 502 "), "{head}");
    assert!(
        head.contains("x-ringfence: api.read.test:443: Connection refused"),
        "{head}"
    );
    let Happened::Unreachable { reason } = world.happened().await else {
        panic!("nothing was said");
    };
    assert!(reason.starts_with("Connection refused"), "{reason}");
    let (head, _) = client.connect("name.invalid:443").await;
    assert!(
        head.starts_with("HTTP/1.1 502 ") && head.contains("`name.invalid`"),
        "{head}"
    );
}

#[tokio::test]
async fn what_is_no_request_for_a_proxy_is_said() {
    let world = World::new().await;
    let own = format!("127.0.0.1:{}", world.proxy.port());
    let cases = [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "400"),
        (
            "GET https://x.test/ HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            "400",
        ),
        (
            "CONNECT x.test:99999 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            "400",
        ),
        (format!("CONNECT {own} HTTP/1.1\r\nHost: x\r\n\r\n"), "403"),
        (
            format!("GET http://{own}/ HTTP/1.1\r\nHost: x\r\n\r\n"),
            "403",
        ),
        ("nonsense\r\n\r\n".to_owned(), "400"),
    ];
    for (ask, status) in cases {
        let mut stream = open(world.proxy).await;
        stream.write_all(ask.as_bytes()).await.unwrap();
        let head = read_head(&mut stream).await;
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "{ask}{head}"
        );
    }
}

#[tokio::test]
async fn request_and_greeting_may_come_at_once() {
    let world = World::new().await;
    let client = world.client(Via::Proxy, TLS);
    // The greeting of a client that is connected to nobody yet.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = open(listener.local_addr().unwrap()).await;
    let (mut far, _) = listener.accept().await.unwrap();
    let greeting = tokio::spawn({
        let client = client.clone();
        async move { client.greet(near, TLS, ONE).await.unwrap() }
    });
    let mut hello = vec![0; 5];
    far.read_exact(&mut hello).await.unwrap();
    let length = usize::from(u16::from_be_bytes([hello[3], hello[4]]));
    hello.resize(5 + length, 0);
    far.read_exact(&mut hello[5..]).await.unwrap();
    let mut both =
        format!("CONNECT {} HTTP/1.1\r\nHost: x\r\n\r\n", client.authority()).into_bytes();
    both.extend(hello);
    let mut stream = open(world.proxy).await;
    stream.write_all(&both).await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200"));
    tokio::spawn(async move { copy_bidirectional(&mut far, &mut stream).await });
    let mut sender = Sender::one(within(greeting).await.unwrap()).await;
    let request = client.request(&sender, "GET", "/hello", empty());
    assert_eq!(
        whole(sender.send(request).await).await,
        (200, "hello".into())
    );
}

/// A client of the proxy that trusts the origin's root alone: it sees whether it is read.
fn wary(world: &World, host: &str) -> Client {
    Client::new(
        Via::Proxy,
        world.proxy,
        world.place(host),
        host,
        &[origin::root()],
    )
}

#[tokio::test]
async fn who_is_not_on_the_list_is_not_read() {
    let mut world = World::new().await;
    let (status, body) = wary(&world, QUIET)
        .fetch(TWO, "POST", "/echo", full("secret"))
        .await;
    assert_eq!((status, &body[..]), (200, &b"secret"[..]));
    let notice = world.next_notice().await;
    assert_eq!(
        (notice.host.as_str(), notice.port),
        (QUIET, world.origin.tls.port())
    );
    let Happened::Tunnelled(tunnel) = notice.what else {
        panic!("{notice:?}");
    };
    assert_eq!(tunnel.why, Unread::NotListed);
    assert_eq!(tunnel.greeted.as_deref(), Some(QUIET));
    assert!(tunnel.sent > 200 && tunnel.received > 500, "{tunnel:?}");
}

#[tokio::test]
async fn a_listed_name_behind_another_host_is_told_and_not_read() {
    let only_names = |settings: &mut ringfence_proxy::Settings| {
        settings.hosts = Hosts::none().with(["*.read.test".parse().unwrap()]);
    };
    let mut world = World::with(only_names).await;
    let client = wary(&world, TLS);
    for asked in [
        format!("127.0.0.1:{}", world.origin.tls.port()),
        format!("{QUIET}:1"),
    ] {
        let (head, stream) = client.connect(&asked).await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let stream = client.greet(stream, TLS, ONE).await.unwrap();
        let mut sender = Sender::one(stream).await;
        let request = client.request(&sender, "GET", "/hello", empty());
        assert_eq!(whole(sender.send(request).await).await.0, 200);
        drop(sender);
        let greeted = TLS.to_owned();
        assert_eq!(world.happened().await, Happened::Mismatch { greeted });
        let Happened::Tunnelled(tunnel) = world.happened().await else {
            panic!("not a tunnel");
        };
        assert_eq!(tunnel.why, Unread::Mismatch);
    }
}

#[tokio::test]
async fn two_listed_names_are_told_and_read() {
    let mut world = World::new().await;
    let client = world.client(Via::Proxy, TLS);
    let stream = client.tcp().await;
    client.greet(stream, "other.read.test", ONE).await.unwrap();
    let greeted = "other.read.test".to_owned();
    assert_eq!(world.happened().await, Happened::Mismatch { greeted });
}

#[tokio::test]
async fn who_refuses_our_certificate_is_let_through_next_time() {
    let mut world = World::new().await;
    let client = wary(&world, TLS);
    let stream = client.tcp().await;
    assert!(client.greet(stream, TLS, ONE).await.is_err());
    assert_eq!(world.happened().await, Happened::RefusesInspection);
    assert_eq!(client.fetch(ONE, "GET", "/hello", empty()).await.0, 200);
    let Happened::Tunnelled(tunnel) = world.happened().await else {
        panic!("not a tunnel");
    };
    assert_eq!(tunnel.why, Unread::RefusedBefore);
    // Another host is tried again, and so is this one once refusals are forgotten.
    let other = Client::new(
        Via::Proxy,
        world.proxy,
        world.origin.tls,
        "other.read.test",
        &[origin::root()],
    );
    let stream = other.tcp().await;
    assert!(other.greet(stream, "other.read.test", ONE).await.is_err());
    world.control.forget_refusals();
    let stream = client.tcp().await;
    assert!(client.greet(stream, TLS, ONE).await.is_err());
}

#[tokio::test]
async fn a_service_that_cannot_be_verified_is_not_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let mut other = rcgen::CertificateParams::default();
    other
        .distinguished_name
        .push(rcgen::DnType::CommonName, "somebody else");
    other.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let other = other.self_signed(&key).unwrap().pem();
    let path = write(&folder, "other.pem", &other);
    let mut world = World::with(|settings| settings.upstream.roots = vec![path]).await;
    let client = world.client(Via::Proxy, TLS);
    for offered in [ONE, TWO] {
        let (status, body) = client.fetch(offered, "GET", "/hello", empty()).await;
        let said = String::from_utf8(body.to_vec()).unwrap();
        assert_eq!(status, 502, "{said}");
        assert!(said.contains("UnknownIssuer"), "{said}");
        let Happened::Unreachable { reason } = world.happened().await else {
            panic!("nothing was said");
        };
        assert!(reason.contains("UnknownIssuer"), "{reason}");
    }
}

/// A service that closes after each answer without saying so: the proxy dials again.
#[tokio::test]
async fn an_idle_way_that_was_closed_is_opened_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = acceptor(ONE).accept(stream).await.unwrap();
            if read_head(&mut stream).await.is_empty() {
                continue;
            }
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
            stream.write_all(answer).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    let world = at(TLS, place).await;
    let client = world.client(Via::Proxy, TLS);
    let mut sender = client.https(ONE).await;
    for _ in 0..5 {
        let request = client.request(&sender, "GET", "/", empty());
        let (status, body) = whole(sender.send(request).await).await;
        // Between the service's last byte and its farewell a request can be lost, as without a proxy.
        assert!(
            (status, &body[..]) == (200, b"hi") || status == 502,
            "{status} {body:?}"
        );
        if status == 502 {
            sender = client.https(ONE).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn plain_requests_are_passed_on() {
    let world = World::new().await;
    let client = world.client(Via::Proxy, PLAIN);
    let mut sender = Sender::one(open(world.proxy).await).await;
    for round in 0..3 {
        let url = format!("http://user@{}/headers/{round}?q=1", client.authority());
        let request = hyper::Request::builder()
            .uri(url)
            .header("host", "somebody.else")
            .header("proxy-connection", "keep-alive")
            .header("proxy-authorization", "Basic eDp5")
            .header("x-mine", "1")
            .body(empty())
            .unwrap();
        let (status, body) = whole(sender.send(request).await).await;
        let said = String::from_utf8(body.to_vec()).unwrap();
        assert_eq!(status, 200, "{said}");
        let authority = client.authority();
        let expected = format!("GET /headers/{round}?q=1 HTTP/1.1\nhost: {authority}\nx-mine: 1\n");
        assert_eq!(said, expected);
    }
    assert_eq!(world.origin.accepted(), 1);
}

struct Nobody;

impl ringfence_proxy::Clients for Nobody {
    fn who(&self, _: SocketAddr, _: SocketAddr) -> Who {
        Who::Stranger
    }
}

#[tokio::test]
async fn strangers_stay_outside() {
    let mut world = World::with(|settings| settings.clients = Some(Arc::new(Nobody))).await;
    let client = world.client(Via::Proxy, TLS);
    let (head, _) = client.connect(&client.authority()).await;
    assert!(head.starts_with("HTTP/1.1 403 "), "{head}");
    let reason = "this proxy belongs to another user".to_owned();
    assert_eq!(world.happened().await, Happened::Denied { reason });
    assert_eq!(world.origin.accepted(), 0);
}

/// Another proxy of the machine's own: it passes on whoever shows its password.
async fn proxy_between(to: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let head = read_head(&mut stream).await;
                if !head
                    .to_lowercase()
                    .contains("proxy-authorization: basic bwu6chc=")
                {
                    let refused = b"HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n\r\n";
                    return stream.write_all(refused).await.unwrap();
                }
                let mut service = open(to).await;
                if head.starts_with("CONNECT ") {
                    stream
                        .write_all(b"HTTP/1.1 200 Fine\r\nX-A: b\r\n\r\n")
                        .await
                        .unwrap();
                } else {
                    assert!(head.starts_with("GET http://plain.read.test"), "{head}");
                    let head = head.replace("proxy-authorization", "x-shown");
                    let head = head.replace("Proxy-Authorization", "x-shown");
                    service.write_all(head.as_bytes()).await.unwrap();
                }
                drop(copy_bidirectional(&mut stream, &mut service).await);
            });
        }
    });
    place
}

#[tokio::test]
async fn another_proxy_may_stand_in_between() {
    for (password, status) in [("pw", 200), ("wrong", 502)] {
        let first = World::new().await;
        let tls = proxy_between(first.origin.tls).await;
        let plain = proxy_between(first.origin.plain).await;
        let mut world = World::with(|settings| {
            let address = |place: SocketAddr| format!("http://me:{password}@{place}").parse().ok();
            settings.upstream.routes.tunnels = address(tls);
            settings.upstream.routes.plain = address(plain);
        })
        .await;
        let client = world.client(Via::Proxy, TLS);
        if status == 200 {
            assert_eq!(client.fetch(BOTH, "GET", "/hello", empty()).await.0, 200);
            assert_eq!(world.origin.accepted(), 0);
        } else {
            let (head, _) = client.connect(&client.authority()).await;
            assert!(head.starts_with("HTTP/1.1 502 "), "{head}");
            let reason = "the proxy in between answered 407".to_owned();
            assert_eq!(world.happened().await, Happened::Unreachable { reason });
        }
        let mut sender = Sender::one(open(world.proxy).await).await;
        let url = format!("http://{PLAIN}/headers");
        let request = hyper::Request::get(url).body(empty()).unwrap();
        let answered = whole(sender.send(request).await).await.0;
        assert_eq!(answered, if status == 200 { 200 } else { 407 });
    }
}
