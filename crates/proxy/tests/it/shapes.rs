//! Nine shapes of one secret, and streams that go both ways, through the real proxy to the readers.
//!
//! **Invariant:** what is read is what passed: the client gets back to the byte what it sent, with the
//! proxy and without it, and no event holds the secret.

use crate::client::{ONE, Sender, TWO, read_head, streamed};
use crate::wire::{Socket, amazon, base64, frame, gzip, sse};
use crate::world::{TLS, Via, World, within};
use bytes::Bytes;
use flate2::{Compress, Compression};
use http_body_util::BodyExt;
use hyper::body::Frame;
use ringfence_event::{Action, Direction, Exchange, FoundKind, NotRead, Sign};
use ringfence_proxy::Piece;
use ringfence_proxy::reading::{Examiner, NoLedger, Readers, Told};
use ringfence_scan::secrets::{Key, Scanner};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A key in the form of Amazon's, made up.
const SECRET: &str = "AKIAQYLPMN5HHHFPZAM2";

/// A line of a key file, made up.
const PEM_LINE: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDZ7vJ5kFq2xQbX";

/// What is sent, and comes back as it is.
struct Shape {
    name: &'static str,
    target: &'static str,
    fields: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
    /// The ways on which it must be found.
    found: &'static [Direction],
}

const OUT: &[Direction] = &[Direction::Outgoing];
const BACK: &[Direction] = &[Direction::Incoming];
const BOTH_WAYS: &[Direction] = &[Direction::Outgoing, Direction::Incoming];

fn shape(
    name: &'static str,
    target: &'static str,
    kind: &'static str,
    body: impl Into<Vec<u8>>,
    found: &'static [Direction],
) -> Shape {
    Shape {
        name,
        target,
        fields: vec![("content-type", kind)],
        body: body.into(),
        found,
    }
}

impl Shape {
    fn with(mut self, name: &'static str, value: &'static str) -> Shape {
        self.fields.push((name, value));
        self
    }
}

fn said() -> String {
    format!("the key is {SECRET} as you asked")
}

/// An answer of Anthropic's whose secret is cut by two events.
fn streamed_answer(kind: &str, block: &Value, member: &str, text: &str) -> Vec<u8> {
    let (head, tail) = text.split_at(text.find(SECRET).unwrap() + 7);
    let delta = |piece: &str| {
        json!({"type": "content_block_delta", "index": 0,
            "delta": {"type": kind, member: piece}})
    };
    sse(&[
        json!({"type": "message_start", "message": {"id": "msg_1", "model": "claude-x"}}),
        json!({"type": "content_block_start", "index": 0, "content_block": block}),
        delta(head),
        json!({"type": "ping"}),
        delta(tail),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_stop"}),
    ])
}

fn asked(content: &Value) -> String {
    json!({"model": "claude-x", "max_tokens": 9,
        "messages": [{"role": "user", "content": content}]})
    .to_string()
}

fn protobuf() -> Vec<u8> {
    let said = said();
    let mut message = vec![0x0a, u8::try_from(said.len()).unwrap()];
    message.extend_from_slice(said.as_bytes());
    message
}

/// Eight of the nine shapes, and gRPC; a WebSocket is no body.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn shapes() -> Vec<Shape> {
    const MESSAGES: &str = "/v1/messages";
    const JSON: &str = "application/json";
    const EVENTS: &str = "text/event-stream";
    let text = json!({"type": "text", "text": ""});
    let tool = json!({"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}});
    let arguments = json!({"command": format!("echo {SECRET}")}).to_string();
    let inner = json!({"type": "content_block_delta", "index": 0,
        "delta": {"type": "text_delta", "text": said()}});
    let bedrock = json!({"bytes": base64(inner.to_string().as_bytes())}).to_string();
    let file = format!("[default]\naws_access_key_id = {SECRET}\nregion = eu-west-1\n");
    let document = json!([{"type": "document",
        "source": {"type": "base64", "data": base64(file.as_bytes())}}]);
    let pem = [PEM_LINE; 12].join("\n");
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n");
    vec![
        shape(
            "split over two events",
            MESSAGES,
            EVENTS,
            streamed_answer("text_delta", &text, "text", &said()),
            BACK,
        ),
        shape(
            "split in the arguments of a tool",
            MESSAGES,
            EVENTS,
            streamed_answer("input_json_delta", &tool, "partial_json", &arguments),
            BACK,
        ),
        shape(
            "escaped",
            MESSAGES,
            JSON,
            asked(&json!(said())).replace("AKIA", "\\u0041\\u004bIA"),
            OUT,
        ),
        shape(
            "Bedrock's base 64",
            "/model/x/invoke-with-response-stream",
            "application/vnd.amazon.eventstream",
            amazon("chunk", "event", bedrock.as_bytes()),
            BOTH_WAYS,
        ),
        shape(
            "gzip",
            MESSAGES,
            JSON,
            gzip(asked(&json!(said())).as_bytes()),
            OUT,
        )
        .with("content-encoding", "gzip"),
        shape("base 64 of a file", MESSAGES, JSON, asked(&document), OUT),
        shape(
            "frames of Connect",
            "/aiserver.v1.ChatService/StreamChat",
            "application/connect+proto",
            frame(1, &gzip(&protobuf())),
            BOTH_WAYS,
        )
        .with("connect-content-encoding", "gzip"),
        shape(
            "a key file with its line ends written out",
            MESSAGES,
            JSON,
            asked(&json!(json!({"content": pem}).to_string())),
            OUT,
        ),
        shape(
            "frames of gRPC",
            "/package.Service/Method",
            "application/grpc+proto",
            [frame(0, b"\x08\x01"), frame(0, &protobuf())].concat(),
            BOTH_WAYS,
        ),
    ]
}

/// Sends a shape in two pieces, each of which comes back before the next, and returns what came back.
async fn there_and_back(sender: &mut Sender, via: &crate::client::Client, shape: &Shape) -> Bytes {
    let (frames, body) = streamed();
    let mut request = via.request(sender, "POST", shape.target, body);
    let fields = request.headers_mut();
    fields.insert("x-do", "/echo".parse().unwrap());
    for (name, value) in &shape.fields {
        fields.insert(*name, value.parse().unwrap());
    }
    let (head, tail) = shape.body.split_at(shape.body.len() / 2);
    let send = |part: &[u8]| frames.send(Frame::data(Bytes::copy_from_slice(part)));
    send(head).await.unwrap();
    let response = sender.send(request).await;
    assert_eq!(response.status(), 200, "{}", shape.name);
    send(tail).await.unwrap();
    drop(frames);
    within(response.into_body().collect())
        .await
        .unwrap()
        .to_bytes()
}

/// What the readers tell of what passed.
fn read(pieces: Vec<Piece>) -> Vec<Told> {
    let scanner = Scanner::new(Key::new([7; 32])).unwrap();
    let mut readers = Readers::new(Arc::new(Examiner::new(scanner, Box::new(NoLedger))));
    let told = pieces.into_iter().flat_map(|piece| readers.take(piece));
    let told = told.collect();
    assert_eq!((readers.open(), readers.held()), (0, 0));
    told
}

fn envelope(told: &[Told]) -> &Exchange {
    let found = told.iter().rev().find_map(|told| match &told.action {
        Action::HttpExchange { exchange } => Some(exchange.as_ref()),
        _ => None,
    });
    found.unwrap()
}

/// The secret was found on these ways, and stands in nothing that is told.
fn is_found(name: &str, told: &[Told], ways: &[Direction]) {
    let found = told.iter().flat_map(|told| match &told.action {
        Action::HttpExchange { exchange } => exchange.found.clone(),
        _ => Vec::new(),
    });
    let mut on: Vec<Direction> = found
        .filter(|found| found.what == FoundKind::Secret)
        .map(|found| found.direction)
        .collect();
    on.dedup();
    for way in ways {
        assert!(on.contains(way), "{name}: not found {}", way.name());
    }
    for one in told {
        let text = serde_json::to_string(&one.action).unwrap();
        let base64 = base64(SECRET.as_bytes());
        for plain in [SECRET, PEM_LINE, base64.trim_end_matches('=')] {
            assert!(!text.contains(plain), "{name}: told in {text}");
        }
    }
}

#[tokio::test]
async fn all_shapes_of_a_secret_are_found() {
    let mut world = World::new().await;
    for shape in shapes() {
        for offered in [ONE, TWO] {
            for via in [Via::Direct, Via::Proxy] {
                let client = world.client(via, TLS);
                let mut sender = client.https(offered).await;
                let back = there_and_back(&mut sender, &client, &shape).await;
                assert_eq!(back, shape.body, "{}, {via:?}", shape.name);
            }
            let told = read(world.pieces(1).await);
            is_found(shape.name, &told, shape.found);
        }
    }
}

/// The ninth shape.
#[tokio::test]
async fn a_secret_in_a_pressed_web_socket_is_found() {
    let create = json!({"type": "response.create", "model": "gpt-x", "input": [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": said()}]},
    ]});
    let mut socket = Socket {
        mask: Some([1, 2, 3, 4]),
        deflate: Some(Compress::new(Compression::default(), false)),
        fragment: 50,
    };
    let (head, tail) = SECRET.split_at(7);
    let delta = |piece: &str| {
        json!({"type": "response.output_text.delta", "item_id": "m", "output_index": 0,
            "content_index": 0, "delta": piece})
    };
    let done = json!({"type": "response.completed", "response": {"id": "r"}});
    let mut frames = Vec::new();
    // What the client asks, and what the service says; each comes on both ways here.
    for message in [create, delta(head), delta(tail), done] {
        frames.extend(socket.message(message.to_string().as_bytes()));
    }
    let mut world = World::new().await;
    for via in [Via::Direct, Via::Proxy] {
        let mut stream = world.client(via, TLS).tls(ONE).await;
        let ask = "GET /backend-api/codex/responses HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n\
            Upgrade: websocket\r\nx-do: /ws\r\nSec-WebSocket-Protocol: a\r\n\
            Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
        stream.write_all(ask.as_bytes()).await.unwrap();
        let head = read_head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        stream.write_all(&frames).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut back = Vec::new();
        within(stream.read_to_end(&mut back)).await.unwrap();
        assert_eq!(back, frames, "{via:?}");
    }
    let told = read(world.pieces(1).await);
    is_found("a pressed WebSocket", &told, BOTH_WAYS);
}

fn pressed(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Bombs pass as they came, and leave a sign: packed once, twice, and as base 64 in a message.
#[tokio::test]
async fn bombs_pass_and_leave_a_sign() {
    let zeros = vec![0_u8; 40 * 1024 * 1024];
    let once = pressed(&zeros);
    let twice = pressed(&once);
    let hidden = |bytes: &[u8]| {
        let source = json!({"type": "base64", "data": base64(bytes)});
        asked(&json!([{"type": "document", "source": source}])).into_bytes()
    };
    let (bytes, json) = ("application/octet-stream", "application/json");
    let cases = [
        ("packed", bytes, once.clone(), "gzip", NotRead::Bomb),
        (
            "packed twice",
            bytes,
            twice.clone(),
            "gzip, gzip",
            NotRead::Bomb,
        ),
        (
            "packed in a packed body",
            bytes,
            twice.clone(),
            "gzip",
            NotRead::Bomb,
        ),
        ("as it is", bytes, once.clone(), "", NotRead::Bomb),
        ("twice as it is", bytes, twice.clone(), "", NotRead::Bomb),
        ("in a message", json, hidden(&once), "", NotRead::Bomb),
        (
            "twice in a message",
            json,
            hidden(&twice),
            "",
            NotRead::Depth,
        ),
    ];
    let mut world = World::new().await;
    let client = world.client(Via::Proxy, TLS);
    for (name, kind, body, coding, why) in cases {
        let bomb = shape(name, "/v1/messages", kind, body, OUT).with("content-encoding", coding);
        let mut sender = client.https(TWO).await;
        let back = there_and_back(&mut sender, &client, &bomb).await;
        assert_eq!(back, bomb.body, "{name}");
        let told = read(world.pieces(1).await);
        let exchange = envelope(&told);
        assert!(exchange.truncated, "{name}");
        assert!(exchange.not_read.contains(&why), "{name}: {exchange:?}");
        let sign = (why == NotRead::Bomb).then_some(Sign::Bomb);
        assert_eq!(exchange.signs, Vec::from_iter(sign), "{name}");
    }
}
