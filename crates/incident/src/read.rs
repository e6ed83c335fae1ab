//! Reads from the record what stories are made of.
//!
//! **Invariant:** at most [`MOST`] findings are read, the latest first: what is asked for takes a
//! bounded time, and says when there was more.

use crate::{Evidence, Incident, group};
use ringfence_event::{EventKey, SessionId, Timestamp, Verdict};
use ringfence_store::{EventId, FindingFilter, Reader, StoreError, StoredEvent, summary};
use std::collections::BTreeSet;

/// Findings that are looked at.
const MOST: usize = 5000;

/// Earlier steps that are looked for, of all sequences together.
const MOST_STEPS: usize = 500;

/// Which incidents are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Of this session.
    pub session: Option<SessionId>,
    /// With a finding at this moment or later.
    pub since: Option<Timestamp>,
}

/// Returns the incidents, the latest first, and whether older findings were left out.
///
/// # Errors
/// The record could not be read.
pub fn read(reader: &Reader, asked: &Asked) -> Result<(Vec<Incident>, bool), StoreError> {
    let found = reader.findings(&FindingFilter {
        session: asked.session.as_ref().map(|session| session.0.clone()),
        since: asked.since,
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
    if let Some(session) = &asked.session {
        // The record finds sessions by the beginning of their id.
        evidence.retain(|one| one.event.session.as_ref() == Some(session));
    }
    Ok((group(&evidence), cut))
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
