//! An event's place in the record, and who this installation is.
//!
//! **Invariant:** (endpoint, epoch, sequence) never names two events. A database
//! that is made anew gets a higher epoch, which a small file beside it remembers.

use crate::StoreError;
use crate::folders::{self, Folders};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::io::Read;
use uuid::Uuid;

/// An event's place in the record of one installation; `1-42` for people and in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId {
    /// The installation, made up once at random.
    pub endpoint: Uuid,
    /// Counts how often the database was made anew.
    pub epoch: u32,
    /// Counts events, from 1, in the order in which they were stored.
    pub seq: i64,
}

impl EventId {
    /// The first characters of the endpoint, enough to tell a few machines apart.
    pub fn endpoint_short(&self) -> String {
        self.endpoint.simple().to_string().chars().take(8).collect()
    }

    /// Reads the epoch and the sequence number of `1-42`, or the latter alone of `42`.
    pub(crate) fn parse(text: &str) -> Option<(Option<u32>, i64)> {
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        match text.split_once('-') {
            Some((epoch, seq)) if digits(epoch) && digits(seq) => {
                Some((Some(epoch.parse().ok()?), seq.parse().ok()?))
            }
            None if digits(text) => Some((None, text.parse().ok()?)),
            Some(_) | None => None,
        }
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.epoch, self.seq)
    }
}

impl Serialize for EventId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Who this installation is, and which making of its database is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) endpoint: Uuid,
    pub(crate) epoch: u32,
}

/// More than the file ever holds.
const MAX_IDENTITY_BYTES: u64 = 4096;

impl Identity {
    /// Returns the identity for a database that is being made: a known endpoint
    /// goes on with the next epoch.
    pub(crate) fn for_new_database(folders: &Folders) -> Identity {
        match Identity::remembered(folders) {
            Some(before) => Identity {
                endpoint: before.endpoint,
                epoch: before.epoch.saturating_add(1),
            },
            None => Identity {
                endpoint: Uuid::new_v4(),
                epoch: 1,
            },
        }
    }

    /// Writes the identity beside the database, so that it outlives it.
    ///
    /// The epoch there only rises: a database put back from an old copy must not
    /// make a later one start with an epoch that was in use.
    pub(crate) fn remember(self, folders: &Folders) -> Result<(), StoreError> {
        if Identity::remembered(folders)
            .is_some_and(|known| known.endpoint == self.endpoint && known.epoch >= self.epoch)
        {
            return Ok(());
        }
        let path = folders.identity();
        let text = serde_json::to_vec(&self).map_err(StoreError::Encode)?;
        folders::replace(&path, &text).map_err(|source| StoreError::file(&path, source))
    }

    /// A file that is missing or is garbage remembers nothing.
    fn remembered(folders: &Folders) -> Option<Identity> {
        let file = folders::regular_file(&folders.identity()).ok()?;
        let mut text = Vec::new();
        file.take(MAX_IDENTITY_BYTES).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_short_in_text_and_json() {
        let id = EventId {
            endpoint: Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0),
            epoch: 1,
            seq: 42,
        };
        assert_eq!(id.to_string(), "1-42");
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"1-42\"");
        assert_eq!(id.endpoint_short(), "12345678");
    }

    #[test]
    fn only_numbers_are_ids() {
        for (text, parsed) in [
            ("1-42", Some((Some(1), 42))),
            ("42", Some((None, 42))),
            ("", None),
            ("-", None),
            ("1-", None),
            ("-1", None),
            ("1-2-3", None),
            ("a-1", None),
            ("+1", None),
            ("99999999999-1", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(EventId::parse(text), parsed, "{text}");
        }
    }
}
