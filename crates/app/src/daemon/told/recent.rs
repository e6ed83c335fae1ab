//! The keys that were told last: what the record does not show yet is not told twice.
//!
//! **Invariant:** bounded; of older ones the record knows.

use ringfence_event::{EventKey, SessionId};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Most keys that are remembered: several times what can wait for the record.
const MOST: usize = 64 * 1024;

/// The keys that were told last, with the sessions in which they were.
#[derive(Default)]
pub(super) struct Recent {
    known: HashMap<EventKey, Option<Arc<SessionId>>>,
    order: VecDeque<EventKey>,
    /// The session of the last one: most have that of the one before.
    last: Option<Arc<SessionId>>,
}

impl Recent {
    /// Takes in what is new; if it is not, returns the session in which it was told.
    pub(super) fn add(
        &mut self,
        key: EventKey,
        session: Option<&SessionId>,
    ) -> Result<(), Option<SessionId>> {
        if let Some(session) = self.known.get(&key) {
            return Err(session.as_deref().cloned());
        }
        if self.last.as_deref() != session {
            self.last = session.cloned().map(Arc::new);
        }
        self.known.insert(key, self.last.clone());
        self.order.push_back(key);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        Ok(())
    }

    /// Forgets what was not kept after all.
    pub(super) fn forget(&mut self, keys: &[EventKey]) {
        for key in keys {
            self.known.remove(key);
        }
        self.order.retain(|key| self.known.contains_key(key));
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
        let one = SessionId::from("one");
        let is_new = |recent: &mut Recent, number| recent.add(key(number), Some(&one)).is_ok();
        assert!((0..=MOST).all(|number| is_new(&mut recent, number)));
        assert_eq!((recent.known.len(), recent.order.len()), (MOST, MOST));
        assert_eq!(recent.add(key(MOST), None), Err(Some(one.clone())));
        assert!(is_new(&mut recent, 0));
        recent.forget(&[key(MOST)]);
        assert_eq!(
            (recent.known.len(), recent.order.len()),
            (MOST - 1, MOST - 1)
        );
        assert_eq!(recent.add(key(MOST), None), Ok(()));
        assert_eq!(recent.add(key(MOST), Some(&one)), Err(None));
    }
}
