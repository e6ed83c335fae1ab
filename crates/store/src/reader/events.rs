//! Events as they come back, whole or as a line of a list.

use super::filter::EventFilter;
use super::segment::Segment;
use super::select::{self, ALL, FEW_SESSIONS, Wanted};
use super::{Reader, failed};
use crate::body::{Body, BodyError, Columns, Decoder};
use crate::{EventId, StoreError, codes};
use ringfence_event::{
    AgentKind, Event, EventKey, Finding, SessionId, Severity, Source, Timestamp, ToolCallId,
    Verdict,
};
use rusqlite::OptionalExtension;
use serde::Serialize;
use serde::de::Error as _;
use uuid::Uuid;

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

/// One event as a line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventRow {
    /// Its place in the record.
    pub id: EventId,
    /// The number in that.
    pub seq: i64,
    /// When it happened, at the source's clock.
    pub at: Timestamp,
    /// Which sensor saw it.
    pub source: Source,
    /// The agent that did it.
    pub agent: Option<AgentKind>,
    /// Its session.
    pub session: Option<SessionId>,
    /// The tool call that it belongs to.
    pub call: Option<ToolCallId>,
    /// The [kind](ringfence_event::Action::kind) of what happened.
    pub kind: &'static str,
    /// What the tool [does](ringfence_event::Operation::name).
    pub does: Option<&'static str>,
    /// The tool's name, fit to be shown.
    pub tool: Option<String>,
    /// What was answered.
    pub verdict: Verdict,
    /// How bad the worst finding is.
    pub severity: Option<Severity>,
    /// The event in one line, as [`summary`](crate::summary()) gives it.
    pub summary: String,
}

/// What [`Row::read`] reads.
pub(super) const COLUMNS: &str = "SELECT seq, at, key, source, agent,
    (SELECT val FROM str WHERE id = event.session), kind, does, verdict, severity, call,
    (SELECT val FROM str WHERE id = abs(event.call)),
    (SELECT val FROM str WHERE id = event.cwd),
    (SELECT val FROM str WHERE id = event.subject), body FROM event";

/// An event as it stands in a segment.
pub(super) struct Row<'a> {
    pub(super) seq: i64,
    pub(super) columns: Columns,
    kind: i64,
    does: i64,
    verdict: i64,
    severity: i64,
    subject: Option<&'a str>,
    body: &'a [u8],
}

impl Row<'_> {
    pub(super) fn body<'a>(&self, decoder: &'a mut Decoder) -> Result<Body<'a>, BodyError> {
        decoder.decode(self.body, self.subject)
    }

    pub(super) fn read<'a>(row: &'a rusqlite::Row<'_>) -> rusqlite::Result<Row<'a>> {
        let session: Option<String> = row.get(5)?;
        Ok(Row {
            seq: row.get(0)?,
            columns: Columns {
                at: Timestamp(row.get(1)?),
                key: EventKey(Uuid::from_bytes(row.get(2)?)),
                source: codes::source_of(row.get(3)?),
                agent: codes::agent_of(row.get(4)?),
                session: session.map(SessionId),
                call: codes::call_of(row.get(10)?, row.get(11)?),
                cwd: row.get(12)?,
            },
            kind: row.get(6)?,
            does: row.get(7)?,
            verdict: row.get(8)?,
            severity: row.get(9)?,
            subject: row.get_ref(13)?.as_str_or_null()?,
            body: row.get_ref(14)?.as_blob()?,
        })
    }
}

impl Reader {
    /// Returns the events that a filter asks for, in the order in which they were stored.
    pub fn events(&self, filter: &EventFilter) -> Result<Vec<StoredEvent>, StoreError> {
        self.select(filter, |row, decoder| self.stored(row, decoder))
    }

    /// Returns the events that a filter asks for as lines of a list: much faster than
    /// [`Reader::events`].
    pub fn rows(&self, filter: &EventFilter) -> Result<Vec<EventRow>, StoreError> {
        self.select(filter, |row, decoder| self.listed(row, decoder))
    }

    /// Returns the event that a person means by `1-42`, `42` or the beginning of its
    /// key, of at least four digits. A key is only found by looking at all events.
    pub fn event(&self, id_or_key_prefix: &str) -> Result<Option<StoredEvent>, StoreError> {
        let name = id_or_key_prefix.trim().to_ascii_lowercase();
        if let Some((epoch, seq)) = EventId::parse(&name)
            && epoch.is_none_or(|epoch| epoch == self.identity.epoch)
            && let Some(found) = self.event_at(seq)?
        {
            return Ok(Some(found));
        }
        self.event_by_key(&name)
    }

    fn event_at(&self, seq: i64) -> Result<Option<StoredEvent>, StoreError> {
        let mut found = None;
        let may_hold = |listed: &super::segments::Listed| listed.may_hold((seq, seq), ALL);
        self.visit(true, may_hold, |segment| {
            each(segment, &[seq], |row, decoder| {
                found = Some(self.stored(row, decoder)?);
                Ok(())
            })?;
            Ok(found.is_some())
        })?;
        Ok(found)
    }

    fn select<T>(
        &self,
        filter: &EventFilter,
        read: impl Fn(Row<'_>, &mut Decoder) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let Some(mut wanted) = Wanted::new(filter)? else {
            return Ok(Vec::new());
        };
        let lived = match &wanted.session {
            Some(prefix) => {
                wanted.sessions = self.sessions_named(prefix, FEW_SESSIONS)?;
                self.sessions_lived(prefix)?
            }
            None => ALL,
        };
        let may_hold = |listed: &super::segments::Listed| {
            listed.may_hold(wanted.seqs, wanted.at) && listed.may_hold(ALL, lived)
        };
        let mut found = Vec::new();
        self.visit(wanted.newest_first, may_hold, |segment| {
            let seqs = select::seqs(segment, &wanted, wanted.most - found.len())?;
            each(segment, &seqs, |row, decoder| {
                found.push(read(row, decoder)?);
                Ok(())
            })?;
            Ok(found.len() >= wanted.most)
        })?;
        Ok(found)
    }

    pub(super) fn stored(
        &self,
        row: Row<'_>,
        decoder: &mut Decoder,
    ) -> Result<StoredEvent, StoreError> {
        let damaged = |error| damaged(row.seq, error);
        let body = row.body(decoder).map_err(damaged)?;
        Ok(StoredEvent {
            id: self.id(row.seq),
            verdict: codes::verdict_of(row.verdict),
            findings: body.findings().map_err(damaged)?,
            event: body.event(row.columns).map_err(damaged)?,
        })
    }

    fn listed(&self, row: Row<'_>, decoder: &mut Decoder) -> Result<EventRow, StoreError> {
        let body = row.body(decoder).map_err(|error| damaged(row.seq, error))?;
        Ok(EventRow {
            id: self.id(row.seq),
            seq: row.seq,
            at: row.columns.at,
            source: row.columns.source,
            agent: row.columns.agent,
            session: row.columns.session,
            call: row.columns.call.map(|call| call.id),
            kind: codes::kind_name(row.kind),
            does: codes::does_name(row.does),
            tool: (!body.tool.is_empty()).then(|| body.tool.to_owned()),
            verdict: codes::verdict_of(row.verdict),
            severity: codes::severity_of(row.severity),
            summary: body.summary.to_owned(),
        })
    }
}

/// Hands over those events of a segment that are there, in the given order.
pub(super) fn each(
    segment: &Segment,
    seqs: &[i64],
    mut take: impl FnMut(Row<'_>, &mut Decoder) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let sql = format!("{COLUMNS} WHERE seq = ?");
    let mut statement = segment.events.prepare_cached(&sql).map_err(failed())?;
    let mut decoder = segment.decoder.borrow_mut();
    for seq in seqs {
        let taken = statement
            .query_row([seq], |row| Ok(take(Row::read(row)?, &mut decoder)))
            .optional()
            .map_err(failed())?;
        taken.transpose()?;
    }
    Ok(())
}

fn damaged(seq: i64, error: BodyError) -> StoreError {
    let source = match error {
        BodyError::Json(source) => source,
        other => serde_json::Error::custom(other),
    };
    StoreError::Damaged { seq, source }
}
