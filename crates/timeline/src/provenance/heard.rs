//! Who said which words first.

use super::Origin;
use super::words::{self, Word};
use serde_json::Value;
use std::collections::HashMap;

/// Runs and words that are remembered; about 24 bytes each.
pub(super) const MOST_RUNS: usize = 400_000;

/// Texts whose place is remembered.
const MOST_PLACES: usize = 20_000;

/// How much of one text is looked at, in bytes.
const MOST_OF_TEXT: usize = 256 << 10;

/// The shortest run of three words that is remembered, in bytes: `cd .. ls` says nothing.
const LEAST_RUN: usize = 14;

/// Where a text came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// What kind of text.
    pub(super) origin: Origin,
    /// Its address, path, or server and tool.
    pub(super) name: String,
    /// The event that brought it.
    pub(super) event: i64,
}

/// Who said which words first.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// By the hash of a run of three words, or of a rare word.
    runs: HashMap<u64, Said>,
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Said {
    /// 0 for user, model and machine; else one more than the place's number.
    by: u32,
    line: u32,
}

impl Heard {
    /// Remembers a text of the user, the model or the machine.
    pub(super) fn own(&mut self, text: &str) {
        self.note(text, 0);
    }

    /// Remembers what the machine answered.
    pub(super) fn own_value(&mut self, value: &Value) {
        let mut texts = Vec::new();
        words::texts_of(value, &mut texts);
        for text in texts {
            self.note(text, 0);
        }
    }

    /// Remembers a text that came from somewhere.
    pub(super) fn foreign(&mut self, place: &Place, output: &Value) {
        if self.places.len() >= MOST_PLACES {
            return;
        }
        self.places.push(place.clone());
        let by = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let mut texts = Vec::new();
        words::texts_of(output, &mut texts);
        for text in texts {
            self.note(text, by);
        }
    }

    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.runs.len()
    }

    pub(super) fn place(&self, number: usize) -> Option<&Place> {
        self.places.get(number)
    }

    fn note(&mut self, text: &str, by: u32) {
        let text = text.get(..text.floor_char_boundary(MOST_OF_TEXT));
        let text = text.unwrap_or_default();
        self.make_room();
        let mut last: [Option<Word<'_>>; 2] = [None, None];
        for word in words::words(text) {
            let said = |line| Said { by, line };
            if word.is_rare() {
                self.runs
                    .entry(word.hash(1))
                    .or_insert_with(|| said(word.line));
            }
            if let [Some(first), Some(second)] = last
                && let Some(hash) = of_three(first, second, word)
            {
                self.runs.entry(hash).or_insert_with(|| said(first.line));
            }
            last = [last[1], Some(word)];
        }
    }

    /// Forgets what was heard first when there is too much: of texts that came from somewhere the
    /// older half, and then all that was our own.
    fn make_room(&mut self) {
        if self.runs.len() < MOST_RUNS {
            return;
        }
        let half = u32::try_from(self.places.len() / 2).unwrap_or(u32::MAX);
        self.runs.retain(|_, said| said.by == 0 || said.by > half);
        if self.runs.len() >= MOST_RUNS / 2 {
            self.runs.retain(|_, said| said.by > half);
        }
        if self.runs.len() >= MOST_RUNS {
            self.runs.clear();
        }
    }

    /// Returns who said the first three of these words in a row.
    pub(super) fn run_of(&self, words: &[Word<'_>]) -> Option<(usize, u32)> {
        let [first, second, third, ..] = words else {
            return None;
        };
        self.said(of_three(*first, *second, *third)?)
    }

    /// Returns who said a rare word.
    pub(super) fn rare(&self, word: &Word<'_>) -> Option<(usize, u32)> {
        if !word.is_rare() {
            return None;
        }
        self.said(word.hash(1))
    }

    fn said(&self, hash: u64) -> Option<(usize, u32)> {
        let said = self.runs.get(&hash)?;
        let number = usize::try_from(said.by).ok()?.checked_sub(1)?;
        Some((number, said.line))
    }
}

fn of_three(first: Word<'_>, second: Word<'_>, third: Word<'_>) -> Option<u64> {
    let length = first.text.len() + second.text.len() + third.text.len();
    (length >= LEAST_RUN).then(|| third.hash(second.hash(first.hash(2))))
}
