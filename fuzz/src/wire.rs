//! Readers of wire formats: any bytes end, any cutting gives the same, redacted JSON stays JSON.

use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode, Version};
use ringfence_event::Timestamp;
use ringfence_proxy::reading::content::Content;
use ringfence_proxy::reading::framing::{array, connect, eventstream, lines, sse, websocket};
use ringfence_proxy::reading::guard::redact_json;
use ringfence_proxy::reading::{Examiner, NoLedger, Readers};
use ringfence_proxy::{
    Connection, Direction, End, ExchangeId, Head, Piece, RequestHead, ResponseHead, Scheme, What,
};
use ringfence_scan::secrets::{Key, Scanner};
use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

/// The first byte says how the others are cut.
fn cut(bytes: &[u8]) -> (usize, &[u8]) {
    match bytes.split_first() {
        Some((step, rest)) => (usize::from(*step).max(1), rest),
        None => (1, bytes),
    }
}

/// Reads bytes whole and in pieces; both must tell the same.
fn same<M, T: Debug + PartialEq>(
    bytes: &[u8],
    machine: impl Fn() -> M,
    take: impl Fn(&mut M, &[u8], &mut Vec<T>),
    finish: impl Fn(M, &mut Vec<T>),
) {
    let (step, bytes) = cut(bytes);
    let read = |step: usize| {
        let mut machine = machine();
        let mut told = Vec::new();
        for piece in bytes.chunks(step) {
            take(&mut machine, piece, &mut told);
        }
        finish(machine, &mut told);
        told
    };
    assert_eq!(read(step), read(bytes.len().max(1)));
}

/// Server-sent events.
///
/// # Panics
///
/// If pieces tell something else than the whole.
pub fn sse(bytes: &[u8]) {
    same(
        bytes,
        sse::Events::default,
        |events, piece, told| events.push(piece, &mut |event| told.push(event)),
        |events, told| events.finish(&mut |event| told.push(event)),
    );
}

/// Lines of JSON.
///
/// # Panics
///
/// If pieces tell something else than the whole.
pub fn lines(bytes: &[u8]) {
    same(
        bytes,
        lines::Lines::default,
        |lines, piece, told| lines.push(piece, &mut |line| told.push(line)),
        |lines, told| lines.finish(&mut |line| told.push(line)),
    );
}

/// A JSON array.
///
/// # Panics
///
/// If pieces tell something else than the whole.
pub fn array(bytes: &[u8]) {
    same(
        bytes,
        array::Elements::default,
        |elements, piece, told| elements.push(piece, &mut |element| told.push(element)),
        |_, _| {},
    );
}

/// Frames of gRPC and Connect.
///
/// # Panics
///
/// If pieces tell something else than the whole.
pub fn connect(bytes: &[u8]) {
    same(
        bytes,
        || connect::Frames::new(None),
        |frames, piece, told| frames.push(piece, &mut |frame| told.push(frame)),
        |_, _| {},
    );
}

/// Amazon's event stream.
///
/// # Panics
///
/// If pieces tell something else than the whole.
pub fn eventstream(bytes: &[u8]) {
    same(
        bytes,
        eventstream::Messages::default,
        |messages, piece, told| messages.push(piece, &mut |message| told.push(message)),
        |_, _| {},
    );
}

/// A WebSocket, with and without compression.
///
/// # Panics
///
/// If pieces tell something else than the whole.
pub fn websocket(bytes: &[u8]) {
    for (deflate, anew) in [(false, false), (true, false), (true, true)] {
        same(
            bytes,
            || websocket::Messages::new(deflate, anew),
            |messages, piece, told| messages.push(piece, &mut |message| told.push(message)),
            |_, _| {},
        );
    }
}

/// Packed bodies end, broken or not.
pub fn content(bytes: &[u8]) {
    let (step, bytes) = cut(bytes);
    for name in ["gzip", "deflate", "br", "zstd", "gzip, br"] {
        let Some(mut content) = Content::read(name) else {
            continue;
        };
        for piece in bytes.chunks(step) {
            content.push(piece, &mut |_| {});
        }
        content.finish(&mut |_| {});
    }
}

fn examiner() -> Arc<Examiner> {
    static EXAMINER: OnceLock<Arc<Examiner>> = OnceLock::new();
    Arc::clone(EXAMINER.get_or_init(|| {
        let scanner = Scanner::new(Key::new([7; 32])).expect("our own rules load");
        Arc::new(Examiner::new(scanner, Box::new(NoLedger)))
    }))
}

const TARGETS: [&str; 12] = [
    "/v1/messages",
    "/v1/chat/completions",
    "/v1/responses",
    "/v1/realtime",
    "/v1beta/models/x:streamGenerateContent",
    "/v1beta/models/x:generateContent?alt=sse",
    "/api/chat",
    "/model/x/converse-stream",
    "/model/x/invoke",
    "/mcp",
    "/aiserver.v1.Chat/Stream",
    "/",
];

const KINDS: [&str; 7] = [
    "application/json",
    "text/event-stream",
    "application/x-ndjson",
    "application/vnd.amazon.eventstream",
    "application/connect+proto",
    "text/plain",
    "",
];

const STATUS: [u16; 3] = [200, 429, 101];

/// A whole exchange: the first bytes choose what kind, the others are split at a zero byte into
/// request and answer. It tells one envelope at least, and only JSON.
///
/// # Panics
///
/// If it does not.
pub fn exchange(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first_chunk::<5>() else {
        return;
    };
    let [target, asked, answered, status, step] = choice.map(usize::from);
    let mut halves = rest.splitn(2, |byte| *byte == 0);
    let request = halves.next().unwrap_or_default();
    let response = halves.next().unwrap_or_default();
    let headers = |kind: usize| {
        let mut headers = HeaderMap::new();
        let kind = KINDS[kind % KINDS.len()];
        headers.insert(HeaderName::from_static("content-type"), HeaderValue::from_static(kind));
        headers
    };
    let request_head = Head::Request(Box::new(RequestHead {
        connection: Arc::new(Connection {
            number: 1,
            scheme: Scheme::Https,
            host: "api.example".to_owned(),
            port: 443,
            client: None,
        }),
        method: Method::POST,
        target: TARGETS[target % TARGETS.len()].to_owned(),
        version: Version::HTTP_11,
        headers: headers(asked),
    }));
    let response_head = Head::Response(Box::new(ResponseHead {
        status: StatusCode::from_u16(STATUS[status % STATUS.len()]).expect("a status"),
        version: Version::HTTP_11,
        headers: headers(answered),
    }));
    let bodies = |direction: Direction, body: &[u8]| -> Vec<(Direction, What)> {
        let pieces = body.chunks(step.max(1));
        pieces.map(|piece| (direction, What::Body(Bytes::copy_from_slice(piece)))).collect()
    };
    let mut pieces = vec![(Direction::Outgoing, What::Head(request_head))];
    pieces.extend(bodies(Direction::Outgoing, request));
    pieces.push((Direction::Incoming, What::Head(response_head)));
    pieces.extend(bodies(Direction::Outgoing, request));
    pieces.extend(bodies(Direction::Incoming, response));
    for direction in [Direction::Outgoing, Direction::Incoming] {
        pieces.push((direction, What::End(End::Complete)));
    }
    let mut readers = Readers::new(examiner());
    let mut told = Vec::new();
    for (direction, what) in pieces {
        told.extend(readers.take(Piece {
            exchange: ExchangeId(1),
            direction,
            at: Timestamp(0),
            what,
        }));
    }
    assert_eq!((readers.open(), readers.held()), (0, 0));
    assert!(told.iter().any(|told| told.action.kind() == "http_exchange"));
    for one in told {
        serde_json::to_string(&one.action).expect("an action is JSON");
    }
}

/// Any JSON without its secrets is JSON; anything else is left alone.
///
/// # Panics
///
/// If it is not.
pub fn redact(bytes: &[u8]) {
    if let Some(redacted) = redact_json(&examiner(), "service.example", bytes) {
        serde_json::from_slice::<serde_json::Value>(&redacted.body).expect("it stays JSON");
    }
}
