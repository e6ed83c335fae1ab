//! What agents count: tokens and cost of a request, and how hooks went.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What one request to a model used.
///
/// Tokens stand in four heaps that do not overlap, as Anthropic counts them: agents that count
/// cached tokens as input too are read accordingly.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// The model, by its maker's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The request, by its maker's id: what has the same one is counted once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The message that answered it, by its maker's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Tokens read, without those in a cache.
    pub input: u64,
    /// Tokens written, thoughts included.
    pub output: u64,
    /// Tokens read from a cache.
    pub cache_read: u64,
    /// Tokens put into a cache for minutes.
    pub cache_write: u64,
    /// Tokens put into a cache for an hour.
    pub cache_write_hour: u64,
    /// Those of the output that are thoughts, if it is told.
    pub reasoning: u64,
    /// Set when it was answered faster at a higher price.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fast: bool,
    /// Set in a side conversation: it may repeat what the main one used.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub aside: bool,
    /// What the agent itself says it cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

impl Usage {
    /// Returns the sum of all heaps.
    pub fn tokens(&self) -> u64 {
        [
            self.input,
            self.output,
            self.cache_read,
            self.cache_write,
            self.cache_write_hour,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }
}

/// Money, in billionths of a US dollar: a sum of many small costs loses nothing.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cost(pub u64);

impl Cost {
    /// Returns an amount of dollars as JSON tells it; `None` of what is no amount.
    pub fn from_dollars(dollars: f64) -> Option<Cost> {
        let billionths = (dollars * 1e9).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is in range"
        )]
        (0.0..=9e18)
            .contains(&billionths)
            .then_some(Cost(billionths as u64))
    }

    /// Returns the sum.
    #[must_use]
    pub fn plus(self, other: Cost) -> Cost {
        Cost(self.0.saturating_add(other.0))
    }
}

/// In dollars, to the cent, or to the hundredth of a cent below ten cents.
impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.0.saturating_add(50_000) / 100_000;
        if hundredths < 1000 {
            return write!(
                formatter,
                "${}.{:04}",
                hundredths / 10_000,
                hundredths % 10_000
            );
        }
        let cents = self.0.saturating_add(5_000_000) / 10_000_000;
        write!(formatter, "${}.{:02}", cents / 100, cents % 100)
    }
}

/// How the hooks of one moment went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HookCounts {
    /// How many ran.
    pub hooks: u64,
    /// How many had nothing against it.
    pub succeeded: u64,
    /// How many held the agent back.
    pub blocked: u64,
    /// How many failed, so that the agent went on without them.
    pub failed: u64,
    /// How many were stopped, by their time limit or by the user.
    pub cancelled: u64,
    /// How long they took together, in milliseconds.
    pub milliseconds: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_and_written_exactly() {
        let table = [
            (0.0, 0, "$0.0000"),
            (0.006_135_600_000_000_001, 6_135_600, "$0.0061"),
            (0.099_94, 99_940_000, "$0.0999"),
            (0.099_96, 99_960_000, "$0.10"),
            (1.02, 1_020_000_000, "$1.02"),
            (0.125, 125_000_000, "$0.13"),
            (1234.567, 1_234_567_000_000, "$1234.57"),
        ];
        for (dollars, billionths, shown) in table {
            let cost = Cost::from_dollars(dollars);
            assert_eq!(cost, Some(Cost(billionths)));
            assert_eq!(cost.unwrap().to_string(), shown);
        }
        for none in [-0.01, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(Cost::from_dollars(none), None);
        }
        assert_eq!(Cost(u64::MAX).plus(Cost(1)), Cost(u64::MAX));
    }
}
