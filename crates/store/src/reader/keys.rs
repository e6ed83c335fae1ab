//! An event by the beginning of its key. There is no index on keys, but for what agents wrote
//! down: it would cost each event some 25 bytes for a question that only people ask.

use super::events::each;
use super::select::ALL;
use super::{Reader, StoredEvent, spans};
use crate::{StoreError, keys};
use ringfence_event::{EventKey, SessionId, Timestamp};
use rusqlite::types::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// The first characters of a key that are needed to ask for it.
const MIN_PREFIX: usize = 4;

/// How many things an ambiguous name is said to mean.
pub(super) const MAX_CANDIDATES: usize = 5;

/// How far an event's own time may be from the one in its key, in microseconds: mostly not
/// far, and seldom farther.
const NEAR: [i64; 2] = [60_000_000, 3_600_000_000];

/// The keys that begin so.
struct Keys {
    first: Uuid,
    last: Uuid,
}

impl Reader {
    /// Returns which of these events are stored, of those that agents wrote down or exported, and in
    /// which session; each comes with its time. What is not committed yet is not seen.
    pub fn told(
        &self,
        wanted: &[(EventKey, Timestamp)],
    ) -> Result<HashMap<EventKey, Option<SessionId>>, StoreError> {
        let mut found = HashMap::new();
        let times = || wanted.iter().map(|(_, at)| at.0);
        let (Some(first), Some(last)) = (times().min(), times().max()) else {
            return Ok(found);
        };
        let may_hold = |listed: &super::segments::Listed| listed.may_hold(ALL, (first, last));
        self.visit(true, may_hold, |segment| {
            for (key, _) in wanted {
                let blob = Value::Blob(key.0.as_bytes().to_vec());
                if let Some(session) = segment.text(keys::TOLD_IN, vec![blob])? {
                    let session = Some(session).filter(|name| !name.is_empty());
                    found.insert(*key, session.map(SessionId));
                }
            }
            Ok(found.len() == wanted.len())
        })?;
        Ok(found)
    }

    pub(super) fn event_by_key(&self, name: &str) -> Result<Option<StoredEvent>, StoreError> {
        let Some(keys) = Keys::beginning(name) else {
            return Ok(None);
        };
        // A whole key says when it was made (RFC 9562, version 7).
        if keys.first == keys.last {
            for near in NEAR {
                if let Some(found) = self.events_by_key(&keys, keys.near(near))?.pop() {
                    return Ok(Some(found));
                }
            }
        }
        let mut found = self.events_by_key(&keys, ALL)?;
        if found.len() > 1 {
            return Err(StoreError::Ambiguous {
                prefix: name.to_owned(),
                candidates: found.iter().map(|one| one.event.key.to_string()).collect(),
            });
        }
        Ok(found.pop())
    }

    fn events_by_key(&self, keys: &Keys, at: (i64, i64)) -> Result<Vec<StoredEvent>, StoreError> {
        let mut found = Vec::new();
        let may_hold = |listed: &super::segments::Listed| listed.may_hold(ALL, at);
        self.visit(true, may_hold, |segment| {
            let blob = |key: &Uuid| key.as_bytes().to_vec().into();
            let most = MAX_CANDIDATES - found.len();
            let Some(span) = spans::around(segment, at)? else {
                return Ok(false);
            };
            let seqs = segment.numbers(
                "SELECT seq FROM event NOT INDEXED WHERE seq BETWEEN ? AND ?
                    AND at BETWEEN ? AND ? AND key BETWEEN ? AND ? ORDER BY seq DESC LIMIT ?",
                vec![
                    span.0.into(),
                    span.1.into(),
                    at.0.into(),
                    at.1.into(),
                    blob(&keys.first),
                    blob(&keys.last),
                    i64::try_from(most).unwrap_or_default().into(),
                ],
            )?;
            each(segment, &seqs, |row, decoder| {
                found.push(self.stored(row, decoder)?);
                Ok(())
            })?;
            Ok(found.len() >= MAX_CANDIDATES)
        })?;
        Ok(found)
    }
}

impl Keys {
    /// The first and last key that begin with these hexadecimal digits, dashes aside.
    fn beginning(prefix: &str) -> Option<Keys> {
        let digits = prefix.replace('-', "");
        let fits = (MIN_PREFIX..=32).contains(&digits.len());
        if !fits || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let bound = |fill: &str| {
            let whole = format!("{digits}{}", fill.repeat(32 - digits.len()));
            Uuid::try_parse(&whole).ok()
        };
        Some(Keys {
            first: bound("0")?,
            last: bound("f")?,
        })
    }

    /// About when they were made.
    fn near(&self, near: i64) -> (i64, i64) {
        let milliseconds = i64::try_from(self.first.as_u128() >> 80).unwrap_or_default();
        let at = milliseconds.saturating_mul(1000);
        (at.saturating_sub(near), at.saturating_add(near))
    }
}
