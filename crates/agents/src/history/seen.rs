//! What a file said already, where agents write the same thing again and again.
//!
//! **Invariant:** bounded: of a file that says very much, the oldest is forgotten, and would be
//! told again under the key that it had.

use serde::{Deserialize, Serialize};
use std::collections::{HashSet, VecDeque};

/// Most things that are remembered of one file.
const MOST: usize = 64 * 1024;

/// What a file said already.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<u64>", into = "Vec<u64>")]
pub(crate) struct Seen {
    order: VecDeque<u64>,
    known: HashSet<u64>,
}

impl Seen {
    /// Whether it is known.
    pub(crate) fn knows(&self, names: &[&str]) -> bool {
        self.known.contains(&hash(names))
    }

    /// Whether it is new; it is known from now on.
    pub(crate) fn insert(&mut self, names: &[&str]) -> bool {
        let hash = hash(names);
        if !self.known.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

fn hash(names: &[&str]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for name in names {
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
    }
    let mut short = [0; 8];
    for (to, from) in short.iter_mut().zip(hasher.finalize().as_bytes()) {
        *to = *from;
    }
    u64::from_le_bytes(short)
}

impl From<Vec<u64>> for Seen {
    fn from(hashes: Vec<u64>) -> Seen {
        Seen {
            known: hashes.iter().copied().collect(),
            order: hashes.into(),
        }
    }
}

impl From<Seen> for Vec<u64> {
    fn from(seen: Seen) -> Vec<u64> {
        seen.order.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut seen = Seen::default();
        assert!(seen.insert(&["a", "bc"]));
        assert!(seen.insert(&["ab", "c"]));
        assert!(!seen.insert(&["a", "bc"]));
        let json = serde_json::to_string(&seen).unwrap();
        let mut seen: Seen = serde_json::from_str(&json).unwrap();
        assert!(!seen.insert(&["ab", "c"]));
        for number in 0..MOST {
            seen.insert(&[&number.to_string()]);
        }
        assert_eq!(seen.order.len(), MOST);
        assert!(seen.insert(&["a", "bc"]));
    }
}
