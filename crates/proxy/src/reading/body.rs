//! A body under way: content coding undone, cut into messages by its framing.
//!
//! **Invariant:** holds at most [`LONGEST_BODY`] bytes; a longer body is handed on in windows, whose
//! ends overlap, and after [`MOST_RAW`] bytes not at all. Whatever is not handed on is in [`Body::missed`].

use super::content::{Coding, Content};
use super::framing::{array, connect, eventstream, lines, sse, websocket};
use super::head::field;
use hyper::HeaderMap;
use ringfence_event::NotRead;
use std::collections::BTreeSet;

/// A body that is held whole until its end.
pub(crate) const LONGEST_BODY: usize = 8 * 1024 * 1024;
/// Bytes of an unknown or too long body that are looked at.
pub(crate) const MOST_RAW: usize = 32 * 1024 * 1024;
/// How much of such a body is looked at at once, and how much of it again with the next part.
const WINDOW: usize = 256 * 1024;
const OVERLAP: usize = 4096;
/// What undoing may hold of a body that is let go; with more it is not read any further.
const MOST_UNDOING: usize = 256 * 1024;

/// What a body gives.
#[derive(Debug)]
pub(crate) enum Part {
    /// A whole body, or a message of a stream that is one JSON text.
    Whole(Vec<u8>),
    /// A message of a stream of JSON.
    Message(Vec<u8>),
    /// The data of an event.
    Event(Vec<u8>),
    /// A message of Amazon's event stream.
    Amazon(eventstream::Message),
    /// A frame of gRPC or Connect.
    Frame(Vec<u8>),
    /// A message of a WebSocket, but for its end.
    Socket(Vec<u8>),
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
    /// What is undone to read it, outermost first.
    through: Vec<String>,
    framing: Framing,
    /// Why something was not read.
    pub(crate) missed: BTreeSet<NotRead>,
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
        let mut missed = BTreeSet::new();
        let framing = if content.is_none() {
            missed.insert(NotRead::Coding);
            Framing::Unread
        } else {
            framing
        };
        if content.is_some() && matches!(framing, Framing::Unread) {
            missed.insert(NotRead::Media);
        }
        Body {
            through: content.as_ref().map(Content::names).unwrap_or_default(),
            content,
            missed,
            framing,
            bytes: 0,
        }
    }

    /// Begins a direction of a WebSocket.
    pub(crate) fn socket(deflate: bool, anew: bool) -> Body {
        Body {
            content: Content::read(""),
            through: Vec::new(),
            framing: Framing::Socket(Box::new(websocket::Messages::new(deflate, anew))),
            missed: BTreeSet::new(),
            bytes: 0,
        }
    }

    /// What was undone to read it, outermost first.
    pub(crate) fn through(&self) -> Vec<String> {
        self.through.clone()
    }

    /// Bytes that it holds.
    pub(crate) fn held(&self) -> usize {
        self.framing.held() + self.content.as_ref().map_or(0, Content::held)
    }

    /// Takes the next piece and tells what it ends.
    pub(crate) fn push(&mut self, piece: &[u8], tell: &mut dyn FnMut(Part)) {
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(piece.len()).unwrap_or(0));
        let Some(content) = &mut self.content else {
            return;
        };
        let (framing, missed) = (&mut self.framing, &mut self.missed);
        content.push(piece, &mut |part| framing.push(part, missed, tell));
        self.missed.extend(content.state().why());
    }

    /// Notes that bytes passed unread: what comes after them can't be cut into messages.
    pub(crate) fn skip(&mut self, count: u64) {
        self.bytes = self.bytes.saturating_add(count);
        self.missed.insert(NotRead::Busy);
        self.framing = Framing::Unread;
        self.content = None;
    }

    /// Stops holding the body; what comes is looked at in windows, if that needs little.
    pub(crate) fn let_go(&mut self, tell: &mut dyn FnMut(Part)) {
        self.missed.insert(NotRead::Busy);
        self.framing.let_go(&mut self.missed, tell);
        let undoing = self.content.as_ref().map_or(0, Content::held);
        if undoing > MOST_UNDOING || !matches!(self.framing, Framing::Raw { .. }) {
            self.framing = Framing::Unread;
            self.content = None;
        }
    }

    /// Ends the body and tells what is left.
    pub(crate) fn finish(&mut self, tell: &mut dyn FnMut(Part)) {
        let (framing, missed) = (&mut self.framing, &mut self.missed);
        if let Some(content) = &mut self.content {
            content.finish(&mut |part| framing.push(part, missed, tell));
        }
        match std::mem::replace(framing, Framing::Unread) {
            Framing::Whole(held) if !held.is_empty() => tell(Part::Whole(held)),
            Framing::Sse(events) => events.finish(&mut |event| of_event(event, missed, tell)),
            Framing::Lines(lines) => lines.finish(&mut |line| message(line, missed, tell)),
            Framing::Raw { held, base } if !held.is_empty() => tell(Part::Raw(base, held)),
            _ => {}
        }
        self.content = None;
    }
}

/// A message, if it was not too long.
fn message(message: Option<Vec<u8>>, missed: &mut BTreeSet<NotRead>, tell: &mut dyn FnMut(Part)) {
    match message {
        Some(message) => tell(Part::Message(message)),
        None => drop(missed.insert(NotRead::Length)),
    }
}

/// An event, if it was not too long.
fn of_event(event: sse::Event, missed: &mut BTreeSet<NotRead>, tell: &mut dyn FnMut(Part)) {
    match event.data {
        Some(data) => tell(Part::Event(data)),
        None => drop(missed.insert(NotRead::Length)),
    }
}

impl Framing {
    fn held(&self) -> usize {
        match self {
            Framing::Whole(held) | Framing::Raw { held, .. } => held.len(),
            Framing::Sse(events) => events.held(),
            Framing::Lines(lines) => lines.held(),
            Framing::Elements(elements) => elements.held(),
            Framing::Amazon(messages) => messages.held(),
            Framing::Frames(frames) => frames.held(),
            Framing::Socket(messages) => messages.held(),
            Framing::Unread => 0,
        }
    }

    fn push(&mut self, bytes: &[u8], missed: &mut BTreeSet<NotRead>, tell: &mut dyn FnMut(Part)) {
        match self {
            Framing::Whole(held) => {
                held.extend_from_slice(bytes);
                if held.len() > LONGEST_BODY {
                    missed.insert(NotRead::Length);
                    self.let_go(missed, tell);
                }
            }
            Framing::Sse(events) => {
                events.push(bytes, &mut |event| of_event(event, missed, tell));
            }
            Framing::Lines(lines) => lines.push(bytes, &mut |line| message(line, missed, tell)),
            Framing::Elements(elements) => {
                elements.push(bytes, &mut |element| message(element, missed, tell));
                if elements.is_spilled() {
                    missed.insert(NotRead::Broken);
                }
            }
            Framing::Amazon(messages) => {
                messages.push(bytes, &mut |message| tell(Part::Amazon(message)));
                missed.extend(messages.broken());
            }
            Framing::Frames(frames) => frames.push(bytes, &mut |frame| {
                missed.extend(frame.missed);
                if !frame.message.is_empty() {
                    tell(Part::Frame(frame.message));
                }
            }),
            Framing::Socket(messages) => messages.push(bytes, &mut |message| {
                missed.extend(message.missed);
                if message.kind != websocket::Kind::Close && message.missed.is_none() {
                    tell(Part::Socket(message.payload));
                }
            }),
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
                    missed.insert(NotRead::Length);
                    *self = Framing::Unread;
                }
            }
            Framing::Unread => {}
        }
    }

    /// Holds no more than what the next window begins with.
    fn let_go(&mut self, missed: &mut BTreeSet<NotRead>, tell: &mut dyn FnMut(Part)) {
        if let Framing::Whole(held) = self {
            let held = std::mem::take(held);
            *self = Framing::Raw {
                held: Vec::new(),
                base: 0,
            };
            self.push(&held, missed, tell);
        }
        if let Framing::Raw { held, base } = self
            && let Some(done @ 1..) = held.len().checked_sub(OVERLAP)
        {
            let rest = held.split_off(done);
            let mut window = std::mem::replace(held, rest);
            window.extend_from_slice(held);
            tell(Part::Raw(*base, window));
            *base += u64::try_from(done).unwrap_or(0);
        }
    }
}
