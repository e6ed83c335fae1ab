//! Passes on to the user's own collector what the agent would have sent there itself.
//!
//! **Invariant:** bodies and headers go as they came, with nothing of ours in them. Nobody waits for
//! a collector: what does not fit into the queue, or is not taken, is dropped and counted.

use super::gate::TOKEN;
use crate::outbound;
use anyhow::{Context, Result};
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, TRANSFER_ENCODING};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Bodies that wait at the most.
const WAITING: usize = 256;
/// How many bytes they may have together.
const LARGEST: usize = 32 << 20;
/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of what was to be passed on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Forwarded {
    /// Bodies that a collector took.
    pub(crate) taken: u64,
    /// Bodies that were dropped, since too many waited or no collector took them.
    pub(crate) dropped: u64,
    /// Why the last one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
}

/// The door to the thread that passes on.
pub(crate) struct Forwarder {
    sender: SyncSender<Parcel>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    /// Bytes that wait.
    waiting: AtomicUsize,
    taken: AtomicU64,
    dropped: AtomicU64,
    why: Mutex<Option<String>>,
}

struct Parcel {
    url: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Forwarder {
    /// Starts the thread; it ends once the forwarder is dropped.
    pub(crate) fn start() -> Result<Forwarder> {
        let (sender, receiver) = sync_channel(WAITING);
        let counts = Arc::new(Counts::default());
        let own = Arc::clone(&counts);
        std::thread::Builder::new()
            .name("telemetry: passes on".to_owned())
            .spawn(move || run(&receiver, &own))
            .context("failed to start a thread")?;
        Ok(Forwarder { sender, counts })
    }

    /// Passes a body on, soon.
    pub(crate) fn pass_on(&self, url: &str, headers: &HeaderMap, body: Bytes) {
        let length = body.len();
        let before = self.counts.waiting.fetch_add(length, Ordering::Relaxed);
        let parcel = Parcel {
            url: url.to_owned(),
            headers: headers.clone(),
            body,
        };
        if before.saturating_add(length) > LARGEST || self.sender.try_send(parcel).is_err() {
            self.counts.waiting.fetch_sub(length, Ordering::Relaxed);
            self.counts.drop_one("too much waits for it".to_owned());
        }
    }

    pub(crate) fn status(&self) -> Forwarded {
        let counts = &self.counts;
        let why = counts.why.lock().unwrap_or_else(PoisonError::into_inner);
        Forwarded {
            taken: counts.taken.load(Ordering::Relaxed),
            dropped: counts.dropped.load(Ordering::Relaxed),
            why: why.clone(),
        }
    }
}

impl Counts {
    fn drop_one(&self, why: String) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        *self.why.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }
}

fn run(receiver: &Receiver<Parcel>, counts: &Counts) {
    let agent = outbound::agent(PATIENCE);
    while let Ok(parcel) = receiver.recv() {
        let length = parcel.body.len();
        match send(&agent, &parcel) {
            Ok(()) => {
                counts.taken.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => counts.drop_one(format!("{error:#}")),
        }
        counts.waiting.fetch_sub(length, Ordering::Relaxed);
    }
}

fn send(agent: &ureq::Agent, parcel: &Parcel) -> Result<()> {
    let mut request = agent.post(&parcel.url);
    for (name, value) in &parcel.headers {
        if is_passed_on(name.as_str())
            && let Ok(value) = value.to_str()
        {
            request = request.header(name.as_str(), value);
        }
    }
    let answer = request
        .send(parcel.body.as_ref())
        .with_context(|| format!("failed to reach `{}`", parcel.url))?;
    anyhow::ensure!(
        answer.status().is_success(),
        "`{}` answered {}",
        parcel.url,
        answer.status()
    );
    Ok(())
}

/// Whether a header is the sender's, and not the connection's or ours.
fn is_passed_on(name: &str) -> bool {
    let ours = [
        HOST.as_str(),
        CONNECTION.as_str(),
        CONTENT_LENGTH.as_str(),
        TRANSFER_ENCODING.as_str(),
        "keep-alive",
        "te",
        "expect",
        "upgrade",
        TOKEN,
    ];
    !ours.contains(&name)
}

#[cfg(test)]
mod tests;
