//! How streams are cut into messages: one small machine for each framing.
//!
//! **Invariant:** any cutting of the bytes gives the same messages. A message longer than
//! [`LONGEST`] is passed over and told as such; so no machine holds more than that.

pub mod array;
pub mod connect;
pub mod eventstream;
pub mod lines;
pub mod sse;
pub mod websocket;

/// The longest message that is held, in bytes.
pub const LONGEST: usize = 4 * 1024 * 1024;

/// Bytes of a message under way, up to [`LONGEST`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    bytes: Vec<u8>,
    over: bool,
}

impl Held {
    /// Adds bytes; what is too long is let go.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        if self.over {
            return;
        }
        if self.bytes.len() + bytes.len() > LONGEST {
            self.over = true;
            self.bytes = Vec::new();
            return;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Ends the message; `None` if it was too long.
    pub(crate) fn take(&mut self) -> Option<Vec<u8>> {
        let over = std::mem::take(&mut self.over);
        let bytes = std::mem::take(&mut self.bytes);
        (!over).then_some(bytes)
    }

    /// Bytes that are held.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it was too long.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Whether nothing came yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && !self.over
    }
}

/// Reads up to `wanted` bytes into a header under way; returns what is left of the piece, and
/// whether the header is whole.
pub(crate) fn fill<'a>(header: &mut Vec<u8>, wanted: usize, piece: &'a [u8]) -> (&'a [u8], bool) {
    let missing = wanted.saturating_sub(header.len()).min(piece.len());
    let (now, rest) = piece.split_at(missing);
    header.extend_from_slice(now);
    (rest, header.len() >= wanted)
}

/// Reads a big-endian number of four bytes.
pub(crate) fn be32(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    let number = u32::from_be_bytes(four.try_into().ok()?);
    usize::try_from(number).ok()
}
