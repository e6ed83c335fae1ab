//! A small linear model over hashed words and parts of words: how much a sentence gives orders.
//!
//! **Invariant:** the same text gives the same score on every machine: hashes and sums are whole
//! numbers, the weights are bytes that ship in the program. It reads folded text ([`crate::text`]).
//! A model of this size knows the families it was trained on, so it never decides alone.

mod features;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use features::{Sentence, sentences};

/// Places in the table of weights. A power of two.
pub const BUCKETS: usize = 1 << 18;
/// Sentences that are read together at most.
pub const LONGEST_WINDOW: usize = 3;

/// Bytes before the weights: how much one step is worth, and where the scale starts.
const HEAD: usize = 8;
/// So that a sentence of two words cannot outweigh one that says something.
const SMOOTHING: f32 = 12.0;

static SHIPPED: &[u8] = include_bytes!("classifier/weights.bin");

/// The weights.
#[derive(Clone, Debug)]
pub struct Model {
    weights: Vec<i8>,
    step: f32,
    bias: f32,
}

/// Some sentences, and how much they give orders: above zero more than not.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Log odds.
    pub score: f32,
    /// Bytes of the text that was given.
    pub place: Range<usize>,
}

/// The bytes are not the weights of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the weights have {found} bytes, not {expected}")]
pub struct WrongSize {
    found: usize,
    expected: usize,
}

impl Model {
    /// Returns the model that ships inside the program.
    pub fn shipped() -> Self {
        // A test proves that the shipped bytes are whole; without weights the patterns remain.
        Self::from_bytes(SHIPPED).unwrap_or(Self {
            weights: Vec::new(),
            step: 0.0,
            bias: f32::MIN,
        })
    }

    /// Reads weights as [`Self::to_bytes`] writes them.
    ///
    /// # Errors
    /// The bytes have another length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WrongSize> {
        let wrong = WrongSize {
            found: bytes.len(),
            expected: HEAD + BUCKETS,
        };
        let (step, rest) = bytes.split_first_chunk().ok_or(wrong)?;
        let (bias, rest) = rest.split_first_chunk().ok_or(wrong)?;
        if rest.len() != BUCKETS {
            return Err(wrong);
        }
        Ok(Self {
            weights: rest.iter().map(|byte| byte.cast_signed()).collect(),
            step: f32::from_le_bytes(*step),
            bias: f32::from_le_bytes(*bias),
        })
    }

    /// Rounds trained weights to bytes.
    pub fn from_weights(weights: &[f32], bias: f32) -> Self {
        let largest = weights
            .iter()
            .fold(0.0_f32, |most, weight| most.max(weight.abs()));
        let step = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the largest weight is 127 steps"
        )]
        let rounded = weights.iter().map(|weight| (weight / step).round() as i8);
        Self {
            weights: rounded.collect(),
            step,
            bias,
        }
    }

    /// Returns the bytes that [`Self::from_bytes`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.step.to_le_bytes().to_vec();
        bytes.extend(self.bias.to_le_bytes());
        bytes.extend(self.weights.iter().map(|weight| weight.cast_unsigned()));
        bytes
    }

    /// Returns the window of a folded text that most gives orders.
    pub fn strongest(&self, text: &str) -> Option<Window> {
        let mut strongest: Option<Window> = None;
        let mut recent: Vec<(i32, usize, Range<usize>)> = Vec::with_capacity(LONGEST_WINDOW);
        sentences(text, |sentence| {
            if recent.len() == LONGEST_WINDOW {
                recent.remove(0);
            }
            recent.push((
                self.sum(sentence.features),
                sentence.features.len(),
                sentence.place,
            ));
            let (mut sum, mut count) = (0, 0);
            let end = recent.last().map_or(0, |(_, _, place)| place.end);
            for (own, features, place) in recent.iter().rev() {
                sum += own;
                count += features;
                let score = self.score(sum, count);
                if strongest.as_ref().is_none_or(|best| score > best.score) {
                    strongest = Some(Window {
                        score,
                        place: place.start..end,
                    });
                }
            }
        });
        strongest
    }

    fn sum(&self, features: &[u32]) -> i32 {
        features
            .iter()
            .filter_map(|feature| self.weights.get(*feature as usize))
            .map(|weight| i32::from(*weight))
            .sum()
    }

    fn score(&self, sum: i32, count: usize) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "sums stay far below 2^24")]
        let sum = sum as f32;
        self.bias + sum * self.step * share(count)
    }
}

/// Returns what each of so many features counts for in a window.
pub fn share(count: usize) -> f32 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a window has some hundred features"
    )]
    let count = count as f32;
    1.0 / (count + SMOOTHING).sqrt()
}
