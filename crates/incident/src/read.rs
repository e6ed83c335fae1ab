//! Reads from the record what stories are made of.
//!
//! **Invariant:** at most [`MOST`] findings are read, the latest first: what is asked for takes a
//! bounded time, and says when there was more.

use crate::{Evidence, Incident, group};
use ringfence_event::{EventKey, SessionId, Verdict};
use ringfence_store::{EventId, FindingFilter, Reader, StoreError, StoredEvent, summary};
use std::collections::BTreeSet;

/// Findings that are looked at.
const MOST: usize = 5000;

/// Earlier steps that are looked for, of all sequences together.
const MOST_STEPS: usize = 500;

/// Returns the incidents of one session or of all, the latest first, and whether older findings were
/// left out. No time can be asked for: the beginning of an incident gives it its name.
///
/// # Errors
/// The record could not be read.
pub fn read(
    reader: &Reader,
    session: Option<&SessionId>,
) -> Result<(Vec<Incident>, bool), StoreError> {
    let found = reader.findings(&FindingFilter {
        session: session.map(|session| session.0.clone()),
        verdict: Some(Verdict::Alert),
        limit: Some(MOST),
        newest_first: true,
        ..FindingFilter::default()
    })?;
    let cut = found.len() >= MOST;
    let places: BTreeSet<EventId> = found.iter().map(|one| one.event_id).collect();
    let mut evidence = Vec::new();
    for place in &places {
        evidence.extend(reader.event(&place.to_string())?.map(Evidence::from));
    }
    let told: BTreeSet<EventKey> = evidence.iter().map(|one| one.event.key).collect();
    let steps: BTreeSet<EventKey> = (found.iter())
        .flat_map(|one| one.finding.steps.iter().copied())
        .filter(|key| !told.contains(key))
        .collect();
    for key in steps.iter().rev().take(MOST_STEPS) {
        evidence.extend(reader.event(&key.to_string())?.map(Evidence::from));
    }
    if session.is_some() {
        // The record finds sessions by the beginning of their id.
        evidence.retain(|one| one.event.session.as_ref() == session);
    }
    Ok((group(&evidence), cut))
}

/// Returns the incident that a finding belongs to, by the finding's id or the beginning of it: an
/// incident's own id is that of its first.
///
/// # Errors
/// The record could not be read, or more than one finding can be meant.
pub fn find(reader: &Reader, name: &str) -> Result<Option<Incident>, StoreError> {
    let Some(found) = reader.finding(name)? else {
        return Ok(None);
    };
    let (incidents, _) = read(reader, found.session.as_ref())?;
    let mut own = incidents
        .into_iter()
        .filter(|incident| incident.findings.contains(&found.finding.id));
    Ok(own.next())
}

impl From<StoredEvent> for Evidence {
    fn from(stored: StoredEvent) -> Evidence {
        Evidence {
            place: stored.id.to_string(),
            summary: summary(&stored.event),
            event: stored.event,
            verdict: stored.verdict,
            findings: stored.findings,
        }
    }
}
