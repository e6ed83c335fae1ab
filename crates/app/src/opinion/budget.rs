//! How often a model is asked: each text once, and no more than so many times an hour.

use ringfence_event::Timestamp;
use std::collections::{HashSet, VecDeque};

/// An hour in microseconds.
const HOUR: i64 = 3_600_000_000;

/// Most texts that are remembered as asked.
const MOST_KNOWN: usize = 4096;

/// What was asked lately.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    asked: VecDeque<Timestamp>,
    known: HashSet<String>,
}

/// Whether a text may be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum May {
    /// It may, and is counted.
    Ask,
    /// It was asked about before.
    Known,
    /// The hour's questions are used up.
    Spent,
}

impl Budget {
    /// Asks for a question about a text.
    pub(crate) fn take(&mut self, text: &str, per_hour: u32, now: Timestamp) -> May {
        if self.known.contains(text) {
            return May::Known;
        }
        while (self.asked.front()).is_some_and(|first| first.0 <= now.0.saturating_sub(HOUR)) {
            self.asked.pop_front();
        }
        if self.asked.len() >= usize::try_from(per_hour).unwrap_or(usize::MAX) {
            return May::Spent;
        }
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        self.known.insert(text.to_owned());
        self.asked.push_back(now);
        May::Ask
    }

    /// Lets a text be asked about again: no answer came.
    pub(crate) fn give_back(&mut self, text: &str) {
        self.known.remove(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_once_and_so_many_an_hour() {
        let mut budget = Budget::default();
        let minute = |minutes: i64| Timestamp(minutes * 60_000_000);
        let asked = [
            ("a", 0, May::Ask),
            ("a", 1, May::Known),
            ("b", 2, May::Ask),
            ("c", 3, May::Spent),
            ("c", 59, May::Spent),
            ("c", 60, May::Ask),
            ("d", 61, May::Spent),
            ("d", 62, May::Ask),
            ("a", 300, May::Known),
        ];
        for (text, at, may) in asked {
            assert_eq!(budget.take(text, 2, minute(at)), may, "{text} at {at}");
        }
        assert_eq!(budget.take("e", 0, minute(900)), May::Spent);
    }
}
