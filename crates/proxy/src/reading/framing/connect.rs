//! Frames of gRPC and of Connect streams: flags, length, message.
//!
//! The two agree on the first bit of the flags (the message is compressed) and on the length (four
//! bytes, big-endian); Connect marks its last frame with the second bit.

use super::{Held, LONGEST, be32, fill};
use crate::reading::content::{Coding, unpack};
use ringfence_event::NotRead;

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The flags, as they came.
    pub flags: u8,
    /// The message, unpacked.
    pub message: Vec<u8>,
    /// Why that is not all of it.
    pub missed: Option<NotRead>,
}

/// Reads frames out of pieces.
#[derive(Clone, Debug)]
pub struct Frames {
    header: Vec<u8>,
    missing: usize,
    message: Held,
    coding: Option<Coding>,
}

/// Flags and length.
const HEADER: usize = 5;
/// The message is compressed.
const COMPRESSED: u8 = 1;

impl Frames {
    /// Begins a stream whose compressed messages are of this coding.
    pub fn new(coding: Option<Coding>) -> Frames {
        Frames {
            header: Vec::new(),
            missing: 0,
            message: Held::default(),
            coding,
        }
    }

    /// Takes the next piece and tells each frame that it ends.
    pub fn push(&mut self, mut piece: &[u8], tell: &mut dyn FnMut(Frame)) {
        loop {
            if self.header.len() < HEADER {
                let (rest, whole) = fill(&mut self.header, HEADER, piece);
                piece = rest;
                if !whole {
                    return;
                }
                self.missing = be32(&self.header, 1).unwrap_or_default();
            }
            let (now, rest) = piece.split_at(self.missing.min(piece.len()));
            self.message.add(now);
            self.missing -= now.len();
            piece = rest;
            if self.missing > 0 {
                return;
            }
            let flags = self.header.first().copied().unwrap_or_default();
            self.header.clear();
            let (message, missed) = match (self.message.take(), flags & COMPRESSED, self.coding) {
                (None, _, _) => (Vec::new(), Some(NotRead::Length)),
                (Some(message), 0, _) => (message, None),
                (Some(packed), _, Some(coding)) => {
                    let unpacked = unpack(coding, &packed, LONGEST);
                    (unpacked.bytes, unpacked.missed)
                }
                (Some(_), _, None) => (Vec::new(), Some(NotRead::Coding)),
            };
            tell(Frame {
                flags,
                message,
                missed,
            });
        }
    }

    /// Bytes that are held.
    pub(crate) fn held(&self) -> usize {
        self.message.len()
    }
}
