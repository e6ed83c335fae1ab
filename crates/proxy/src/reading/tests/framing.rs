//! Framings and codings by themselves: any cutting is the same, limits hold, garbage ends.

use super::wire::{Socket, amazon, base64, frame, gzip, raw_deflate, zlib};
use crate::reading::content::{Coding, Content, FREE, LARGEST, State, unpack};
use crate::reading::framing::{LONGEST, array, connect, eventstream, lines, sse, websocket};
use flate2::{Compress, Compression};
use proptest::prelude::*;
use ringfence_event::NotRead;

/// Reads bytes cut at these places by a machine that `take` feeds.
fn cut<M, T>(
    bytes: &[u8],
    steps: &[usize],
    mut machine: M,
    take: impl Fn(&mut M, &[u8], &mut Vec<T>),
) -> (M, Vec<T>) {
    let mut told = Vec::new();
    let mut rest = bytes;
    let mut steps = steps.iter().copied().cycle();
    while !rest.is_empty() {
        let step = steps.next().unwrap_or(rest.len()).clamp(1, rest.len());
        let (now, after) = rest.split_at(step);
        take(&mut machine, now, &mut told);
        rest = after;
    }
    (machine, told)
}

fn events(bytes: &[u8], steps: &[usize]) -> Vec<sse::Event> {
    let (machine, mut told) = cut(
        bytes,
        steps,
        sse::Events::default(),
        |events, piece, told| {
            events.push(piece, &mut |event| told.push(event));
        },
    );
    machine.finish(&mut |event| told.push(event));
    told
}

fn event(name: &str, data: &str) -> sse::Event {
    sse::Event {
        name: name.to_owned(),
        data: Some(data.as_bytes().to_vec()),
    }
}

#[test]
fn events_are_read_as_the_standard_says() {
    let table: [(&str, Vec<sse::Event>); 7] = [
        ("data: a\n\n", vec![event("", "a")]),
        (
            "event: x\r\ndata: a\r\ndata:b\r\n\r\n",
            vec![event("x", "a\nb")],
        ),
        (
            "\u{feff}data: a\r\rdata: b\r\r",
            vec![event("", "a"), event("", "b")],
        ),
        (": comment\nid: 1\nretry: 5\n\n", vec![]),
        ("event: only\n\ndata\n\n", vec![event("", "")]),
        ("data: cut", vec![event("", "cut")]),
        ("data:  two spaces\n\n", vec![event("", " two spaces")]),
    ];
    for (text, wanted) in table {
        for step in 1..=text.len() {
            assert_eq!(
                events(text.as_bytes(), &[step]),
                wanted,
                "{text:?} by {step}"
            );
        }
    }
}

#[test]
fn a_message_that_is_too_long_is_told_as_such_and_the_next_is_read() {
    let long = "x".repeat(LONGEST + 1);
    let told = events(format!("data: {long}\n\ndata: b\n\n").as_bytes(), &[65_536]);
    assert_eq!(told, [sse::Event::default(), event("", "b")]);
    let text = format!("{long}\n{{}}\n");
    let mut told = Vec::new();
    lines::Lines::default().push(text.as_bytes(), &mut |line| told.push(line));
    assert_eq!(told, [None, Some(b"{}".to_vec())]);
    let mut told = Vec::new();
    let text = format!("[\"{long}\", 2]");
    array::Elements::default().push(text.as_bytes(), &mut |element| told.push(element));
    assert_eq!(told, [None, Some(b"2".to_vec())]);
    let mut bytes = frame(0, long.as_bytes());
    bytes.extend(frame(0, b"b"));
    let mut told = Vec::new();
    connect::Frames::new(None).push(&bytes, &mut |frame| {
        told.push((frame.message, frame.missed));
    });
    let too_long = (Vec::new(), Some(NotRead::Length));
    assert_eq!(told, [too_long, (b"b".to_vec(), None)]);
}

#[test]
fn a_wrong_check_ends_an_event_stream() {
    let good = amazon("chunk", "event", b"{}");
    for at in [0, 5, 9, 20, good.len() - 1] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes.extend_from_slice(&good);
        let mut told = Vec::new();
        let mut messages = eventstream::Messages::default();
        messages.push(&bytes, &mut |message| told.push(message));
        assert_eq!(messages.broken(), Some(NotRead::Broken), "byte {at}");
        assert_eq!(told, [], "byte {at}");
    }
}

fn unpacked(content: &mut Content, packed: &[u8], step: usize) -> Vec<u8> {
    let mut plain = Vec::new();
    for piece in packed.chunks(step) {
        content.push(piece, &mut |part| plain.extend_from_slice(part));
    }
    content.finish(&mut |part| plain.extend_from_slice(part));
    plain
}

fn brotli_sample() -> Vec<u8> {
    // A stream of one uncompressed block (RFC 7932, section 9.2): "hello".
    vec![0x0b, 0x02, 0x80, b'h', b'e', b'l', b'l', b'o', 0x03]
}

#[test]
fn every_coding_is_undone() {
    let text = b"what was said".repeat(100);
    let zstd = zstd::encode_all(text.as_slice(), 1).unwrap();
    let table = [
        ("gzip", gzip(&text), text.clone()),
        ("x-gzip", gzip(&text), text.clone()),
        ("deflate", zlib(&text), text.clone()),
        ("deflate", raw_deflate(&text), text.clone()),
        ("zstd", zstd, text.clone()),
        ("br", brotli_sample(), b"hello".to_vec()),
        ("gzip, gzip", gzip(&gzip(&text)), text.clone()),
        ("identity", text.clone(), text.clone()),
        ("", text.clone(), text.clone()),
    ];
    for (name, packed, wanted) in table {
        for step in [1, 13, usize::MAX] {
            let mut content = Content::read(name).unwrap();
            let plain = unpacked(&mut content, &packed, step.min(packed.len()));
            assert_eq!(plain, wanted, "{name} by {step}");
            assert_eq!(content.state(), State::Reading);
        }
    }
    assert!(Content::read("compress").is_none());
    assert!(Content::read("gzip,gzip,gzip,gzip").is_none());
}

#[test]
fn bombs_go_off_in_a_small_room() {
    let zeros = vec![0_u8; 80 * 1024 * 1024];
    let table = [
        ("gzip", gzip(&zeros)),
        ("deflate", raw_deflate(&zeros)),
        ("zstd", zstd::encode_all(zeros.as_slice(), 1).unwrap()),
        ("gzip, gzip", gzip(&gzip(&zeros))),
    ];
    for (name, packed) in table {
        let mut content = Content::read(name).unwrap();
        let mut most = 0;
        let mut sum = 0;
        content.push(&packed, &mut |part| {
            most = most.max(part.len());
            sum += part.len();
        });
        assert_eq!(content.state(), State::Bomb, "{name}");
        assert!(
            sum <= LARGEST && most <= LARGEST / 8,
            "{name}: {sum}, {most}"
        );
    }
    // A small text that packs well is none.
    let small = vec![0_u8; FREE / 2];
    let mut content = Content::read("gzip").unwrap();
    assert_eq!(unpacked(&mut content, &gzip(&small), 4096), small);
    let unpacked = unpack(Coding::Gzip, &gzip(&zeros), LONGEST);
    assert_eq!(unpacked.missed, Some(NotRead::Bomb));
    assert!(unpacked.spent <= 2 * LONGEST, "{}", unpacked.spent);
}

/// What is unpacked of a text costs no more than what is kept of it, and one step.
#[test]
fn only_what_is_wanted_is_unpacked() {
    let mut text = vec![0; 3_000_000];
    blake3::Hasher::new().finalize_xof().fill(&mut text);
    let packed = gzip(&text);
    for most in [0, 1, 100_000, usize::MAX] {
        let unpacked = unpack(Coding::Gzip, &packed, most);
        let kept = most.min(text.len());
        assert_eq!(unpacked.bytes, &text[..kept]);
        let missed = (kept < text.len()).then_some(NotRead::Length);
        assert_eq!(unpacked.missed, missed);
        assert!(unpacked.spent <= kept + 64 * 1024, "{}", unpacked.spent);
    }
}

/// A window of a gigabyte is not even asked of the system; up to eight megabytes are taken.
#[test]
fn windows_are_small() {
    // Frame headers of zstd (RFC 8878, section 3.1.1.1): windows of 8 MiB, 16 MiB, 1 GiB, and a content
    // of 1 GiB in one segment, before a block of zeros; a stream of brotli's that begins with a large window.
    let zeros = [0x03, 0x02, 0, 0];
    let frame = |header: &[u8]| [&[0x28, 0xb5, 0x2f, 0xfd], header, &zeros].concat();
    let cases = [
        ("zstd", frame(&[0x00, 0x68]), State::Reading),
        ("zstd", frame(&[0x00, 0x70]), State::Greedy),
        ("zstd", frame(&[0x00, 0xa0]), State::Greedy),
        ("zstd", frame(&[0xa0, 0, 0, 0, 0x40]), State::Greedy),
        ("br", vec![0x11, 0x1e, 0, 0], State::Greedy),
        ("br", vec![0x91, 0x1e, 0, 0], State::Greedy),
        ("br", brotli_sample(), State::Reading),
    ];
    for (name, packed, state) in cases {
        for step in [1, packed.len()] {
            let mut content = Content::read(name).unwrap();
            unpacked(&mut content, &packed, step);
            assert_eq!(content.state(), state, "{name} {packed:?} by {step}");
            assert!(content.held() < 1024 * 1024, "{name}: {}", content.held());
        }
    }
}

/// What unpacking holds is counted: the window as far as it is filled.
#[test]
fn windows_count_as_held() {
    let text = vec![7_u8; 900_000];
    let mut content = Content::read("zstd").unwrap();
    let before = content.held();
    content.push(&zstd::encode_all(text.as_slice(), 1).unwrap(), &mut |_| {});
    assert!(content.held() >= before + text.len());
    assert_eq!(Content::read("").unwrap().held(), 0);
}

/// A message that unpacks without end ends the unpacking; where messages begin anew, only its own.
#[test]
fn a_bomb_in_a_socket_is_told_and_costs_little() {
    let long = vec![b'x'; LONGEST + 1];
    for anew in [false, true] {
        let mut bytes = Vec::new();
        for text in [b"first".as_slice(), &long, b"last"] {
            let mut socket = Socket {
                mask: None,
                deflate: Some(Compress::new(Compression::best(), false)),
                fragment: usize::MAX,
            };
            bytes.extend(socket.message(text));
        }
        let machine = websocket::Messages::new(true, anew);
        let (machine, told) = cut(&bytes, &[700], machine, |messages, piece, told| {
            messages.push(piece, &mut |message| {
                told.push((message.payload, message.missed));
            });
        });
        let lost = (Vec::new(), Some(NotRead::Length));
        let last = if anew {
            (b"last".to_vec(), None)
        } else {
            lost.clone()
        };
        assert_eq!(told, [(b"first".to_vec(), None), lost, last]);
        assert!(machine.held() < 100_000);
    }
}

/// A control frame has 125 bytes (RFC 6455, section 5.5); one that says it has a terabyte is not kept.
#[test]
fn control_frames_are_not_kept() {
    let mut messages = websocket::Messages::new(false, false);
    let mut told = Vec::new();
    let header = [0x88, 127, 0, 0, 1, 0, 0, 0, 0, 0];
    messages.push(&header, &mut |message| told.push(message));
    for _ in 0..1000 {
        messages.push(&[b'x'; 10_000], &mut |message| told.push(message));
    }
    assert!(told.is_empty());
    assert!(messages.held() <= 125, "{}", messages.held());
}

fn socket_messages(bytes: &[u8], steps: &[usize], deflate: bool, anew: bool) -> Vec<Vec<u8>> {
    let machine = websocket::Messages::new(deflate, anew);
    let (_, told) = cut(bytes, steps, machine, |messages, piece, told| {
        messages.push(piece, &mut |message| told.push(message.payload));
    });
    told
}

#[test]
fn context_is_kept_from_message_to_message() {
    let mut socket = Socket {
        mask: Some([9, 8, 7, 6]),
        deflate: Some(Compress::new(Compression::default(), false)),
        fragment: 1000,
    };
    let text = b"the same sentence again and again, with nothing new in it";
    let first = socket.message(text);
    let second = socket.message(text);
    assert!(second.len() < first.len(), "the second refers to the first");
    let bytes = [first, second].concat();
    assert_eq!(socket_messages(&bytes, &[5], true, false), [text, text]);
}

#[test]
fn what_was_agreed_about_compression_is_read() {
    let table = [
        ("", (false, false, false)),
        ("permessage-deflate", (true, false, false)),
        (
            "permessage-deflate; client_no_context_takeover; server_max_window_bits=15",
            (true, true, false),
        ),
        (
            "x-other, permessage-deflate;server_no_context_takeover",
            (true, false, true),
        ),
    ];
    for (value, wanted) in table {
        let agreed = websocket::Deflate::read(value);
        assert_eq!(
            (agreed.on, agreed.client_anew, agreed.server_anew),
            wanted,
            "{value}"
        );
    }
}

#[test]
fn base64_of_the_tests_is_base64() {
    assert_eq!(base64(b"hello"), "aGVsbG8=");
    assert_eq!(base64(b"hi"), "aGk=");
    assert_eq!(base64(b"abc"), "YWJj");
}

proptest! {
    #[test]
    fn any_cutting_of_events_is_the_same(
        text in "(data: ?[a-z]{0,9}|event: [a-z]{0,5}|:[a-z]{0,3}|\r\n|\n|\r){0,30}",
        steps in proptest::collection::vec(1_usize..9, 1..6),
    ) {
        prop_assert_eq!(events(text.as_bytes(), &steps), events(text.as_bytes(), &[usize::MAX]));
    }

    #[test]
    fn any_cutting_of_an_array_is_the_same(
        values in proptest::collection::vec(".{0,12}", 0..6),
        steps in proptest::collection::vec(1_usize..9, 1..6),
    ) {
        let text = serde_json::json!(values).to_string();
        let (_, told) = cut(text.as_bytes(), &steps, array::Elements::default(), |elements, piece, told| {
            elements.push(piece, &mut |element| told.push(element.unwrap()));
        });
        let wanted: Vec<Vec<u8>> = values.iter().map(|value| serde_json::to_vec(value).unwrap()).collect();
        prop_assert_eq!(told, wanted);
    }

    #[test]
    fn any_cutting_of_frames_is_the_same(
        messages in proptest::collection::vec((any::<bool>(), proptest::collection::vec(any::<u8>(), 0..300)), 0..5),
        steps in proptest::collection::vec(1_usize..40, 1..6),
    ) {
        let mut bytes = Vec::new();
        for (packed, message) in &messages {
            let body = if *packed { gzip(message) } else { message.clone() };
            bytes.extend(frame(u8::from(*packed), &body));
        }
        let machine = connect::Frames::new(Some(Coding::Gzip));
        let (_, told) = cut(&bytes, &steps, machine, |frames, piece, told| {
            frames.push(piece, &mut |frame| told.push(frame.message));
        });
        let wanted: Vec<Vec<u8>> = messages.into_iter().map(|(_, message)| message).collect();
        prop_assert_eq!(told, wanted);
    }

    #[test]
    fn any_cutting_of_an_event_stream_is_the_same(
        payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..100), 0..5),
        steps in proptest::collection::vec(1_usize..40, 1..6),
    ) {
        let bytes: Vec<u8> = payloads.iter().flat_map(|payload| amazon("chunk", "event", payload)).collect();
        let (_, told) = cut(&bytes, &steps, eventstream::Messages::default(), |messages, piece, told| {
            messages.push(piece, &mut |message| told.push(message.payload));
        });
        prop_assert_eq!(told, payloads);
    }

    #[test]
    fn any_cutting_of_a_socket_is_the_same(
        texts in proptest::collection::vec("[ -~]{1,400}", 0..5),
        steps in proptest::collection::vec(1_usize..40, 1..6),
        masked in any::<bool>(),
        packed in any::<bool>(),
        fragment in 1_usize..500,
    ) {
        let mut socket = Socket {
            mask: masked.then_some([0xa5, 0, 0xff, 7]),
            deflate: packed.then(|| Compress::new(Compression::fast(), false)),
            fragment,
        };
        let bytes: Vec<u8> = texts.iter().flat_map(|text| socket.message(text.as_bytes())).collect();
        let wanted: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
        prop_assert_eq!(socket_messages(&bytes, &steps, packed, false), wanted);
    }

    #[test]
    fn garbage_ends(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut ignore = 0;
        eventstream::Messages::default().push(&bytes, &mut |_| ignore += 1);
        connect::Frames::new(Some(Coding::Gzip)).push(&bytes, &mut |_| ignore += 1);
        websocket::Messages::new(true, true).push(&bytes, &mut |_| ignore += 1);
        array::Elements::default().push(&bytes, &mut |_| ignore += 1);
        for name in ["gzip", "deflate", "br", "zstd"] {
            let mut content = Content::read(name).unwrap();
            content.push(&bytes, &mut |_| ignore += 1);
            content.finish(&mut |_| ignore += 1);
        }
        prop_assert!(ignore < 10_000);
    }
}
