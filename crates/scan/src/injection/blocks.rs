//! Cuts a stream at fixed offsets into overlapping blocks, whatever pieces it comes in.

/// Bytes that are read as one text.
const BLOCK: usize = 64 * 1_024;
/// Bytes that two neighbours share, so that what lies on a border is whole in one of them.
const OVERLAP: usize = 8 * 1_024;

#[derive(Default)]
pub(super) struct Blocks {
    start: usize,
    held: Vec<u8>,
    /// Bytes at the front that an earlier block showed.
    shown: usize,
}

impl Blocks {
    /// Takes what fits, returns what is left.
    pub(super) fn fill<'a>(&mut self, piece: &'a [u8]) -> &'a [u8] {
        let room = BLOCK - self.held.len();
        let (fits, left) = piece.split_at(room.min(piece.len()));
        self.held.extend_from_slice(fits);
        left
    }

    /// Returns the block and its offset once it is full, and moves on.
    pub(super) fn full(&mut self) -> Option<(usize, String)> {
        if self.held.len() < BLOCK {
            return None;
        }
        let block = (self.start, text(&self.held));
        self.held.drain(..BLOCK - OVERLAP);
        self.start += BLOCK - OVERLAP;
        self.shown = OVERLAP;
        Some(block)
    }

    /// Returns the last block, if it shows anything new.
    pub(super) fn rest(&mut self) -> Option<(usize, String)> {
        (self.held.len() > self.shown).then(|| (self.start, text(&self.held)))
    }
}

/// Each byte that is no letter becomes `?`, so that offsets stay.
fn text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}
