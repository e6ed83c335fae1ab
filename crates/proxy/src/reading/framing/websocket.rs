//! Frames of WebSocket (RFC 6455), one direction, with permessage-deflate (RFC 7692).

use super::{Held, fill};
use flate2::{Decompress, FlushDecompress, Status};
use ringfence_event::NotRead;

/// What a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Bytes.
    Binary,
    /// The end, with its code and reason.
    Close,
}

/// One message, put together and unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it holds.
    pub kind: Kind,
    /// What it says.
    pub payload: Vec<u8>,
    /// Why that is not all of it.
    pub missed: Option<NotRead>,
}

/// What both sides agreed about compression, as the answer's `Sec-WebSocket-Extensions` says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deflate {
    /// Messages may be compressed.
    pub on: bool,
    /// The client begins anew with each message.
    pub client_anew: bool,
    /// The server begins anew with each message.
    pub server_anew: bool,
}

impl Deflate {
    /// Reads the header's value.
    pub fn read(value: &str) -> Deflate {
        let mut agreed = Deflate::default();
        for extension in value.split(',') {
            let mut words = extension.split(';').map(str::trim);
            if words.next() == Some("permessage-deflate") {
                agreed.on = true;
                for word in words {
                    agreed.client_anew |= word == "client_no_context_takeover";
                    agreed.server_anew |= word == "server_no_context_takeover";
                }
            }
        }
        agreed
    }
}

/// Reads the messages of one direction out of pieces.
#[derive(Debug)]
pub struct Messages {
    header: Vec<u8>,
    frame: Option<Frame>,
    kind: Option<Kind>,
    message: Held,
    control: Vec<u8>,
    /// Unpacks the messages of this direction; `None` where they are not compressed.
    inflate: Option<Decompress>,
    anew: bool,
    packed: bool,
    /// Why nothing more is unpacked.
    spoiled: Option<NotRead>,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    last: bool,
    compressed: bool,
    code: u8,
    missing: u64,
    mask: Option<[u8; 4]>,
    /// Bytes of the payload that came.
    at: usize,
}

/// Appended to each compressed message (RFC 7692, section 7.2.2).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// Bytes unpacked at once.
const STEP: usize = 16 * 1024;
/// The longest control frame (RFC 6455, section 5.5).
const LONGEST_CONTROL: usize = 125;
/// Memory that unpacking takes.
const INFLATE: usize = 48 * 1024;

impl Messages {
    /// Begins a direction whose messages may be compressed, and begin anew each time or not.
    pub fn new(deflate: bool, anew: bool) -> Messages {
        Messages {
            header: Vec::new(),
            frame: None,
            kind: None,
            message: Held::default(),
            control: Vec::new(),
            inflate: deflate.then(|| Decompress::new(false)),
            anew,
            packed: false,
            spoiled: None,
        }
    }

    /// Bytes that are held.
    pub(crate) fn held(&self) -> usize {
        self.message.len() + self.control.len() + self.inflate.as_ref().map_or(0, |_| INFLATE)
    }

    /// Takes the next piece and tells each message that it ends.
    pub fn push(&mut self, mut piece: &[u8], tell: &mut dyn FnMut(Message)) {
        loop {
            let Some(mut frame) = self.frame else {
                let (rest, whole) = self.read_header(piece);
                piece = rest;
                if !whole {
                    return;
                }
                continue;
            };
            let length = usize::try_from(frame.missing).unwrap_or(usize::MAX);
            let (now, rest) = piece.split_at(length.min(piece.len()));
            self.payload(&mut frame, now);
            piece = rest;
            if frame.missing > 0 {
                self.frame = Some(frame);
                return;
            }
            self.frame = None;
            self.end(frame, tell);
        }
    }

    fn read_header<'a>(&mut self, piece: &'a [u8]) -> (&'a [u8], bool) {
        let (rest, whole) = fill(&mut self.header, 2, piece);
        let (Some(first), Some(second), true) =
            (self.header.first(), self.header.get(1).copied(), whole)
        else {
            return (rest, false);
        };
        let first = *first;
        let extended = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let masked = second & 0x80 != 0;
        let (rest, whole) = fill(
            &mut self.header,
            2 + extended + if masked { 4 } else { 0 },
            rest,
        );
        if !whole {
            return (rest, false);
        }
        let length = self.header.get(2..2 + extended).unwrap_or_default();
        let missing = match extended {
            0 => u64::from(second & 0x7f),
            _ => length
                .iter()
                .fold(0, |sum, byte| (sum << 8) | u64::from(*byte)),
        };
        let mask = self
            .header
            .get(2 + extended..)
            .and_then(|mask| mask.try_into().ok());
        self.header.clear();
        let frame = Frame {
            last: first & 0x80 != 0,
            compressed: first & 0x40 != 0,
            code: first & 0x0f,
            missing,
            mask,
            at: 0,
        };
        self.begin(frame);
        (rest, true)
    }

    fn begin(&mut self, frame: Frame) {
        self.frame = Some(frame);
        let kind = match frame.code {
            1 => Kind::Text,
            2 => Kind::Binary,
            _ => return,
        };
        self.kind = Some(kind);
        self.message = Held::default();
        self.packed = frame.compressed;
    }

    fn payload(&mut self, frame: &mut Frame, bytes: &[u8]) {
        frame.missing -= u64::try_from(bytes.len()).unwrap_or_default();
        let mut plain = bytes.to_vec();
        if let Some(mask) = frame.mask {
            let key = mask.into_iter().cycle().skip(frame.at % 4);
            for (byte, key) in plain.iter_mut().zip(key) {
                *byte ^= key;
            }
        }
        frame.at = (frame.at + bytes.len()) % 4;
        if frame.code >= 8 {
            plain.truncate(LONGEST_CONTROL.saturating_sub(self.control.len()));
            self.control.extend_from_slice(&plain);
        } else if self.packed {
            self.unpack(&plain);
        } else {
            self.message.add(&plain);
        }
    }

    fn unpack(&mut self, mut packed: &[u8]) {
        let Some(inflate) = &mut self.inflate else {
            self.spoiled = Some(NotRead::Broken);
            return;
        };
        let mut out = Vec::with_capacity(STEP);
        while self.spoiled.is_none() {
            out.clear();
            let before = inflate.total_in();
            let done = inflate.decompress_vec(packed, &mut out, FlushDecompress::Sync);
            let read = usize::try_from(inflate.total_in() - before).unwrap_or_default();
            packed = packed.get(read..).unwrap_or_default();
            self.message.add(&out);
            if self.message.is_over() {
                // What follows is not unpacked for nothing; what refers to it can't be.
                self.spoiled = Some(NotRead::Length);
                return;
            }
            match done {
                Ok(Status::Ok | Status::BufError) if read == 0 && out.is_empty() => return,
                Ok(Status::Ok | Status::BufError) if packed.is_empty() && out.len() < STEP => {
                    return;
                }
                Ok(Status::Ok | Status::BufError) => {}
                // A final block: what follows begins anew.
                Ok(Status::StreamEnd) => {
                    inflate.reset(false);
                    if packed.is_empty() {
                        return;
                    }
                }
                Err(_) => self.spoiled = Some(NotRead::Broken),
            }
        }
    }

    fn end(&mut self, frame: Frame, tell: &mut dyn FnMut(Message)) {
        if frame.code >= 8 {
            let payload = std::mem::take(&mut self.control);
            if frame.code == 8 {
                tell(Message {
                    kind: Kind::Close,
                    payload,
                    missed: None,
                });
            }
            return;
        }
        if !frame.last {
            return;
        }
        if self.packed {
            self.unpack(&TAIL);
        }
        let spoiled = self.spoiled.filter(|_| self.packed);
        let (payload, missed) = match (self.message.take(), spoiled) {
            (Some(payload), None) => (payload, None),
            (_, why) => (Vec::new(), why.or(Some(NotRead::Length))),
        };
        if let Some(kind) = self.kind.take() {
            tell(Message {
                kind,
                payload,
                missed,
            });
        }
        if self.packed && self.anew {
            self.spoiled = None;
            if let Some(inflate) = &mut self.inflate {
                inflate.reset(false);
            }
        }
    }
}
