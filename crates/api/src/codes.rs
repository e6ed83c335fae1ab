//! One-time codes: what `ringfence open` puts into the link that signs a browser in.
//!
//! **Invariant:** a code is good once and for ten minutes; only its hash is kept.

use std::time::{Duration, Instant};

/// How long a code is good.
const VALID: Duration = Duration::from_mins(10);

/// How long a code is: 128 bits.
const CHARACTERS: usize = 32;

/// How many codes are open at once; the oldest makes room.
const MAX_OPEN: usize = 16;

pub(crate) struct Codes {
    seed: [u8; 32],
    issued: u64,
    open: Vec<(blake3::Hash, Instant)>,
}

impl Codes {
    /// Codes follow from a seed that nobody else knows.
    pub(crate) fn new(seed: [u8; 32]) -> Codes {
        Codes {
            seed,
            issued: 0,
            open: Vec::new(),
        }
    }

    /// Returns a new code: 128 bits in hex that nobody can foresee.
    pub(crate) fn issue(&mut self, now: Instant) -> String {
        self.issued += 1;
        let hash = blake3::keyed_hash(&self.seed, &self.issued.to_be_bytes());
        let code: String = hash.to_hex().chars().take(CHARACTERS).collect();
        self.forget_old(now);
        if self.open.len() >= MAX_OPEN {
            self.open.remove(0);
        }
        self.open.push((blake3::hash(code.as_bytes()), now));
        code
    }

    /// Uses a code up; returns whether it was good.
    pub(crate) fn redeem(&mut self, code: &str, now: Instant) -> bool {
        self.forget_old(now);
        let hash = blake3::hash(code.as_bytes());
        let before = self.open.len();
        self.open.retain(|(open, _)| *open != hash);
        self.open.len() < before
    }

    fn forget_old(&mut self, now: Instant) {
        self.open
            .retain(|(_, issued)| now.saturating_duration_since(*issued) < VALID);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_once_and_for_ten_minutes() {
        let start = Instant::now();
        let mut codes = Codes::new([7; 32]);
        let [first, second] = [0; 2].map(|_| codes.issue(start));
        assert_eq!(first.len(), 32);
        assert_ne!(first, second);
        let late = start + VALID;
        let redeemed = [
            codes.redeem("", start),
            codes.redeem(second.strip_suffix(|_| true).unwrap(), start),
            codes.redeem(&first, start),
            codes.redeem(&first, start),
            codes.redeem(&second, late),
        ];
        assert_eq!(redeemed, [false, false, true, false, false]);
    }

    #[test]
    fn only_so_many_are_open() {
        let now = Instant::now();
        let mut codes = Codes::new([7; 32]);
        let issued: Vec<String> = (0..=MAX_OPEN).map(|_| codes.issue(now)).collect();
        let good = issued.iter().filter(|code| codes.redeem(code, now)).count();
        assert_eq!(good, MAX_OPEN);
    }
}
