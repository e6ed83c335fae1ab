//! What the daemon remembers of sessions, so that steps that are harmless alone are seen together.
//!
//! **Invariant:** bounded, as `ringfence_detect::Sessions` is. It lives in memory only: after a
//! restart it is made anew from the record, so that it is as true as the record is: from what was
//! seen at once, not from what agents told afterwards. Only which secrets were read cannot be made
//! anew, since the record has none.

pub(crate) mod ledgers;

use crate::judge::Judge;
use ledgers::Ledgers;
use ringfence_detect::{Observed, RuleSet, Sessions, Steps};
use ringfence_enrich::Carried;
use ringfence_event::{Event, SessionId, Timestamp, Verdict};
use ringfence_scan::secrets::Key;
use ringfence_scan::secrets::ledger::Leak;
use ringfence_store::{EventFilter, Reader, StoreError};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most events of the record that are read again at a start: under a second of work.
const MOST_EVENTS: usize = 10_000;
/// How many of them are read at once.
const AT_ONCE: usize = 1000;

/// What is remembered of sessions.
#[derive(Default)]
pub(crate) struct Memory {
    sessions: Mutex<Sessions>,
    ledgers: Mutex<Ledgers>,
}

impl Memory {
    /// Takes in the steps of an event as one that happens.
    pub(crate) fn observe(&self, rules: &RuleSet, event: &Event, steps: &Steps) -> Observed {
        if steps.is_empty() {
            return Observed::default();
        }
        rules.observe(&mut self.sessions(), event, steps)
    }

    /// Takes in that an event was denied.
    pub(crate) fn observe_denied(
        &self,
        rules: &RuleSet,
        event: &Event,
        steps: &Steps,
        before: &Observed,
    ) -> Observed {
        if steps.is_empty() {
            return Observed::default();
        }
        rules.observe_denied(&mut self.sessions(), event, steps, before)
    }

    /// Labels the secrets that leave with an event and notes those that it brought.
    pub(crate) fn follow_secrets(&self, event: &mut Event, carried: &Carried, key: &Key) {
        let mut ledgers = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
        ledgers.follow(event, carried, key);
    }

    /// The secrets that a session read and that stand in what it sends.
    pub(crate) fn leaving(&self, session: &SessionId, outgoing: &[u8]) -> Vec<Leak> {
        let ledgers = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
        ledgers.leaving(session, outgoing)
    }

    /// Remembers what the record tells of the time in which a sequence can have begun.
    pub(crate) fn recall(
        &self,
        judge: &Judge,
        record: &Reader,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(span) = judge.rules.longest_span() else {
            return Ok(());
        };
        let since = Some(Timestamp(now.0.saturating_sub(span)));
        let newest = |limit| EventFilter {
            since,
            at_once: true,
            newest_first: true,
            limit: Some(limit),
            ..EventFilter::default()
        };
        let oldest = record.rows(&newest(MOST_EVENTS))?.last().map(|row| row.seq);
        judge.rules.prepare();
        match oldest {
            Some(oldest) => self.recall_these(judge, record, oldest..i64::MAX),
            None => Ok(()),
        }
    }

    /// Remembers the events with these sequence numbers: those that other processes judged.
    pub(crate) fn recall_these(
        &self,
        judge: &Judge,
        record: &Reader,
        seqs: Range<i64>,
    ) -> Result<(), StoreError> {
        let mut next = seqs.start;
        while next < seqs.end {
            let events = record.events(&EventFilter {
                after_seq: Some(next - 1),
                at_once: true,
                limit: Some(AT_ONCE),
                ..EventFilter::default()
            })?;
            next = events.last().map_or(i64::MAX, |last| last.id.seq + 1);
            for stored in events.iter().filter(|one| seqs.contains(&one.id.seq)) {
                self.recall_event(judge, &stored.event, stored.verdict);
            }
        }
        Ok(())
    }

    fn recall_event(&self, judge: &Judge, event: &Event, verdict: Verdict) {
        let (_, steps) = judge.rules.evaluate_with_steps(event, &judge.policy());
        let observed = self.observe(&judge.rules, event, &steps);
        if verdict == Verdict::Deny {
            self.observe_denied(&judge.rules, event, &steps, &observed);
        }
    }

    /// Of how many sessions anything is remembered.
    #[cfg(test)]
    pub(crate) fn steps(&self) -> usize {
        self.sessions().size().1
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
