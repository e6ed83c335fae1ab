//! How many events of each sort every minute and hour has, and between which numbers
//! the events of a minute lie.

use crate::record::Row;
use rusqlite::{Connection, params};
use std::collections::HashMap;

const MICROS_PER_MINUTE: i64 = 60_000_000;

/// The minute since 1970 that a moment lies in.
pub(crate) fn minute(at: i64) -> i64 {
    at.div_euclid(MICROS_PER_MINUTE)
}

/// A sort of events in a minute: kind, does, agent, source, verdict.
type Sort = (i64, [i64; 5]);

/// What one batch adds.
#[derive(Debug, Default)]
pub(super) struct Rollups {
    counts: HashMap<Sort, i64>,
    spans: HashMap<i64, (i64, i64)>,
}

impl Rollups {
    pub(super) fn add(&mut self, seq: i64, row: &Row) {
        let minute = minute(row.at);
        let sort = [row.kind, row.does, row.agent, row.source, row.verdict];
        *self.counts.entry((minute, sort)).or_default() += 1;
        self.spans.entry(minute).or_insert((seq, seq)).1 = seq;
    }

    pub(super) fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        let mut add = connection.prepare_cached(
            "INSERT INTO minute_seq (minute, first, last) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET last = excluded.last",
        )?;
        for (minute, (first, last)) in self.spans {
            add.execute(params![minute, first, last])?;
        }
        let mut hours: HashMap<Sort, i64> = HashMap::new();
        for ((minute, sort), count) in &self.counts {
            *hours.entry((minute.div_euclid(60), *sort)).or_default() += count;
        }
        let minute = "INSERT INTO minute (minute, kind, does, agent, source, verdict, n)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET n = n + excluded.n";
        let hour = "INSERT INTO hour (hour, kind, does, agent, source, verdict, n)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET n = n + excluded.n";
        for (sql, counts) in [(minute, self.counts), (hour, hours)] {
            let mut add = connection.prepare_cached(sql)?;
            for ((moment, [kind, does, agent, source, verdict]), count) in counts {
                add.execute(params![moment, kind, does, agent, source, verdict, count])?;
            }
        }
        Ok(())
    }
}
