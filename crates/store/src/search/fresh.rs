//! The words that came last, for readers in the same process: until they are in their
//! file, nobody has to unpack the events to look for a word.
//!
//! **Invariant:** a help only. What is not here is read from the segment; what is here
//! is the same text that goes into the file. It is bounded: the oldest go first.

use super::Batch;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most text that is held, in bytes.
const MOST_BYTES: usize = 8 << 20;

/// The words that came last.
#[derive(Clone, Default)]
pub(crate) struct Fresh(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Oldest first.
    batches: VecDeque<Arc<Batch>>,
    bytes: usize,
}

impl Fresh {
    fn lock(&self) -> MutexGuard<'_, State> {
        // What is behind it is valid between any two statements.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a batch that was just committed.
    pub(super) fn add(&self, batch: &Arc<Batch>) {
        let mut state = self.lock();
        state.bytes += batch.texts.bytes();
        state.batches.push_back(Arc::clone(batch));
        while state.bytes > MOST_BYTES {
            state.drop_first();
        }
    }

    /// Up to this event all words of the segment are in their file, and have been for
    /// so long that no reader looks at an older view of it.
    pub(super) fn stored(&self, number: u32, upto: i64) {
        let mut state = self.lock();
        let is_stored = |batch: &Arc<Batch>| (batch.number, batch.last) <= (number, upto);
        while state.batches.front().is_some_and(is_stored) {
            state.drop_first();
        }
    }

    /// The batches of a segment behind one another, the last of which holds `last` or
    /// what comes just before it; oldest first, and none that ends before `first`.
    pub(crate) fn between(&self, number: u32, (first, last): (i64, i64)) -> Vec<Arc<Batch>> {
        let state = self.lock();
        let mut found: Vec<Arc<Batch>> = Vec::new();
        for batch in state.batches.iter().rev() {
            if batch.number != number || batch.first > last {
                continue;
            }
            let follows = found.last().is_none_or(|next| batch.last + 1 == next.first);
            if batch.last < first || !follows {
                break;
            }
            found.push(Arc::clone(batch));
        }
        found.reverse();
        found
    }
}

impl State {
    fn drop_first(&mut self) {
        if let Some(batch) = self.batches.pop_front() {
            self.bytes = self.bytes.saturating_sub(batch.texts.bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Texts;
    use super::*;

    fn batch(number: u32, first: i64, last: i64, text: &str) -> Arc<Batch> {
        let mut texts = Texts::default();
        texts.push(first, text);
        Arc::new(Batch {
            number,
            first,
            last,
            texts,
        })
    }

    fn found(fresh: &Fresh, number: u32, window: (i64, i64)) -> Vec<(i64, i64)> {
        let batches = fresh.between(number, window);
        batches.iter().map(|one| (one.first, one.last)).collect()
    }

    #[test]
    fn batches_without_a_gap_are_handed_over() {
        let fresh = Fresh::default();
        for (first, last) in [(1, 5), (8, 10), (11, 20), (21, 30)] {
            fresh.add(&batch(1, first, last, "word"));
        }
        fresh.add(&batch(2, 31, 40, "word"));
        assert_eq!(found(&fresh, 1, (1, 25)), [(8, 10), (11, 20), (21, 30)]);
        assert_eq!(found(&fresh, 1, (12, 15)), [(11, 20)]);
        assert_eq!(found(&fresh, 2, (1, i64::MAX)), [(31, 40)]);
        assert_eq!(found(&fresh, 3, (1, i64::MAX)), []);
        fresh.stored(1, 20);
        assert_eq!(found(&fresh, 1, (1, 30)), [(21, 30)]);
        fresh.stored(2, 30);
        assert_eq!(found(&fresh, 1, (1, 30)), []);
        assert_eq!(found(&fresh, 2, (1, 40)), [(31, 40)]);
    }

    #[test]
    fn memory_is_bounded() {
        let fresh = Fresh::default();
        let text = "x".repeat(MOST_BYTES / 2);
        for number in 1..=5 {
            fresh.add(&batch(1, number, number, &text));
        }
        assert_eq!(found(&fresh, 1, (1, 5)), [(4, 4), (5, 5)]);
        assert!(fresh.lock().bytes <= MOST_BYTES);
    }
}
