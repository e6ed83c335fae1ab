//! A session from afar: of each of its events only what stands in columns.
//!
//! **Invariant:** no event is unpacked but prompts, and no more are marked than was asked for.

use super::segment::Segment;
use super::segments::Listed;
use super::select::{ALL, stretches_of};
use super::{Reader, events, failed};
use crate::segment::hash;
use crate::{StoreError, StoredEvent, codes};
use ringfence_event::{Source, Timestamp, Verdict};
use rusqlite::params;
use std::collections::HashMap;

/// What is known of an event without unpacking it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventMark {
    /// Its sequence number.
    pub seq: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Which sensor saw it.
    pub source: Source,
    /// Its [kind](ringfence_event::Action::kind).
    pub kind: &'static str,
    /// A hash of its call's id.
    pub call: Option<i64>,
    /// What was answered.
    pub verdict: Verdict,
}

/// Returns the hash by which [`EventMark::call`] knows a call.
pub fn call_mark(id: &str) -> i64 {
    hash(id)
}

impl Reader {
    /// Marks the events of one session, by its whole id, in the order in which they were stored; the
    /// first ones, at most so many.
    pub fn marks(&self, session: &str, most: usize) -> Result<Vec<EventMark>, StoreError> {
        let lived = self.sessions_lived(session)?;
        let may_hold = |listed: &Listed| listed.may_hold(ALL, lived);
        let mut marks = Vec::new();
        self.visit(false, may_hold, |segment| {
            let sql = "SELECT id FROM str WHERE hash = ? AND val = ?";
            let values = vec![hash(session).into(), session.to_owned().into()];
            let Some(id) = segment.number(sql, values)? else {
                return Ok(false);
            };
            for (first, last) in stretches_of(segment, id)? {
                mark_between(segment, id, (first, last), most, &mut marks)?;
            }
            Ok(marks.len() >= most)
        })?;
        Ok(marks)
    }

    /// Returns the events with these sequence numbers, as far as they are there, in the given order.
    pub fn events_at(&self, seqs: &[i64]) -> Result<Vec<StoredEvent>, StoreError> {
        let (Some(first), Some(last)) = (seqs.iter().min(), seqs.iter().max()) else {
            return Ok(Vec::new());
        };
        let may_hold = |listed: &Listed| listed.may_hold((*first, *last), ALL);
        let mut found: HashMap<i64, StoredEvent> = HashMap::with_capacity(seqs.len());
        self.visit(true, may_hold, |segment| {
            events::each(segment, seqs, |row, decoder| {
                found.insert(row.seq, self.stored(row, decoder)?);
                Ok(())
            })?;
            Ok(found.len() >= seqs.len())
        })?;
        Ok(seqs.iter().filter_map(|seq| found.remove(seq)).collect())
    }
}

fn mark_between(
    segment: &Segment,
    session: i64,
    (first, last): (i64, i64),
    most: usize,
    marks: &mut Vec<EventMark>,
) -> Result<(), StoreError> {
    let left = i64::try_from(most.saturating_sub(marks.len())).unwrap_or(i64::MAX);
    let mut read = || -> rusqlite::Result<()> {
        let mut statement = segment.events.prepare_cached(
            "SELECT seq, at, source, kind, verdict,
                (SELECT hash FROM str WHERE id = abs(event.call))
             FROM event NOT INDEXED WHERE seq BETWEEN ? AND ? AND session = ?
             ORDER BY seq LIMIT ?",
        )?;
        let mut rows = statement.query(params![first, last, session, left])?;
        while let Some(row) = rows.next()? {
            marks.push(EventMark {
                seq: row.get(0)?,
                at: Timestamp(row.get(1)?),
                source: codes::source_of(row.get(2)?),
                kind: codes::kind_name(row.get(3)?),
                verdict: codes::verdict_of(row.get(4)?),
                call: row.get(5)?,
            });
        }
        Ok(())
    };
    read().map_err(failed())
}
