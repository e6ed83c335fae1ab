//! The queue between the wire and the readers: never full for the wire, bounded for the memory.
//!
//! **Invariant:** nothing here waits. An exchange whose request head finds no room is not told at all;
//! one that was told always gets its ends, and its lost bytes are told as a number. So the queue
//! holds at most [`Taps::new`]'s bytes, and for each exchange that is under way two ends and what a
//! gate did.

use crate::piece::{
    Direction, End, ExchangeId, Handled, Head, Piece, RequestHead, ResponseHead, What,
};
use bytes::Bytes;
use hyper::HeaderMap;
use ringfence_event::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Bodies up to this are copied: a small slice would keep the whole read buffer around it alive.
const COPY_UP_TO: usize = 4096;

/// What a queued piece costs beside its bytes.
const PIECE_COST: usize = 160;

/// What a header field costs beside its bytes.
const FIELD_COST: usize = 64;

/// Hands out taps, one for each exchange.
#[derive(Clone, Debug)]
pub(crate) struct Taps {
    shared: Arc<Shared>,
    pieces: UnboundedSender<(Piece, usize)>,
}

/// The readers' end of the queue.
#[derive(Debug)]
pub struct Pieces {
    shared: Arc<Shared>,
    pieces: UnboundedReceiver<(Piece, usize)>,
}

#[derive(Debug)]
struct Shared {
    limit: usize,
    queued: AtomicUsize,
    exchanges: AtomicU64,
    untold: AtomicU64,
    dropped: AtomicU64,
}

impl Taps {
    /// Returns both ends of a queue that holds at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> (Taps, Pieces) {
        let shared = Arc::new(Shared {
            limit,
            queued: AtomicUsize::new(0),
            exchanges: AtomicU64::new(0),
            untold: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        });
        let (sender, receiver) = unbounded_channel();
        (
            Taps {
                shared: Arc::clone(&shared),
                pieces: sender,
            },
            Pieces {
                shared,
                pieces: receiver,
            },
        )
    }

    /// Returns taps that tell nobody.
    pub(crate) fn silent() -> (Tap, Tap) {
        let tap = |direction| Tap {
            taps: None,
            exchange: ExchangeId(0),
            direction,
            state: State::Silent,
            lost: 0,
        };
        (tap(Direction::Outgoing), tap(Direction::Incoming))
    }

    /// Tells of a new exchange and returns the taps of its two directions: outgoing, incoming.
    pub(crate) fn open(&self, head: RequestHead) -> (Tap, Tap) {
        let exchange = ExchangeId(self.shared.exchanges.fetch_add(1, Ordering::Relaxed));
        let cost = head.target.len() + cost_of(&head.headers);
        let mut outgoing = Tap {
            taps: Some(self.clone()),
            exchange,
            direction: Direction::Outgoing,
            state: State::Open,
            lost: 0,
        };
        if !outgoing.offer(What::Head(Head::Request(Box::new(head))), cost) {
            self.shared.untold.fetch_add(1, Ordering::Relaxed);
            outgoing.state = State::Silent;
        }
        let incoming = Tap {
            taps: Some(self.clone()),
            exchange,
            direction: Direction::Incoming,
            state: outgoing.state,
            lost: 0,
        };
        (outgoing, incoming)
    }
}

impl Pieces {
    /// Waits for the next piece; `None` once the proxy is gone.
    pub async fn next(&mut self) -> Option<Piece> {
        let taken = self.pieces.recv().await;
        self.take(taken)
    }

    /// Blocks the calling thread, which must not be one of an async runtime, until the next piece.
    pub fn blocking_next(&mut self) -> Option<Piece> {
        let taken = self.pieces.blocking_recv();
        self.take(taken)
    }

    /// Returns the next piece if one waits.
    pub fn try_next(&mut self) -> Option<Piece> {
        let taken = self.pieces.try_recv().ok();
        self.take(taken)
    }

    /// Returns how many exchanges passed of which the readers were told nothing.
    pub fn untold(&self) -> u64 {
        self.shared.untold.load(Ordering::Relaxed)
    }

    /// Returns how many bytes of bodies the readers did not get.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    fn take(&self, taken: Option<(Piece, usize)>) -> Option<Piece> {
        let (piece, cost) = taken?;
        self.shared.queued.fetch_sub(cost, Ordering::Relaxed);
        Some(piece)
    }
}

/// Copies one direction of one exchange into the queue. Dropped without an end, it was cut.
#[derive(Debug)]
pub(crate) struct Tap {
    taps: Option<Taps>,
    exchange: ExchangeId,
    direction: Direction,
    state: State,
    lost: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// What passes is told.
    Open,
    /// The head was lost: what passes is counted, the end is told.
    Headless,
    /// Nothing is told: neither was the exchange, or its end was.
    Silent,
}

impl Tap {
    /// Tells the head of the answer. After one that finds no room, its body counts as lost too.
    pub(crate) fn answer(&mut self, head: ResponseHead) {
        let cost = cost_of(&head.headers);
        if !self.offer(What::Head(Head::Response(Box::new(head))), cost) {
            self.state = State::Headless;
        }
    }

    /// Tells bytes of the body.
    pub(crate) fn body(&mut self, bytes: &Bytes) {
        if self.state == State::Silent || bytes.is_empty() {
            return;
        }
        let copy = if bytes.len() <= COPY_UP_TO {
            Bytes::copy_from_slice(bytes)
        } else {
            bytes.clone()
        };
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if !self.offer(What::Body(copy), bytes.len()) {
            self.lose(length);
        }
    }

    /// Tells fields that came after the body.
    pub(crate) fn trailers(&mut self, trailers: &HeaderMap) {
        let cost = cost_of(trailers);
        if !self.offer(What::Trailers(trailers.clone()), cost) {
            self.lose(u64::try_from(cost).unwrap_or(u64::MAX));
        }
    }

    /// Tells what a gate did; found or not, there is always room for that.
    pub(crate) fn handled(&self, handled: Handled) {
        if self.state != State::Silent {
            self.send(What::Handled(Box::new(handled)), 0);
        }
    }

    /// Tells that the direction is over.
    pub(crate) fn end(mut self, end: End) {
        self.finish(end);
    }

    fn finish(&mut self, end: End) {
        if self.state == State::Silent {
            return;
        }
        self.state = State::Silent;
        if self.lost > 0 {
            self.send(What::Dropped(self.lost), 0);
        }
        self.send(What::End(end), 0);
    }

    fn lose(&mut self, bytes: u64) {
        self.lost = self.lost.saturating_add(bytes);
        if let Some(taps) = &self.taps {
            taps.shared.dropped.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    /// Queues a piece if there is room for it, and for the number that tells of a gap before it.
    fn offer(&mut self, what: What, bytes: usize) -> bool {
        match self.state {
            State::Open => {}
            State::Headless => return false,
            State::Silent => return true,
        }
        let gap = if self.lost > 0 { PIECE_COST } else { 0 };
        let cost = bytes.saturating_add(PIECE_COST);
        let Some(taps) = &self.taps else { return true };
        let shared = &taps.shared;
        let wanted = cost.saturating_add(gap);
        let before = shared.queued.fetch_add(wanted, Ordering::Relaxed);
        if before.saturating_add(wanted) > shared.limit {
            shared.queued.fetch_sub(wanted, Ordering::Relaxed);
            return false;
        }
        if self.lost > 0 {
            self.send(What::Dropped(self.lost), gap);
            self.lost = 0;
        }
        self.send(what, cost);
        true
    }

    fn send(&self, what: What, cost: usize) {
        let piece = Piece {
            exchange: self.exchange,
            direction: self.direction,
            at: now(),
            what,
        };
        let Some(taps) = &self.taps else { return };
        // Without readers nobody is told, and the proxy goes on.
        if taps.pieces.send((piece, cost)).is_err() {
            taps.shared.queued.fetch_sub(cost, Ordering::Relaxed);
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.finish(End::Cut);
    }
}

fn cost_of(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + FIELD_COST)
        .sum()
}

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
