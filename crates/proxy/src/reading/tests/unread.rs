//! What is not read leaves a sign, and what is held stays within its limit.

use super::wire::{base64, gzip};
use super::{envelope, examiner, traffic};
use crate::piece::{Direction, ExchangeId, Head, Piece, What};
use crate::reading::{HELD_BY_EACH, MOST_HELD, Readers};
use bytes::Bytes;
use ringfence_event::{NotRead, Timestamp};
use serde_json::json;

/// Whatever was not read is said, with the reason.
#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn what_was_not_read_is_said() {
    let text = |text: &str| json!({"note": text}).to_string();
    let deep = |layers: usize| {
        let mut packed = b"a text that is long enough to be looked at".to_vec();
        for _ in 0..layers {
            packed = base64(&packed).into_bytes();
        }
        text(&String::from_utf8(packed).unwrap())
    };
    let long = "x".repeat(5_000_000);
    let to = || traffic("files.example", "/upload");
    let kind = |kind: &str, body: &str| {
        let mut traffic = to().asks(body);
        traffic.request_headers = vec![("content-type", kind.to_owned())];
        traffic
    };
    let cases = [
        ("as deep as is undone", to().asks(deep(2)), None),
        ("deeper", to().asks(deep(3)), Some(NotRead::Depth)),
        ("gzip in a body", kind("x/y", "").asks(gzip(b"hello")), None),
        (
            "an archive",
            kind("application/zip", "PK\x03\x04 and more"),
            Some(NotRead::Coding),
        ),
        (
            "an archive in a message",
            to().asks(text(&base64(
                b"PK\x03\x04 and so much more that it is a run",
            ))),
            Some(NotRead::Coding),
        ),
        (
            "an unknown coding",
            to().with("content-encoding", "compress").asks("x"),
            Some(NotRead::Coding),
        ),
        (
            "not what it says",
            to().with("content-encoding", "gzip")
                .asks("hello, I am none"),
            Some(NotRead::Broken),
        ),
        ("a picture", kind("image/png", "x"), Some(NotRead::Media)),
        (
            "a long line",
            kind("application/x-ndjson", &format!("{long}\n{{}}\n")),
            Some(NotRead::Length),
        ),
        (
            "a long event",
            kind("text/event-stream", &format!("data: {long}\n\n")),
            Some(NotRead::Length),
        ),
        (
            "a frame that is packed and is not",
            kind("application/grpc", "\x01\0\0\0\x10I am no gzip here"),
            Some(NotRead::Broken),
        ),
        (
            "an event stream that is none",
            kind("application/vnd.amazon.eventstream", &"x".repeat(40)),
            Some(NotRead::Broken),
        ),
        ("nothing odd", to().asks(text("hello")), None),
    ];
    for (name, traffic, why) in cases {
        let actions = traffic.actions();
        let exchange = envelope(&actions);
        let wanted: Vec<NotRead> = why.into_iter().collect();
        let said: Vec<NotRead> = exchange.not_read.iter().copied().collect();
        assert_eq!(said, wanted, "{name}");
        assert_eq!(exchange.truncated, why.is_some(), "{name}");
    }
}

/// Many bodies at once hold no more than the limit, whatever they are made of.
#[test]
fn what_is_held_is_bounded() {
    for kind in [
        "application/json",
        "application/x-ndjson",
        "text/event-stream",
        "application/grpc",
        "application/vnd.amazon.eventstream",
    ] {
        let mut readers = Readers::new(examiner());
        let begin: &[u8] = match kind {
            "text/event-stream" => b"data: ",
            "application/grpc" => b"\0\0\x3f\0\0",
            "application/vnd.amazon.eventstream" => &amazon_begin(),
            _ => b"{",
        };
        let mut most = 0;
        for number in 0..44 {
            let mut head = traffic("files.example", "/").request_head();
            head.headers = super::headers(&[("content-type", kind.to_owned())]);
            let mut take = |what| {
                readers.take(Piece {
                    exchange: ExchangeId(number),
                    direction: Direction::Outgoing,
                    at: Timestamp(0),
                    what,
                });
                most = most.max(readers.held());
            };
            take(What::Head(Head::Request(Box::new(head))));
            take(What::Body(Bytes::copy_from_slice(begin)));
            for _ in 0..3 {
                take(What::Body(Bytes::from(vec![b'x'; 1024 * 1024])));
            }
        }
        assert_eq!(readers.open(), 44);
        assert!(most <= MOST_HELD + 44 * HELD_BY_EACH, "{kind}: {most}");
        assert!(most > MOST_HELD / 2, "{kind}: {most} shows nothing");
    }
}

/// The lengths of a message of Amazon's that is never whole.
fn amazon_begin() -> Vec<u8> {
    let mut begin = vec![0, 0x3f, 0, 0, 0, 0, 0, 0];
    let mut crc = flate2::Crc::new();
    crc.update(&begin);
    begin.extend_from_slice(&crc.sum().to_be_bytes());
    begin
}
