//! Which of the events that agents told are new.
//!
//! **Invariant:** what is read again is known by its key. What a session that was resumed under a
//! new name copied from the one before happened there: here it is kept under a key of its own, as
//! what repeats it, so that both sessions are whole and nothing is judged or counted twice.

use super::{Told, lock};
use ringfence_event::{Event, EventKey, SHARED_WITH, SessionId, Source};
use ringfence_store::{Reader, StoreError};
use serde_json::json;
use uuid::{Builder, Uuid};

impl Told {
    /// Leaves what is new, from now on it is known: first what was copied, then the others, each in their order.
    pub(super) fn sift(
        &self,
        record: &Reader,
        events: Vec<Event>,
    ) -> Result<Vec<Event>, StoreError> {
        let mut copies = Vec::new();
        let new = self.new_ones(record, events, &mut copies)?;
        if copies.is_empty() {
            return Ok(new);
        }
        // A session begins with what it copied.
        let mut all = self.new_ones(record, copies, &mut Vec::new())?;
        all.extend(new);
        Ok(all)
    }

    /// Leaves what nobody told; `copies` gets what was told in another session.
    fn new_ones(
        &self,
        record: &Reader,
        events: Vec<Event>,
        copies: &mut Vec<Event>,
    ) -> Result<Vec<Event>, StoreError> {
        let named: Vec<_> = events.iter().map(|event| (event.key, event.at)).collect();
        let stored = record.told(&named)?;
        let mut recent = lock(&self.recent);
        let mut new = Vec::new();
        for event in events {
            let told = match stored.get(&event.key) {
                Some(session) => Err(session.clone()),
                None => recent.add(event.key, event.session.as_ref()),
            };
            match told {
                Ok(()) => new.push(event),
                Err(session) => copies.extend(copy(event, session)),
            }
        }
        Ok(new)
    }
}

/// The event as a copy of the one that was told in another session, if that is what it is.
fn copy(mut event: Event, original: Option<SessionId>) -> Option<Event> {
    let (own, original) = (event.session.as_ref()?, original?);
    if *own == original || event.source != Source::Transcript {
        return None;
    }
    let key = key_of_copy(event.key, own);
    event.labels.repeats = Some(event.key);
    event.key = key;
    let from = json!(original.as_str());
    event.rest.insert(SHARED_WITH.to_owned(), from);
    Some(event)
}

/// The key of an event in another session: it follows from both, and has the time of the first.
fn key_of_copy(key: EventKey, session: &SessionId) -> EventKey {
    let mut hasher = blake3::Hasher::new();
    hasher.update(key.0.as_bytes());
    hasher.update(session.as_str().as_bytes());
    let mut random = [0; 10];
    for (to, from) in random.iter_mut().zip(hasher.finalize().as_bytes()) {
        *to = *from;
    }
    let milliseconds = u64::try_from(key.0.as_u128() >> 80).unwrap_or(0);
    let key: Uuid = Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid();
    EventKey(key)
}
