//! The one task that reads what is new and hands it to every stream.
//!
//! **Invariant:** the record is read once for all streams, and not at all while
//! nobody listens. A batch says after which event it begins and with which it ends,
//! so that a stream can tell what it missed.

use crate::failure::Failure;
use crate::readers::Readers;
use crate::routes::rows;
use crate::types::{EventRow, FindingRow};
use ringfence_store::{EventFilter, Reader};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};
use tokio::time::{MissedTickBehavior, interval};

/// How often the record is read while somebody listens.
pub(crate) const PERIOD: Duration = Duration::from_millis(100);

/// The most events of one batch.
pub(crate) const MAX_ROWS: usize = 2_000;

/// A stream that is further behind than this gets the newest, and is told what was skipped.
pub(crate) const MAX_BEHIND: i64 = 10_000;

/// Batches that wait for a slow stream before it has to read the record by itself.
const KEPT: usize = 4;

/// Events that follow each other, and what was found in them.
#[derive(Debug)]
pub(crate) struct Batch {
    /// The event before the first.
    pub(crate) after: i64,
    /// The last event.
    pub(crate) last: i64,
    pub(crate) events: Vec<EventRow>,
    pub(crate) findings: Vec<FindingRow>,
}

impl Batch {
    /// Reads what follows an event, up to another one if it is given.
    pub(crate) fn read(reader: &Reader, after: i64, until: Option<i64>) -> Result<Batch, Failure> {
        let filter = EventFilter {
            after_seq: Some(after),
            before_seq: until.map(|until| until.saturating_add(1)),
            limit: Some(MAX_ROWS),
            ..EventFilter::default()
        };
        let events = rows(reader, &filter)?;
        let mut findings = Vec::new();
        // An event and its findings lie in one place, so one is never seen without the other.
        for row in events.iter().filter(|row| row.severity.is_some()) {
            let Some(stored) = reader.event(&row.id.to_string())? else {
                continue;
            };
            findings.extend(stored.findings.into_iter().map(|finding| FindingRow {
                event_id: row.id,
                agent: row.agent,
                session: row.session.clone(),
                summary: row.summary.clone(),
                finding,
            }));
        }
        // Fewer than asked for: there is nothing more up to the end.
        let end = until.filter(|_| events.len() < MAX_ROWS);
        let last = events.last().map(|row| row.seq);
        Ok(Batch {
            after,
            last: end.or(last).unwrap_or(after),
            events,
            findings,
        })
    }
}

pub(crate) struct Pump {
    live: broadcast::Sender<Arc<Batch>>,
    wake: Notify,
    latest: AtomicI64,
}

impl Pump {
    pub(crate) fn new() -> Pump {
        Pump {
            live: broadcast::Sender::new(KEPT),
            wake: Notify::new(),
            latest: AtomicI64::new(0),
        }
    }

    /// Joins the listeners.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<Batch>> {
        let receiver = self.live.subscribe();
        self.wake.notify_one();
        receiver
    }

    /// The last event of the last batch.
    pub(crate) fn latest(&self) -> i64 {
        self.latest.load(Ordering::Acquire)
    }

    /// Works until it is dropped.
    pub(crate) async fn run(&self, readers: &Arc<Readers>) {
        loop {
            self.wake.notified().await;
            let mut position = None;
            let mut ticks = interval(PERIOD);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            while self.live.receiver_count() > 0 {
                ticks.tick().await;
                // A record that cannot be read is told by the streams that ask for it.
                if let Ok(batch) = readers.ask(move |reader| next(reader, position)).await {
                    let is_first = position.replace(batch.last).is_none();
                    // The first says where this begins: a stream that joined a moment
                    // before may lack what was committed in between.
                    if is_first || !batch.events.is_empty() {
                        self.latest.store(batch.last, Ordering::Release);
                        // Fails when the last listener has just left.
                        drop(self.live.send(Arc::new(batch)));
                    }
                }
            }
        }
    }
}

/// Returns what follows the last batch; the first time, nothing but the place to go on from.
fn next(reader: &Reader, position: Option<i64>) -> Result<Batch, Failure> {
    let last = reader.last_seq()?;
    let start = position.unwrap_or(last);
    if start >= last {
        return Ok(Batch {
            after: start,
            last: start,
            events: Vec::new(),
            findings: Vec::new(),
        });
    }
    // More comes in than goes out: the streams see the hole and skip or read it themselves.
    let start = if last - start > MAX_BEHIND {
        last - i64::try_from(MAX_ROWS).unwrap_or(MAX_BEHIND)
    } else {
        start
    };
    Batch::read(reader, start, None)
}
