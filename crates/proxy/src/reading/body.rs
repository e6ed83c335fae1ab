//! A body under way: content coding undone, cut into messages by its framing.
//!
//! **Invariant:** holds at most [`LONGEST_BODY`] bytes; a longer body is handed on in windows, whose
//! ends overlap, and after [`MOST_RAW`] bytes not at all.

use super::content::{Coding, Content, State};
use super::framing::{array, connect, eventstream, lines, sse, websocket};
use super::head::field;
use hyper::HeaderMap;

/// A body that is held whole until its end.
pub(crate) const LONGEST_BODY: usize = 8 * 1024 * 1024;
/// Bytes of an unknown or too long body that are looked at.
pub(crate) const MOST_RAW: usize = 32 * 1024 * 1024;
/// How much of such a body is looked at at once, and how much of it again with the next part.
const WINDOW: usize = 256 * 1024;
const OVERLAP: usize = 4096;

/// What a body gives.
#[derive(Debug)]
pub(crate) enum Part {
    /// A whole body, or a message of a stream that is one JSON text.
    Whole(Vec<u8>),
    /// A message of a stream of JSON.
    Message(Vec<u8>),
    /// A named event.
    Event(sse::Event),
    /// A message of Amazon's event stream.
    Amazon(eventstream::Message),
    /// A frame of gRPC or Connect.
    Frame(Vec<u8>),
    /// A message of a WebSocket.
    Socket(websocket::Message),
    /// A window of bytes that are not understood, and where it begins.
    Raw(u64, Vec<u8>),
}

#[derive(Debug)]
enum Framing {
    Whole(Vec<u8>),
    Sse(sse::Events),
    Lines(lines::Lines),
    Elements(array::Elements),
    Amazon(eventstream::Messages),
    Frames(connect::Frames),
    Socket(Box<websocket::Messages>),
    Raw {
        held: Vec<u8>,
        base: u64,
    },
    /// Nothing more is read.
    Unread,
}

/// One direction of an exchange.
#[derive(Debug)]
pub(crate) struct Body {
    content: Option<Content>,
    framing: Framing,
    /// Set when something was not read.
    pub(crate) truncated: bool,
    /// Bytes as they came.
    pub(crate) bytes: u64,
}

impl Body {
    /// Begins the body that a head announces.
    pub(crate) fn of_head(headers: &HeaderMap, streams_array: bool) -> Body {
        let content = Content::read(field(headers, "content-encoding"));
        let kind = field(headers, "content-type").to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let framing = match kind {
            "text/event-stream" => Framing::Sse(sse::Events::default()),
            "application/x-ndjson" | "application/jsonl" | "application/json-seq" => {
                Framing::Lines(lines::Lines::default())
            }
            "application/vnd.amazon.eventstream" => {
                Framing::Amazon(eventstream::Messages::default())
            }
            "application/json" if streams_array => Framing::Elements(array::Elements::default()),
            _ if kind.starts_with("application/grpc")
                || kind.starts_with("application/connect+") =>
            {
                let named = [
                    field(headers, "grpc-encoding"),
                    field(headers, "connect-content-encoding"),
                ];
                let coding = named.into_iter().find_map(Coding::from_name);
                Framing::Frames(connect::Frames::new(Some(coding.unwrap_or(Coding::Gzip))))
            }
            "" | "application/json" => Framing::Whole(Vec::new()),
            _ if kind.ends_with("+json") => Framing::Whole(Vec::new()),
            _ if ["image/", "audio/", "video/", "font/"]
                .iter()
                .any(|of| kind.starts_with(of)) =>
            {
                Framing::Unread
            }
            _ => Framing::Raw {
                held: Vec::new(),
                base: 0,
            },
        };
        let framing = if content.is_none() {
            Framing::Unread
        } else {
            framing
        };
        Body {
            content,
            truncated: matches!(framing, Framing::Unread),
            framing,
            bytes: 0,
        }
    }

    /// Begins a direction of a WebSocket.
    pub(crate) fn socket(deflate: bool, anew: bool) -> Body {
        Body {
            content: Content::read(""),
            framing: Framing::Socket(Box::new(websocket::Messages::new(deflate, anew))),
            truncated: false,
            bytes: 0,
        }
    }

    /// What was undone to read it, outermost first.
    pub(crate) fn through(&self) -> Vec<String> {
        self.content
            .as_ref()
            .map(Content::names)
            .unwrap_or_default()
    }

    /// Whether it unpacked to far more than it is.
    pub(crate) fn is_bomb(&self) -> bool {
        self.content
            .as_ref()
            .is_some_and(|content| content.state() == State::Bomb)
    }

    /// Bytes that it holds.
    pub(crate) fn held(&self) -> usize {
        match &self.framing {
            Framing::Whole(held) | Framing::Raw { held, .. } => held.len(),
            _ => 0,
        }
    }

    /// Takes the next piece and tells what it ends.
    pub(crate) fn push(&mut self, piece: &[u8], tell: &mut dyn FnMut(Part)) {
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(piece.len()).unwrap_or(0));
        let Some(content) = &mut self.content else {
            return;
        };
        let framing = &mut self.framing;
        let whole = matches!(framing, Framing::Whole(_));
        content.push(piece, &mut |part| framing.push(part, tell));
        self.truncated |= whole && !matches!(framing, Framing::Whole(_));
        self.truncated |= content.state() != State::Reading || matches!(framing, Framing::Unread);
    }

    /// Notes that bytes passed unread: what comes after them can't be cut into messages.
    pub(crate) fn skip(&mut self, count: u64) {
        self.bytes = self.bytes.saturating_add(count);
        self.truncated = true;
        self.framing = Framing::Unread;
    }

    /// Stops holding the body; what comes is looked at in windows.
    pub(crate) fn let_go(&mut self, tell: &mut dyn FnMut(Part)) {
        self.truncated = true;
        self.framing.let_go(tell);
    }

    /// Ends the body and tells what is left.
    pub(crate) fn finish(&mut self, tell: &mut dyn FnMut(Part)) {
        let framing = &mut self.framing;
        if let Some(content) = &mut self.content {
            content.finish(&mut |part| framing.push(part, tell));
        }
        match std::mem::replace(framing, Framing::Unread) {
            Framing::Whole(held) if !held.is_empty() => tell(Part::Whole(held)),
            Framing::Sse(events) => events.finish(&mut |event| tell(Part::Event(event))),
            Framing::Lines(lines) => {
                lines.finish(&mut |line| {
                    if let Some(line) = line {
                        tell(Part::Message(line));
                    }
                });
            }
            Framing::Raw { held, base } if !held.is_empty() => tell(Part::Raw(base, held)),
            _ => {}
        }
    }
}

impl Framing {
    fn push(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Part)) {
        match self {
            Framing::Whole(held) => {
                held.extend_from_slice(bytes);
                if held.len() > LONGEST_BODY {
                    self.let_go(tell);
                }
            }
            Framing::Sse(events) => events.push(bytes, &mut |event| tell(Part::Event(event))),
            Framing::Lines(lines) => lines.push(bytes, &mut |line| {
                if let Some(line) = line {
                    tell(Part::Message(line));
                }
            }),
            Framing::Elements(elements) => elements.push(bytes, &mut |element| {
                if let Some(element) = element {
                    tell(Part::Message(element));
                }
            }),
            Framing::Amazon(messages) => {
                messages.push(bytes, &mut |message| tell(Part::Amazon(message)));
            }
            Framing::Frames(frames) => frames.push(bytes, &mut |frame| {
                if let Some(message) = frame.message {
                    tell(Part::Frame(message));
                }
            }),
            Framing::Socket(messages) => {
                messages.push(bytes, &mut |message| tell(Part::Socket(message)));
            }
            Framing::Raw { held, base } => {
                held.extend_from_slice(bytes);
                while held.len() >= WINDOW + OVERLAP {
                    let rest = held.split_off(WINDOW);
                    let begun = *base;
                    *base += u64::try_from(WINDOW).unwrap_or(0);
                    let mut window = std::mem::replace(held, rest);
                    window.extend_from_slice(held.get(..OVERLAP).unwrap_or_default());
                    tell(Part::Raw(begun, window));
                }
                if *base > u64::try_from(MOST_RAW).unwrap_or(u64::MAX) {
                    *self = Framing::Unread;
                }
            }
            Framing::Unread => {}
        }
    }

    fn let_go(&mut self, tell: &mut dyn FnMut(Part)) {
        if let Framing::Whole(held) = self {
            let held = std::mem::take(held);
            *self = Framing::Raw {
                held: Vec::new(),
                base: 0,
            };
            self.push(&held, tell);
        }
    }
}
