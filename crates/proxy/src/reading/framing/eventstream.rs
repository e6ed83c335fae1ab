//! Amazon's event stream encoding (`application/vnd.amazon.eventstream`), as Bedrock uses it.
//!
//! A message is its length, the length of its headers, a CRC of both; headers, payload, and a CRC of
//! all. A wrong CRC ends the reading: nothing after it can be trusted to be a frame.

use super::{LONGEST, be32};
use ringfence_event::NotRead;

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The kind of event (`:event-type`), or of exception.
    pub kind: String,
    /// Set when it is an exception or an error (`:message-type`).
    pub failed: bool,
    /// What it says.
    pub payload: Vec<u8>,
}

/// Reads messages out of pieces.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    held: Vec<u8>,
    broken: Option<NotRead>,
}

/// Lengths and their CRC.
const PRELUDE: usize = 12;
/// The CRC at the end.
const CHECK: usize = 4;

impl Messages {
    /// Takes the next piece and tells each message that it ends.
    pub fn push(&mut self, mut piece: &[u8], tell: &mut dyn FnMut(Message)) {
        while !piece.is_empty() && self.broken.is_none() {
            let wanted = self.wanted();
            let (now, rest) = piece.split_at(wanted.min(piece.len()));
            self.held.extend_from_slice(now);
            piece = rest;
            self.advance(tell);
        }
    }

    /// Why nothing more is read.
    pub fn broken(&self) -> Option<NotRead> {
        self.broken
    }

    /// Bytes that are held.
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    /// Bytes that are missing until something can be told.
    fn wanted(&self) -> usize {
        let total = be32(&self.held, 0).filter(|_| self.held.len() >= PRELUDE);
        total
            .unwrap_or(PRELUDE)
            .saturating_sub(self.held.len())
            .max(1)
    }

    fn advance(&mut self, tell: &mut dyn FnMut(Message)) {
        if self.held.len() < PRELUDE {
            return;
        }
        let total = be32(&self.held, 0).unwrap_or_default();
        if self.held.len() == PRELUDE {
            let headers = be32(&self.held, 4).unwrap_or_default();
            let least = headers.checked_add(PRELUDE + CHECK);
            let is_frame = least.is_some_and(|least| least <= total) && is_checked(&self.held);
            self.broken = if is_frame {
                (total > LONGEST).then_some(NotRead::Length)
            } else {
                Some(NotRead::Broken)
            };
        }
        if self.broken.is_none() && self.held.len() >= total {
            let held = std::mem::take(&mut self.held);
            match message(&held) {
                Some(message) => tell(message),
                None => self.broken = Some(NotRead::Broken),
            }
        }
    }
}

/// Whether the last four bytes are the CRC of those before.
fn is_checked(bytes: &[u8]) -> bool {
    let Some((text, check)) = bytes.split_last_chunk::<CHECK>() else {
        return false;
    };
    let mut crc = flate2::Crc::new();
    crc.update(text);
    crc.sum() == u32::from_be_bytes(*check)
}

fn message(bytes: &[u8]) -> Option<Message> {
    if !is_checked(bytes) {
        return None;
    }
    let headers = PRELUDE..PRELUDE.checked_add(be32(bytes, 4)?)?;
    let payload = headers.end..bytes.len().checked_sub(CHECK)?;
    let mut message = Message {
        payload: bytes.get(payload)?.to_vec(),
        ..Message::default()
    };
    let mut rest = bytes.get(headers)?;
    while !rest.is_empty() {
        rest = header(rest, &mut message)?;
    }
    Some(message)
}

/// Reads one header: length of the name, name, type, value. Only texts are of interest.
fn header<'a>(bytes: &'a [u8], message: &mut Message) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first()?;
    let (name, rest) = rest.split_at_checked(usize::from(*length))?;
    let (kind, rest) = rest.split_first()?;
    let size = match kind {
        0 | 1 => return Some(rest),
        2 => 1,
        3 => 2,
        4 => 4,
        5 | 8 => 8,
        9 => 16,
        6 | 7 => {
            let (two, rest) = rest.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(*two));
            let (value, rest) = rest.split_at_checked(length)?;
            note(name, value, message);
            return Some(rest);
        }
        _ => return None,
    };
    rest.get(size..)
}

fn note(name: &[u8], value: &[u8], message: &mut Message) {
    let text = String::from_utf8_lossy(value);
    match name {
        b":event-type" | b":exception-type" | b":error-code" => message.kind = text.into_owned(),
        b":message-type" => message.failed = text != "event",
        _ => {}
    }
}
