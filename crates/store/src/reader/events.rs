//! Events as they come back.

use super::filter::{EventFilter, order};
use super::{Reader, failed};
use crate::schema::verdict_of;
use crate::{EventId, StoreError};
use ringfence_event::{Event, Finding, Verdict};
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};
use serde::Serialize;
use uuid::Uuid;

/// The first characters of a key that are needed to ask for it.
const MIN_KEY_PREFIX: usize = 4;

/// How many things an ambiguous name is said to mean.
pub(super) const MAX_CANDIDATES: usize = 5;

const COLUMNS: &str = "SELECT event.seq, event.verdict, event.severity, event.detail FROM event";

/// One event with its place in the record and what was said about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredEvent {
    /// Its place.
    pub id: EventId,
    /// What was answered.
    pub verdict: Verdict,
    /// What happened.
    pub event: Event,
    /// What was found, in rule order.
    pub findings: Vec<Finding>,
}

struct EventRow {
    seq: i64,
    verdict: i64,
    has_findings: bool,
    detail: String,
}

impl EventRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<EventRow> {
        Ok(EventRow {
            seq: row.get(0)?,
            verdict: row.get(1)?,
            has_findings: row.get::<_, Option<i64>>(2)?.is_some(),
            detail: row.get(3)?,
        })
    }
}

impl Reader {
    /// Returns the events that a filter asks for, in the order in which they were stored.
    pub fn events(&self, filter: &EventFilter) -> Result<Vec<StoredEvent>, StoreError> {
        let conditions = filter.conditions();
        let rest = order(
            filter.newest_first,
            ["event.seq", "event.seq"],
            filter.limit,
        );
        self.select(&(conditions.clause() + &rest), conditions.values)
    }

    /// Returns the event that a person means by `1-42`, `42` or the beginning of its key.
    pub fn event(&self, id_or_key_prefix: &str) -> Result<Option<StoredEvent>, StoreError> {
        let name = id_or_key_prefix.trim().to_ascii_lowercase();
        if let Some((epoch, seq)) = EventId::parse(&name)
            && epoch.is_none_or(|epoch| epoch == self.identity.epoch)
            && let Some(found) = self.select(" WHERE event.seq = ?", vec![seq.into()])?.pop()
        {
            return Ok(Some(found));
        }
        let Some((first, last)) = keys_beginning(&name) else {
            return Ok(None);
        };
        let limit = MAX_CANDIDATES;
        let rest = format!(" WHERE event.key BETWEEN ? AND ? ORDER BY event.key LIMIT {limit}");
        let bounds = [first, last].map(|key| Value::Blob(key.as_bytes().to_vec()));
        let mut found = self.select(&rest, bounds.to_vec())?;
        if found.len() > 1 {
            return Err(StoreError::Ambiguous {
                prefix: name,
                candidates: found.iter().map(|one| one.event.key.to_string()).collect(),
            });
        }
        Ok(found.pop())
    }

    fn select(&self, rest: &str, values: Vec<Value>) -> Result<Vec<StoredEvent>, StoreError> {
        // One view of the record for an event and its findings.
        let view = self.connection.unchecked_transaction().map_err(failed())?;
        let rows: Vec<EventRow> = view
            .prepare_cached(&format!("{COLUMNS}{rest}"))
            .and_then(|mut statement| {
                statement
                    .query_map(params_from_iter(values), EventRow::read)?
                    .collect()
            })
            .map_err(failed())?;
        rows.iter().map(|row| self.stored(row)).collect()
    }

    fn stored(&self, row: &EventRow) -> Result<StoredEvent, StoreError> {
        let seq = row.seq;
        let damaged = |source| StoreError::Damaged { seq, source };
        let event: Event = serde_json::from_str(&row.detail).map_err(damaged)?;
        let findings = if row.has_findings {
            self.findings_of(seq)?
        } else {
            Vec::new()
        };
        Ok(StoredEvent {
            id: self.id(seq),
            verdict: verdict_of(row.verdict),
            event,
            findings,
        })
    }

    fn findings_of(&self, seq: i64) -> Result<Vec<Finding>, StoreError> {
        let details: Vec<String> = self
            .connection
            .prepare_cached("SELECT detail FROM finding WHERE event = ? ORDER BY number")
            .and_then(|mut statement| statement.query_map([seq], |row| row.get(0))?.collect())
            .map_err(failed())?;
        let findings = details.iter().map(|detail| serde_json::from_str(detail));
        findings
            .collect::<Result<_, _>>()
            .map_err(|source| StoreError::Damaged { seq, source })
    }
}

/// The first and last key that begin with these hexadecimal digits, dashes aside.
fn keys_beginning(prefix: &str) -> Option<(Uuid, Uuid)> {
    let digits = prefix.replace('-', "");
    let fits = (MIN_KEY_PREFIX..=32).contains(&digits.len());
    if !fits || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let bound = |fill: &str| {
        let whole = format!("{digits}{}", fill.repeat(32 - digits.len()));
        Uuid::try_parse(&whole).ok()
    };
    Some((bound("0")?, bound("f")?))
}
