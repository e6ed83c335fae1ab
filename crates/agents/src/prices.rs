//! What models cost: a table with its date, the cost of a request, and sums in which each request
//! is counted once.
//!
//! **Invariant:** a model that is not in the table has no price, it is never taken for another one:
//! it is told as such. Sums are exact: whole numbers of billionths of a dollar.

mod ledger;

pub use ledger::{Counted, Ledger, Spent};

use ringfence_event::{Cost, Usage};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The table: its head says where it comes from.
const TABLE: &str = include_str!("prices/table.tsv");

/// What one model costs for each token, in 1e-12 US dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    input: u64,
    output: u64,
    cache_read: u64,
    cache_write: u64,
    cache_write_hour: u64,
    long: Option<Long>,
    /// The factor of fast answers, in tenths.
    fast: u64,
}

/// What many tokens cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Long {
    /// From how many tokens on.
    beyond: u64,
    /// Whether the whole request costs more, or only what is beyond, in each heap.
    whole: bool,
    input: u64,
    output: u64,
    cache_read: u64,
}

/// A table of prices.
#[derive(Debug)]
pub struct Prices {
    models: HashMap<&'static str, Price>,
}

/// Returns the table that Ringfence was built with.
pub fn prices() -> &'static Prices {
    static PRICES: LazyLock<Prices> = LazyLock::new(|| Prices {
        models: TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(row)
            .collect(),
    });
    &PRICES
}

fn row(line: &'static str) -> Option<(&'static str, Price)> {
    let mut cells = line.split('\t');
    let name = cells.next()?;
    let mut number = || cells.next()?.parse::<u64>().ok();
    let [input, output, cache_read, cache_write, cache_write_hour] =
        [number()?, number()?, number()?, number()?, number()?];
    let long = cells.next()?;
    let mut number = || cells.next()?.parse::<u64>().ok();
    let (long_input, long_output, long_read) = (number()?, number()?, number()?);
    let fast = number()?;
    let long = long.split_at_checked(1).and_then(|(kind, beyond)| {
        Some(Long {
            beyond: beyond.parse().ok()?,
            whole: kind == "w",
            input: long_input,
            output: long_output,
            cache_read: long_read,
        })
    });
    Some((
        name,
        Price {
            input,
            output,
            cache_read,
            cache_write,
            cache_write_hour,
            long,
            fast,
        },
    ))
}

impl Prices {
    /// Returns the day on which the prices were taken (`2026-11-21`).
    pub fn date(&self) -> &'static str {
        let (_, after) = TABLE.split_once("As of ").unwrap_or_default();
        after.get(..10).unwrap_or_default()
    }

    /// Returns what a model costs, by its maker's name, or by the name of a service that offers it
    /// (`anthropic/claude-…`, `claude-…[1m]`).
    pub fn of(&self, model: &str) -> Option<&Price> {
        let model = model.trim();
        let bare = model.split_once('[').map_or(model, |(name, _)| name);
        let last = bare.rsplit('/').next().unwrap_or(bare);
        [model, bare, last, last.trim_end_matches("-latest")]
            .iter()
            .find_map(|name| self.models.get(*name))
            .or_else(|| self.models.get(without_date(last)))
    }

    /// Returns what a request cost; nothing if the model is not known.
    pub fn cost(&self, usage: &Usage) -> Option<Cost> {
        Some(self.of(usage.model.as_deref()?)?.cost(usage))
    }
}

/// Makers name a model with its day, or without (`claude-opus-4-6-20260205`).
fn without_date(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((name, date)) if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) => {
            name
        }
        _ => name,
    }
}

impl Price {
    /// Returns what a request cost.
    pub fn cost(&self, usage: &Usage) -> Cost {
        let context = [
            usage.input,
            usage.cache_read,
            usage.cache_write,
            usage.cache_write_hour,
        ]
        .into_iter()
        .fold(0, u64::saturating_add);
        let long = |base: u64| match self.long {
            // Writing to the cache grows as reading the input does.
            Some(long) if self.input > 0 => {
                u128::from(base) * u128::from(long.input) / u128::from(self.input)
            }
            _ => u128::from(base),
        };
        let heaps = [
            (usage.input, self.input, self.long.map(|long| long.input)),
            (usage.output, self.output, self.long.map(|long| long.output)),
            (
                usage.cache_read,
                self.cache_read,
                self.long.map(|long| long.cache_read),
            ),
            (usage.cache_write, self.cache_write, None),
            (usage.cache_write_hour, self.cache_write_hour, None),
        ];
        let mut sum = 0_u128;
        for (tokens, base, above) in heaps {
            let above = above.map_or_else(|| long(base), u128::from);
            let base = u128::from(base);
            let cost = match self.long {
                Some(long) if long.whole && context > long.beyond => u128::from(tokens) * above,
                Some(long) if !long.whole && tokens > long.beyond => {
                    u128::from(long.beyond) * base + u128::from(tokens - long.beyond) * above
                }
                _ => u128::from(tokens) * base,
            };
            sum = sum.saturating_add(cost);
        }
        if usage.fast {
            sum = sum.saturating_mul(u128::from(self.fast)) / 10;
        }
        let billionths = sum.saturating_add(500) / 1000;
        Cost(u64::try_from(billionths).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests;
