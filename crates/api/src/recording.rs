//! The record as `timeline` asks for it: sessions page by page, what was spent, and why.
//!
//! **Invariant:** every answer is bounded; what was left out for that is told.

use ringfence_event::{EventKey, SessionId, Timestamp, ToolCallId};
use ringfence_store::{EventFilter, Reader, StoreError, StoredEvent, call_mark};
use ringfence_timeline::{By, CostRow, Costs, Mark, Recorded, Records};

/// Most events of one session that are looked at.
const MOST_MARKS: usize = 500_000;

/// Most requests that are added up at once.
const MOST_REQUESTS: usize = 1_000_000;

/// Events that are read at once.
const AT_ONCE: usize = 2000;

/// The record, for [`ringfence_timeline::Session`] and [`ringfence_timeline::why`].
pub struct Recording<'a>(pub &'a Reader);

impl Records for Recording<'_> {
    type Error = StoreError;

    fn marks(&self, session: &str) -> Result<Vec<Mark>, StoreError> {
        let marks = self.0.marks(session, MOST_MARKS)?.into_iter();
        let marks = marks.map(|mark| Mark {
            seq: mark.seq,
            at: mark.at,
            source: mark.source,
            kind: mark.kind,
            call: mark.call,
            verdict: mark.verdict,
            prompt: None,
        });
        Ok(marks.collect())
    }

    fn read(&self, seqs: &[i64]) -> Result<Vec<Recorded>, StoreError> {
        let events = self.0.events_at(seqs)?;
        Ok(events.into_iter().map(recorded).collect())
    }

    fn mark_of_call(&self, id: &ToolCallId) -> i64 {
        call_mark(id.as_str())
    }

    fn by_key(&self, key: EventKey) -> Result<Option<Recorded>, StoreError> {
        Ok(self.0.event(&key.to_string())?.map(recorded))
    }

    fn writer(
        &self,
        path: &str,
        before: Timestamp,
        session: &SessionId,
    ) -> Result<Option<Recorded>, StoreError> {
        let events = self.0.events(&EventFilter {
            subject: Some(path.to_owned()),
            does: Some("write".to_owned()),
            until: Some(before),
            limit: Some(16),
            newest_first: true,
            ..EventFilter::default()
        })?;
        let other = |stored: &StoredEvent| {
            let own = stored.event.session.as_ref();
            own.is_some_and(|own| own != session)
        };
        Ok(events.into_iter().find(other).map(recorded))
    }
}

/// Returns an event of the record as `timeline` takes it.
pub fn recorded(stored: StoredEvent) -> Recorded {
    Recorded {
        seq: stored.id.seq,
        event: stored.event,
        verdict: stored.verdict,
        findings: stored.findings,
    }
}

/// What was spent, and whether that is all.
#[derive(Debug, Default)]
pub struct Spending {
    /// The sums.
    pub costs: Costs,
    /// Set when there were more requests than are added up at once: these are the oldest.
    pub more: bool,
}

/// Returns what one session spent, by its whole id; `None` if it would need more than so many events.
pub fn spent_by(
    reader: &Reader,
    session: &SessionId,
    most: usize,
) -> Result<Option<CostRow>, StoreError> {
    let mut costs = Costs::default();
    let mut after = None;
    let mut left = most;
    loop {
        let page = reader.events(&EventFilter {
            kind: Some("usage".to_owned()),
            session: Some(session.0.clone()),
            after_seq: after,
            limit: Some(left.min(AT_ONCE)),
            ..EventFilter::default()
        })?;
        let Some(last) = page.last() else {
            // The record finds sessions by the beginning of their id.
            let rows = costs.report(By::Session).rows.into_iter();
            let mut own = rows.filter(|row| row.name == session.0);
            return Ok(Some(own.next().unwrap_or_default()));
        };
        after = Some(last.id.seq);
        left = left.saturating_sub(page.len());
        if left == 0 {
            return Ok(None);
        }
        for stored in &page {
            costs.add(&stored.event, "");
        }
    }
}

/// Adds up what was spent; `day` names the user's day of a moment.
pub fn spending(
    reader: &Reader,
    filter: &EventFilter,
    day: impl Fn(Timestamp) -> String,
) -> Result<Spending, StoreError> {
    let mut spending = Spending::default();
    let mut after = None;
    let mut read = 0;
    loop {
        let page = reader.events(&EventFilter {
            kind: Some("usage".to_owned()),
            after_seq: after,
            limit: Some(AT_ONCE),
            ..filter.clone()
        })?;
        let Some(last) = page.last() else {
            return Ok(spending);
        };
        after = Some(last.id.seq);
        read += page.len();
        for stored in &page {
            spending.costs.add(&stored.event, &day(stored.event.at));
        }
        if read >= MOST_REQUESTS {
            spending.more = true;
            return Ok(spending);
        }
    }
}
