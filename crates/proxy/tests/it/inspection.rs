//! What the readers are told, and what a gate can do.

use crate::client::{ONE, Sender, TWO, empty, full, open, whole};
use crate::world::{PLAIN, QUIET, TLS, Via, World, within};
use bytes::Bytes;
use hyper::StatusCode;
use ringfence_event::{ProcessRef, SessionId};
use ringfence_proxy::{
    Attention, Client, Clients, Complete, Direction, ExchangeId, Gate, Head, Judge, Passage, Piece,
    Refusal, RequestHead, ResponseHead, What, Who,
};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Each direction of one exchange as words; bodies that follow each other are one.
fn told(pieces: &[Piece], direction: Direction) -> Vec<String> {
    let mut told = Vec::new();
    let mut body = Vec::new();
    for piece in pieces.iter().filter(|piece| piece.direction == direction) {
        if let What::Body(bytes) = &piece.what {
            body.extend_from_slice(bytes);
            continue;
        }
        if !body.is_empty() {
            told.push(String::from_utf8(std::mem::take(&mut body)).unwrap());
        }
        told.push(match &piece.what {
            What::Head(Head::Request(head)) => format!("{} {}", head.method, head.target),
            What::Head(Head::Response(head)) => head.status.to_string(),
            What::Trailers(fields) => format!("{} trailers", fields.len()),
            What::Handled(handled) => handled.how.name().to_owned(),
            What::Dropped(lost) => format!("{lost} lost"),
            What::End(end) => format!("{end:?}"),
            What::Body(_) => unreachable!(),
        });
    }
    told
}

fn connection(pieces: &[Piece]) -> Arc<ringfence_proxy::Connection> {
    let head = pieces.iter().find_map(|piece| match &piece.what {
        What::Head(Head::Request(head)) => Some(Arc::clone(&head.connection)),
        _ => None,
    });
    head.unwrap()
}

struct Me;

fn me() -> Client {
    Client {
        process: ProcessRef {
            pid: 7,
            started: 11,
            executable: Some("/usr/bin/claude".to_owned()),
        },
        agent: None,
        session: Some(SessionId::from("s1")),
    }
}

impl Clients for Me {
    fn who(&self, _: SocketAddr, _: SocketAddr) -> Who {
        Who::Known(me())
    }
}

#[tokio::test]
async fn an_exchange_is_told_with_who_made_it() {
    let mut world = World::with(|settings| settings.clients = Some(Arc::new(Me))).await;
    let client = world.client(Via::Proxy, TLS);
    for offered in [ONE, TWO] {
        client
            .fetch(offered, "POST", "/echo?beta=true", full("a prompt"))
            .await;
        let pieces = world.pieces(1).await;
        assert_eq!(
            told(&pieces, Direction::Outgoing),
            ["POST /echo?beta=true", "a prompt", "Complete"]
        );
        assert_eq!(
            told(&pieces, Direction::Incoming),
            ["200 OK", "a prompt", "Complete"]
        );
        let connection = connection(&pieces);
        assert_eq!(
            (connection.host.as_str(), &connection.client),
            (TLS, &Some(me()))
        );
    }
    client.fetch(TWO, "GET", "/trailers", empty()).await;
    let pieces = world.pieces(1).await;
    assert_eq!(
        told(&pieces, Direction::Outgoing),
        ["GET /trailers", "Complete"]
    );
    assert_eq!(
        told(&pieces, Direction::Incoming),
        ["200 OK", "body", "2 trailers", "Complete"]
    );
}

#[tokio::test]
async fn what_breaks_is_told_as_cut() {
    let mut world = World::new().await;
    let client = world.client(Via::Proxy, TLS);
    let mut sender = client.https(TWO).await;
    let request = client.request(&sender, "GET", "/events", empty());
    let mut body = sender.send(request).await.into_body();
    assert_eq!(crate::streams::next(&mut body).await, "data: one\n\n");
    drop((body, sender));
    let pieces = world.pieces(1).await;
    assert_eq!(
        told(&pieces, Direction::Outgoing),
        ["GET /events", "Complete"]
    );
    assert_eq!(
        told(&pieces, Direction::Incoming),
        ["200 OK", "data: one\n\n", "Cut"]
    );
}

#[tokio::test]
async fn a_web_socket_is_told_as_it_is() {
    let mut world = World::new().await;
    let client = world.client(Via::Proxy, TLS);
    let mut stream = client.tls(ONE).await;
    let ask = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Protocol: a\r\n\r\n";
    stream.write_all(ask.as_bytes()).await.unwrap();
    crate::client::read_head(&mut stream).await;
    stream.write_all(b"frame").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut back = String::new();
    within(stream.read_to_string(&mut back)).await.unwrap();
    assert_eq!(back, "frame");
    let pieces = world.pieces(1).await;
    assert_eq!(
        told(&pieces, Direction::Outgoing),
        ["GET /ws", "frame", "Complete"]
    );
    assert_eq!(
        told(&pieces, Direction::Incoming),
        ["101 Switching Protocols", "frame", "Complete"]
    );
}

#[tokio::test]
async fn plain_requests_of_listed_hosts_are_told_and_of_others_are_not() {
    let mut world = World::with(|settings| {
        let plain = settings.upstream.places[PLAIN];
        settings.upstream.places.insert(QUIET.to_owned(), plain);
    })
    .await;
    let mut sender = Sender::one(open(world.proxy).await).await;
    for host in [QUIET, PLAIN] {
        let url = format!("http://{host}/hello");
        let request = hyper::Request::get(url).body(empty()).unwrap();
        assert_eq!(whole(sender.send(request).await).await.0, 200);
    }
    let pieces = world.pieces(1).await;
    assert_eq!(connection(&pieces).host, PLAIN);
}

/// Refuses bodies with `secret`, blackens `token`, refuses answers with `poison`.
struct Strict;

struct Look(&'static str);

fn refusal(reason: &str) -> Refusal {
    Refusal {
        status: StatusCode::FORBIDDEN,
        reason: reason.to_owned(),
        json: Some(Bytes::from_static(b"{\"error\":{\"message\":\"no\"}}")),
    }
}

impl Judge for Look {
    fn judge(self: Box<Self>, body: &Bytes, complete: Complete) -> Passage {
        let text = String::from_utf8_lossy(body).into_owned();
        if text.contains(self.0) {
            return Passage::Refuse(refusal(self.0), Vec::new());
        }
        if complete == Complete::Whole && text.contains("token") {
            return Passage::Instead(text.replace("token", "[masked]").into(), Vec::new());
        }
        Passage::Go
    }
}

impl Gate for Strict {
    fn connect(&self, host: &str, _: u16, _: Option<&Client>) -> Result<(), Refusal> {
        if host == QUIET {
            return Err(refusal("flagged"));
        }
        Ok(())
    }

    fn request(&self, head: &RequestHead) -> Attention {
        match head.target.as_str() {
            "/never" => Attention::Refuse(refusal("never"), Vec::new()),
            "/hello" => Attention::Pass,
            _ => Attention::Hold(1000, Box::new(Look("secret"))),
        }
    }

    fn response(&self, _: &RequestHead, head: &ResponseHead) -> Attention {
        if head.status == StatusCode::OK {
            Attention::Hold(1000, Box::new(Look("poison")))
        } else {
            Attention::Pass
        }
    }
}

/// Both directions of one exchange among many.
fn both(pieces: &[Piece], exchange: u64) -> [String; 2] {
    let own = pieces.iter();
    let own = own.filter(|piece| piece.exchange == ExchangeId(exchange));
    let own: Vec<Piece> = own.cloned().collect();
    [Direction::Outgoing, Direction::Incoming].map(|way| told(&own, way).join(", "))
}

#[tokio::test]
async fn a_gate_refuses_changes_and_lets_go() {
    let mut world = World::with(|settings| settings.gate = Some(Arc::new(Strict))).await;
    let client = world.client(Via::Proxy, TLS);
    let no = "{\"error\":{\"message\":\"no\"}}";
    let long = format!("{}secret", "x".repeat(5000));
    let cases = [
        ("/hello", "a secret", 200, "hello"),
        ("/never", "", 403, no),
        ("/echo", "fine", 200, "fine"),
        ("/echo", "", 200, ""),
        ("/echo", "a secret", 403, no),
        ("/echo", "a token here", 200, "a [masked] here"),
        ("/echo", "poison", 403, no),
        ("/echo", long.as_str(), 200, long.as_str()),
        ("/status/404", "", 404, ""),
    ];
    for offered in [ONE, TWO] {
        for (path, body, status, answer) in cases {
            let got = client
                .fetch(offered, "POST", path, full(body.to_owned()))
                .await;
            let fits = got == (status, Bytes::from(answer.to_owned()));
            // A body longer than what is held is judged by its beginning, whose size the wire decides.
            assert!(
                fits || (body == long && got.0 == 403),
                "{path} {body}: {got:?}"
            );
        }
    }
    let pieces = world.pieces(2 * cases.len()).await;
    let wanted = [
        (
            0,
            "POST /hello, a secret, Complete",
            "200 OK, hello, Complete",
        ),
        (
            1,
            "POST /never, Complete",
            "403 Forbidden, blocked, Complete",
        ),
        (
            4,
            "POST /echo, a secret, Complete",
            "403 Forbidden, blocked, Complete",
        ),
        (
            5,
            "POST /echo, a token here, Complete",
            "redacted, 200 OK, a [masked] here, Complete",
        ),
        (
            6,
            "POST /echo, poison, Complete",
            "200 OK, poison, blocked, Complete",
        ),
    ];
    for (exchange, outgoing, incoming) in wanted {
        assert_eq!(both(&pieces, exchange), [outgoing, incoming], "{exchange}");
    }
}

#[tokio::test]
async fn a_gate_refuses_a_host_before_it_is_dialled() {
    let world = World::with(|settings| settings.gate = Some(Arc::new(Strict))).await;
    let quiet = world.client(Via::Proxy, QUIET);
    let (head, _) = quiet.connect(&quiet.authority()).await;
    assert!(head.starts_with("HTTP/1.1 403 "), "{head}");
    assert!(head.contains("x-ringfence: flagged"), "{head}");
}

#[tokio::test]
async fn readers_that_are_behind_cost_nobody_anything() {
    let mut world = World::with(|settings| settings.queue = 100_000).await;
    let client = world.client(Via::Proxy, TLS);
    let body = Bytes::from(vec![b'x'; 3_000_000]);
    for _ in 0..3 {
        let (status, answer) = client.fetch(TWO, "POST", "/echo", full(body.clone())).await;
        assert_eq!((status, answer.len()), (200, body.len()));
    }
    let pieces = world.pieces(1).await;
    let size: usize = pieces
        .iter()
        .map(|piece| match &piece.what {
            What::Body(bytes) => bytes.len(),
            _ => 0,
        })
        .sum();
    assert!(size <= 100_000, "{size}");
    assert!(world.pieces.dropped() > 5_000_000);
}
