//! What one stream gets: everything from where it wants to begin, each event once.
//!
//! **Invariant:** all that a stream remembers is the last event it was given, and that
//! only rises. What does not follow on that is read from the record; what is too far
//! behind is skipped and counted. [`Follower::next`] may be given up at any await.

use crate::failure::Failure;
use crate::pump::{Batch, MAX_BEHIND, PERIOD};
use crate::routes::ServerMessage;
use crate::shared::Shared;
use crate::types::{EventRow, FindingRow};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::{Instant, sleep_until};
use utoipa::ToSchema;

/// What a stream can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Topic {
    /// Every event, as a row.
    Events,
    /// Every finding.
    Findings,
}

pub(crate) struct Follower {
    shared: Arc<Shared>,
    topics: Vec<Topic>,
    live: Receiver<Arc<Batch>>,
    /// The last event that was given, or skipped.
    given: i64,
    /// The last event that is known to be in the record.
    known: i64,
    skipped: i64,
    /// When the record may be read again: a batch each 100 ms at most.
    not_before: Instant,
}

impl Follower {
    /// Begins after an event, or with what comes from now on.
    pub(crate) async fn new(
        shared: Arc<Shared>,
        topics: Vec<Topic>,
        since: Option<i64>,
    ) -> Result<Follower, Failure> {
        // Listens first: what is committed in between comes twice and is given once.
        let live = shared.pump.listen();
        let known = shared.readers.ask(|reader| Ok(reader.last_seq()?)).await?;
        Ok(Follower {
            shared,
            topics,
            live,
            // A place beyond the end is of another record.
            given: since.map_or(known, |since| since.clamp(0, known)),
            known,
            skipped: 0,
            not_before: Instant::now(),
        })
    }

    /// Waits for the next message.
    pub(crate) async fn next(&mut self) -> Result<ServerMessage, Failure> {
        loop {
            let message = if self.given < self.known {
                let batch = self.read().await?;
                self.give(&batch)
            } else {
                match self.live.recv().await {
                    Ok(batch) if batch.after <= self.given => self.give(&batch),
                    Ok(batch) => {
                        self.known = self.known.max(batch.last);
                        None
                    }
                    Err(RecvError::Lagged(_)) => {
                        self.known = self.known.max(self.shared.pump.latest());
                        None
                    }
                    Err(RecvError::Closed) => {
                        return Err(Failure::internal("the server is stopping"));
                    }
                }
            };
            if let Some(message) = message {
                return Ok(message);
            }
        }
    }

    /// Reads what was missed.
    async fn read(&mut self) -> Result<Batch, Failure> {
        sleep_until(self.not_before).await;
        let behind = self.known - self.given;
        if behind > MAX_BEHIND {
            self.skipped += behind - MAX_BEHIND;
            self.given = self.known - MAX_BEHIND;
        }
        let (after, until) = (self.given, self.known);
        let read = self
            .shared
            .readers
            .ask(move |reader| Batch::read(reader, after, Some(until)));
        let batch = read.await?;
        self.not_before = Instant::now() + PERIOD;
        Ok(batch)
    }

    /// Returns what of a batch is new and asked for, if anything is.
    fn give(&mut self, batch: &Batch) -> Option<ServerMessage> {
        let given = self.given;
        self.given = given.max(batch.last);
        self.known = self.known.max(batch.last);
        let wants = |topic| self.topics.contains(&topic);
        let events: Vec<EventRow> = batch
            .events
            .iter()
            .filter(|row| wants(Topic::Events) && row.seq > given)
            .cloned()
            .collect();
        let findings: Vec<FindingRow> = batch
            .findings
            .iter()
            .filter(|row| wants(Topic::Findings) && row.event_id.seq > given)
            .cloned()
            .collect();
        if events.is_empty() && findings.is_empty() {
            return None;
        }
        Some(ServerMessage::Batch {
            last_seq: self.given,
            skipped: std::mem::take(&mut self.skipped),
            events,
            findings,
        })
    }
}

#[cfg(test)]
mod tests;
