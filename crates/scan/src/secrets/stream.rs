//! Text that comes in pieces: the same findings as if it came at once.
//!
//! **Invariant:** holds at most one block, its surroundings and one piece; work begins
//! when a block and all within its reach are there, or the text ends.

use super::engine::{AFTER, BEFORE, BLOCK, Candidate, MOST_CANDIDATES, View, index, length};
use super::{Scanner, Secret};

/// A text under way.
#[derive(Debug)]
pub struct Stream<'a> {
    scanner: &'a Scanner,
    path: Option<String>,
    held: Vec<u8>,
    /// Where `held` begins in the text.
    base: u64,
    /// Where the next block begins.
    next: u64,
    candidates: Vec<Candidate>,
}

impl<'a> Stream<'a> {
    pub(crate) fn new(scanner: &'a Scanner, path: Option<&str>) -> Stream<'a> {
        Stream {
            scanner,
            path: path.map(str::to_owned),
            held: Vec::new(),
            base: 0,
            next: 0,
            candidates: Vec::new(),
        }
    }

    /// Takes the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        for part in piece.chunks(BLOCK) {
            self.held.extend_from_slice(part);
            self.work();
        }
    }

    fn work(&mut self) {
        while self.base + length(self.held.len()) >= self.next + length(BLOCK + AFTER) {
            let end = self.next + length(BLOCK);
            self.block(end);
            let keep = end.saturating_sub(length(BEFORE)).max(self.base);
            self.held.drain(..index(keep - self.base));
            self.base = keep;
        }
    }

    fn block(&mut self, end: u64) {
        let view = View {
            bytes: &self.held,
            base: self.base,
        };
        self.scanner.candidates(
            view,
            self.next..end,
            self.path.as_deref(),
            &mut self.candidates,
        );
        self.next = end;
    }

    /// Whether so much was found that the rest is not looked at any more.
    pub fn is_full(&self) -> bool {
        self.candidates.len() >= MOST_CANDIDATES
    }

    /// Ends the text and tells what it held, in order of place.
    pub fn finish(mut self) -> Vec<Secret> {
        let end = self.base + length(self.held.len());
        while self.next < end {
            let block = (self.next + length(BLOCK)).min(end);
            self.block(block);
        }
        self.scanner.settle(self.candidates)
    }
}
