//! Which events are stored already: keys tell, for an event may come twice.
//!
//! **Invariant:** no full list of keys. What is sent again soon is found among the last keys; what
//! lay in a file is looked for in its minute. Only what agents wrote down themselves, which can be
//! read again at any time, has an index.

use crate::StoreError;
use crate::catalog::Catalog;
use crate::codes;
use crate::connection;
use crate::folders::Folders;
use crate::schema;
use crate::segment::minute;
use ringfence_event::Source;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeSet, HashSet, VecDeque};
use uuid::Uuid;

/// How many keys are remembered.
pub(crate) const RECENT: usize = 32_768;

/// The keys that were stored last.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    known: HashSet<Uuid>,
    order: VecDeque<Uuid>,
}

impl Recent {
    pub(crate) fn contains(&self, key: Uuid) -> bool {
        self.known.contains(&key)
    }

    pub(crate) fn add(&mut self, key: Uuid) {
        if !self.known.insert(key) {
            return;
        }
        if self.order.len() >= RECENT
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(key);
    }
}

/// Reads the last keys of a segment, the newest first.
pub(crate) fn last(segment: &Connection, most: usize) -> rusqlite::Result<Vec<Uuid>> {
    let mut statement = segment.prepare("SELECT key FROM event ORDER BY seq DESC LIMIT ?1")?;
    let rows = statement.query_map([most], |row| row.get(0).map(Uuid::from_bytes))?;
    rows.collect()
}

/// Returns which of these keys are stored; each comes with its event's time.
/// `current` is the segment that is open.
pub(crate) fn stored(
    folders: &Folders,
    catalog: &Catalog,
    current: Option<(u32, &Connection)>,
    wanted: impl Iterator<Item = (Uuid, i64)>,
) -> Result<HashSet<Uuid>, StoreError> {
    let (keys, minutes): (HashSet<Uuid>, BTreeSet<i64>) =
        wanted.map(|(key, at)| (key, minute(at))).unzip();
    let mut found = HashSet::new();
    let (Some(first), Some(last)) = (minutes.first(), minutes.last()) else {
        return Ok(found);
    };
    each_segment(folders, catalog, current, (*first, *last), |segment| {
        look_in(segment, &minutes, &keys, &mut found)
    })?;
    Ok(found)
}

/// The same for what agents wrote down or exported.
pub(crate) fn told(
    folders: &Folders,
    catalog: &Catalog,
    current: Option<(u32, &Connection)>,
    wanted: &[(Uuid, i64)],
) -> Result<HashSet<Uuid>, StoreError> {
    let mut found = HashSet::new();
    let minutes = || wanted.iter().map(|(_, at)| minute(*at));
    let (Some(first), Some(last)) = (minutes().min(), minutes().max()) else {
        return Ok(found);
    };
    each_segment(folders, catalog, current, (first, last), |segment| {
        look_for_told(segment, wanted, &mut found)
    })?;
    Ok(found)
}

/// Looks into each segment that may hold events of these minutes.
fn each_segment(
    folders: &Folders,
    catalog: &Catalog,
    current: Option<(u32, &Connection)>,
    (first, last): (i64, i64),
    mut look: impl FnMut(&Connection) -> rusqlite::Result<()>,
) -> Result<(), StoreError> {
    for (number, listed) in catalog.segments() {
        if minute(listed.at_last) < first || minute(listed.at_first) > last {
            continue;
        }
        let path = folders.segment(*number);
        let opened;
        let segment = match current {
            Some((open, segment)) if open == *number => segment,
            _ => match connection::for_reading(&path, schema::SEGMENT) {
                Ok(Some(segment)) => {
                    opened = segment;
                    &opened
                }
                // What cannot be read cannot be compared with; it is said elsewhere.
                Ok(None) => continue,
                Err(error) if connection::is_damage(&error) => continue,
                Err(error) => return Err(error),
            },
        };
        look(segment).map_err(StoreError::database("read a segment"))?;
    }
    Ok(())
}

/// How a key is looked for among what agents wrote down: the condition is that of its index.
pub(crate) const TOLD: &str = "SELECT 1 FROM event WHERE source IN (5, 6) AND key = ?1";

/// The same, with the session that it is of; none is no text.
pub(crate) const TOLD_IN: &str = "SELECT ifnull((SELECT val FROM str WHERE id = event.session), '')
    FROM event WHERE source IN (5, 6) AND key = ?1";

/// Whether an event is one that an agent wrote down or exported, by the number of its source.
pub(crate) fn is_told(source: i64) -> bool {
    let told = [Source::Transcript, Source::Telemetry].map(codes::source);
    told.contains(&source)
}

fn look_for_told(
    segment: &Connection,
    keys: &[(Uuid, i64)],
    found: &mut HashSet<Uuid>,
) -> rusqlite::Result<()> {
    let mut look = segment.prepare_cached(TOLD)?;
    for (key, _) in keys {
        if look.exists([key.as_bytes()])? {
            found.insert(*key);
        }
    }
    Ok(())
}

fn look_in(
    segment: &Connection,
    minutes: &BTreeSet<i64>,
    keys: &HashSet<Uuid>,
    found: &mut HashSet<Uuid>,
) -> rusqlite::Result<()> {
    let mut spans: Vec<(i64, i64)> = Vec::new();
    let mut span =
        segment.prepare_cached("SELECT first, last FROM minute_seq WHERE minute = ?1")?;
    for minute in minutes {
        let read = span.query_row([minute], |row| Ok((row.get(0)?, row.get(1)?)));
        spans.extend(read.optional()?);
    }
    let mut read = segment.prepare_cached("SELECT key FROM event WHERE seq BETWEEN ?1 AND ?2")?;
    for (first, last) in joined(spans) {
        let mut rows = read.query([first, last])?;
        while let Some(row) = rows.next()? {
            let key = Uuid::from_bytes(row.get(0)?);
            if keys.contains(&key) {
                found.insert(key);
            }
        }
    }
    Ok(())
}

/// Joins spans that overlap, so that no event is looked at twice.
fn joined(mut spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    spans.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (first, last) in spans {
        match joined.last_mut() {
            Some(before) if first <= before.1 => before.1 = before.1.max(last),
            _ => joined.push((first, last)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_keys_are_known_and_no_more() {
        let mut recent = Recent::default();
        let many = u128::try_from(RECENT).unwrap() + 10;
        for number in (0..many).chain([many - 1]) {
            recent.add(Uuid::from_u128(number));
        }
        assert_eq!((recent.known.len(), recent.order.len()), (RECENT, RECENT));
        assert!(!recent.contains(Uuid::from_u128(9)));
        assert!(recent.contains(Uuid::from_u128(10)));
    }

    #[test]
    fn spans_are_joined_where_they_overlap() {
        let spans = vec![(5, 9), (1, 3), (3, 4), (6, 7), (20, 30), (9, 9)];
        assert_eq!(joined(spans), [(1, 4), (5, 9), (20, 30)]);
        assert_eq!(joined(Vec::new()), []);
    }
}
