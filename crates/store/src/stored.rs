//! Reads events back from a segment, batch by batch, for what is derived from them:
//! the main database, the words for the search, and the daily files.

use crate::StoreError;
use crate::body::{BodyError, Columns, Decoder};
use crate::chain::{self, Hash};
use crate::codes;
use crate::record::{self, Record, Row, Texts, searched};
use ringfence_event::{CallRef, Decision, Event, EventKey, SessionId, Timestamp};
use rusqlite::{Connection, params};
use uuid::Uuid;

/// An event as it is stored, with its row taken apart.
pub(crate) struct Stored {
    pub(crate) seq: i64,
    pub(crate) row: Row,
    pub(crate) event: Event,
}

impl Stored {
    /// The words that it can be found by.
    pub(crate) fn words(&self) -> String {
        searched::words(&self.event, self.row.texts.summary())
    }

    /// The record as a line of the journal.
    pub(crate) fn line(self) -> Result<Vec<u8>, StoreError> {
        let decision = Decision {
            verdict: codes::verdict_of(self.row.verdict),
            findings: self.row.findings,
        };
        let record = Record {
            event: self.event,
            decision,
        };
        record::line(record)
    }
}

/// A batch, as its link of the chain tells it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sealed {
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) head: Hash,
}

/// Lists the batches that end after an event, in order.
pub(crate) fn batches(connection: &Connection, after: i64) -> Result<Vec<Sealed>, StoreError> {
    let read = || -> rusqlite::Result<Vec<Sealed>> {
        let mut statement = connection
            .prepare_cached("SELECT first, last, head FROM seal WHERE last > ?1 ORDER BY id")?;
        let rows = statement.query_map([after], |row| {
            let head: Vec<u8> = row.get(2)?;
            Ok(Sealed {
                first: row.get(0)?,
                last: row.get(1)?,
                head: chain::hash_of(&head).unwrap_or(chain::START),
            })
        })?;
        rows.collect()
    };
    read().map_err(StoreError::database("read a segment"))
}

/// A decoder with the segment's dictionary.
pub(crate) fn decoder(connection: &Connection) -> Result<Decoder, StoreError> {
    let dictionary: Vec<u8> = connection
        .query_row(
            "SELECT value FROM meta WHERE name = 'dictionary'",
            [],
            |row| row.get(0),
        )
        .map_err(StoreError::database("read a segment"))?;
    Decoder::new(&dictionary).map_err(StoreError::Pack)
}

/// Hands over the events between two numbers, both included, in order, at most so
/// many; one that cannot be read is passed over. Returns the last one that was looked
/// at: `last` if there are no more.
pub(crate) fn each(
    connection: &Connection,
    decoder: &mut Decoder,
    (first, last): (i64, i64),
    most: usize,
    mut take: impl FnMut(Stored),
) -> Result<i64, StoreError> {
    let mut read = || -> rusqlite::Result<i64> {
        let mut seen = 0;
        let mut reached = last;
        let mut statement = connection.prepare_cached(
            "SELECT seq, at, key, kind, source, agent, does, verdict, severity,
                (SELECT val FROM str WHERE id = event.session), call,
                (SELECT val FROM str WHERE id = abs(event.call)),
                (SELECT val FROM str WHERE id = event.cwd),
                (SELECT val FROM str WHERE id = event.subject), body
             FROM event WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq LIMIT ?3",
        )?;
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![first, last, limit])?;
        while let Some(row) = rows.next()? {
            seen += 1;
            if seen == most {
                reached = row.get(0)?;
            }
            let key: [u8; 16] = row.get(2)?;
            let columns = Row {
                at: row.get(1)?,
                key: Uuid::from_bytes(key),
                kind: row.get(3)?,
                source: row.get(4)?,
                agent: row.get(5)?,
                does: row.get(6)?,
                verdict: row.get(7)?,
                severity: row.get(8)?,
                ..Row::default()
            };
            let texts = ColumnTexts {
                session: row.get(9)?,
                call: codes::call_of(row.get(10)?, row.get(11)?),
                cwd: row.get(12)?,
                subject: row.get(13)?,
            };
            let body = row.get_ref(14)?.as_blob()?;
            if let Ok(stored) = unpack(row.get(0)?, columns, texts, decoder, body) {
                take(stored);
            }
        }
        Ok(reached)
    };
    read().map_err(StoreError::database("read a segment"))
}

/// What columns say in texts.
struct ColumnTexts {
    session: Option<String>,
    call: Option<CallRef>,
    cwd: Option<String>,
    subject: Option<String>,
}

fn unpack(
    seq: i64,
    mut row: Row,
    texts: ColumnTexts,
    decoder: &mut Decoder,
    body: &[u8],
) -> Result<Stored, BodyError> {
    let body = decoder.decode(body, texts.subject.as_deref())?;
    let event = body.event(Columns {
        key: EventKey(row.key),
        at: Timestamp(row.at),
        source: codes::source_of(row.source),
        agent: codes::agent_of(row.agent),
        session: texts.session.map(SessionId),
        call: texts.call,
        cwd: texts.cwd,
    })?;
    row.findings = body.findings()?;
    row.repeats = record::repeats(&event);
    row.texts = Texts::new([
        event.session.as_ref().map(SessionId::as_str),
        None,
        Some(body.summary),
        event.moment.as_deref(),
        event.cwd.as_deref(),
        None,
        None,
    ]);
    Ok(Stored { seq, row, event })
}
