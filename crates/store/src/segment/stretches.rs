//! Between which numbers the events of each session lie: stands in for an index, which
//! would take more room than all other columns but the body.
//!
//! **Invariant:** each event of a session lies in just one stretch of it. Between two
//! events of a stretch there are at most [`GAP`] of others, so that whoever reads a
//! stretch looks at few rows in vain.

use rusqlite::{Connection, params};
use std::collections::HashMap;

/// Events of other sessions that may lie between two of a stretch.
const GAP: i64 = 64;

/// The most numbers of one stretch: reading begins at its start.
const LONGEST: i64 = 4096;

/// Sessions whose last stretch is remembered; with more of them, stretches are short.
const SESSIONS: usize = 4096;

/// The last stretch of each session.
#[derive(Debug, Default)]
pub(super) struct Stretches {
    last: HashMap<i64, (i64, i64)>,
    /// Those that this batch has begun or made longer.
    changed: HashMap<(i64, i64), i64>,
}

impl Stretches {
    /// Adds an event; `session` is 0 if it has none.
    pub(super) fn add(&mut self, session: i64, seq: i64) {
        if session == 0 {
            return;
        }
        if self.last.len() >= SESSIONS {
            self.last.clear();
        }
        let stretch = self.last.entry(session).or_insert((seq, seq));
        if seq - stretch.1 > GAP + 1 || seq - stretch.0 >= LONGEST {
            *stretch = (seq, seq);
        }
        stretch.1 = seq;
        self.changed.insert((session, stretch.0), seq);
    }

    pub(super) fn write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut write = connection.prepare_cached(
            "INSERT INTO stretch (session, first, last) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET last = excluded.last",
        )?;
        for ((session, first), last) in self.changed.drain() {
            write.execute(params![session, first, last])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_near_each_other_share_a_stretch() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(crate::schema::SEGMENT.concat().as_str())
            .unwrap();
        let mut stretches = Stretches::default();
        let far = 2 + GAP + 1;
        for (session, seq) in [(1, 1), (2, 2), (0, 3), (1, far - 1), (2, far + 1)] {
            stretches.add(session, seq);
        }
        stretches.write(&connection).unwrap();
        stretches.add(1, far + 2);
        stretches.write(&connection).unwrap();
        for seq in 0..=LONGEST {
            stretches.add(3, 1000 + seq);
        }
        stretches.write(&connection).unwrap();
        let mut read = connection
            .prepare("SELECT session, first, last FROM stretch ORDER BY session, first")
            .unwrap();
        let found: Vec<(i64, i64, i64)> = read
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        let expected = [
            (1, 1, far + 2),
            (2, 2, 2),
            (2, far + 1, far + 1),
            (3, 1000, 1000 + LONGEST - 1),
            (3, 1000 + LONGEST, 1000 + LONGEST),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn memory_is_bounded() {
        let mut stretches = Stretches::default();
        for session in 1..=3 * i64::try_from(SESSIONS).unwrap() {
            stretches.add(session, session);
        }
        assert!(stretches.last.len() <= SESSIONS);
    }
}
