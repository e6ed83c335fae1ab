//! What the proxy has to say about itself: what it did not read and why, what failed.
//!
//! **Invariant:** a full queue drops and counts; nothing waits for who listens.

use crate::piece::Client;
use ringfence_event::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How many notices wait at most.
const MOST: usize = 4096;

/// Something that happened on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When.
    pub at: Timestamp,
    /// Whose connection it was, as far as that is known.
    pub client: Option<Client>,
    /// The host that the client asked the proxy for.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What happened.
    pub what: Happened,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// A connection ended that passed unread.
    Tunnelled(Tunnel),
    /// The client asked for one host and greeted another: a way to be let through under a good name.
    Mismatch {
        /// The name in the TLS greeting.
        greeted: String,
    },
    /// The client does not take our certificate. From now on this program's connections to this host
    /// pass unread.
    RefusesInspection,
    /// The service could not be reached, or not verified.
    Unreachable {
        /// Why, as the client was told.
        reason: String,
    },
    /// There was no room for more clients: this one, and others like it, were turned away.
    Full {
        /// Why, as the client was told.
        reason: String,
    },
    /// The client was refused.
    Denied {
        /// Why, as the client was told.
        reason: String,
    },
}

/// A connection that passed unread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tunnel {
    /// Why it was not read.
    pub why: Unread,
    /// The name in the TLS greeting, if there was one.
    pub greeted: Option<String>,
    /// Bytes from the client.
    pub sent: u64,
    /// Bytes to the client.
    pub received: u64,
    /// When it began.
    pub began: Timestamp,
}

/// Why a connection was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unread {
    /// The host is not on the list.
    NotListed,
    /// The host that was asked for or the one that was greeted is not on the list, the other is.
    Mismatch,
    /// Neither TLS nor HTTP.
    OtherProtocol,
    /// The client refused our certificate before.
    RefusedBefore,
}

/// Where notices are told.
#[derive(Clone, Debug)]
pub(crate) struct Teller {
    notices: Sender<Notice>,
    lost: Arc<AtomicU64>,
}

/// The listeners' end.
#[derive(Debug)]
pub struct Notices {
    notices: Receiver<Notice>,
    lost: Arc<AtomicU64>,
}

/// Returns both ends of a queue of notices.
pub(crate) fn notices() -> (Teller, Notices) {
    let (sender, receiver) = channel(MOST);
    let lost = Arc::new(AtomicU64::new(0));
    let teller = Teller {
        notices: sender,
        lost: Arc::clone(&lost),
    };
    let notices = Notices {
        notices: receiver,
        lost,
    };
    (teller, notices)
}

impl Teller {
    pub(crate) fn tell(&self, notice: Notice) {
        if self.notices.try_send(notice).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Notices {
    /// Waits for the next notice; `None` once the proxy is gone.
    pub async fn next(&mut self) -> Option<Notice> {
        self.notices.recv().await
    }

    /// Blocks the calling thread, which must not be one of an async runtime, until the next notice.
    pub fn blocking_next(&mut self) -> Option<Notice> {
        self.notices.blocking_recv()
    }

    /// Returns how many were dropped because nobody took them.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}
