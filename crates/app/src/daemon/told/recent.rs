//! The keys that were told last: what the record does not show yet is not told twice.
//!
//! **Invariant:** bounded; of older ones the record knows.

use ringfence_event::EventKey;
use std::collections::{HashSet, VecDeque};

/// Most keys that are remembered: several times what can wait for the record.
const MOST: usize = 64 * 1024;

/// The keys that were told last.
#[derive(Default)]
pub(super) struct Recent {
    known: HashSet<EventKey>,
    order: VecDeque<EventKey>,
}

impl Recent {
    /// Whether it is new; it is known from now on.
    pub(super) fn add(&mut self, key: EventKey) -> bool {
        if !self.known.insert(key) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }

    /// Forgets what was not kept after all.
    pub(super) fn forget(&mut self, keys: &[EventKey]) {
        for key in keys {
            self.known.remove(key);
        }
        self.order.retain(|key| self.known.contains(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_last_are_known_and_no_more() {
        let key = |number: usize| EventKey(Uuid::from_u128(u128::try_from(number).unwrap()));
        let mut recent = Recent::default();
        assert!((0..=MOST).all(|number| recent.add(key(number))));
        assert_eq!((recent.known.len(), recent.order.len()), (MOST, MOST));
        assert!(!recent.add(key(MOST)));
        assert!(recent.add(key(0)));
        recent.forget(&[key(MOST)]);
        assert_eq!(
            (recent.known.len(), recent.order.len()),
            (MOST - 1, MOST - 1)
        );
        assert!(recent.add(key(MOST)));
    }
}
