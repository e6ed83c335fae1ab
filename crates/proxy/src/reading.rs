//! What was said: readers of the wire formats of models and tools, fed with tapped pieces.
//!
//! **Invariant:** pure values: no clock, no input or output, bounded memory ([`MOST_HELD`],
//! [`MOST_OPEN`]). Bytes in any cutting give the same words, and unknown bytes give an envelope.

mod base64;
mod body;
pub mod content;
mod dialect;
pub mod examine;
mod exchange;
pub mod framing;
pub mod guard;
mod head;
pub mod host;
mod json;
mod memory;
mod protobuf;
mod said;
pub mod stdio;

#[cfg(test)]
mod tests;

pub use dialect::Format;
pub use examine::{Examiner, Leak, Ledger, NoLedger};

use crate::piece::{Connection, ExchangeId, Head, Piece, What};
use exchange::{Desk, Reading};
use memory::Memories;
use ringfence_event::{Action, CallRef, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;

/// Exchanges under way that are read; later ones pass unread.
pub const MOST_OPEN: usize = 16 * 1024;
/// Bytes that all of them hold together: of bodies, of messages and blocks under way, and for unpacking.
pub const MOST_HELD: usize = 128 * 1024 * 1024;
/// What each may hold beyond that.
pub const HELD_BY_EACH: usize = 16 * 1024;

/// Something that was said or done in an exchange.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The exchange.
    pub exchange: ExchangeId,
    /// Its connection, with who opened it.
    pub connection: Arc<Connection>,
    /// When it was said: when its last byte passed.
    pub at: Timestamp,
    /// How it was written, if that was recognised.
    pub format: Option<Format>,
    /// The tool call that it belongs to, under the id that hooks have too.
    pub call: Option<CallRef>,
    /// What it is, with secrets masked. Operations of tools are left to who knows the agent.
    pub action: Action,
}

/// Reads all exchanges of a proxy.
#[derive(Debug)]
pub struct Readers {
    examiner: Arc<Examiner>,
    open: HashMap<ExchangeId, Box<Reading>>,
    held: usize,
    memories: Memories,
}

impl Readers {
    /// Reads nothing yet.
    pub fn new(examiner: Arc<Examiner>) -> Readers {
        Readers {
            examiner,
            open: HashMap::new(),
            held: 0,
            memories: Memories::default(),
        }
    }

    /// Takes what passed, and tells what it says.
    pub fn take(&mut self, piece: Piece) -> Vec<Told> {
        let mut told = Vec::new();
        let id = piece.exchange;
        let begins = match &piece.what {
            What::Head(Head::Request(head)) if self.open.len() < MOST_OPEN => Some(head),
            _ => None,
        };
        let connection = match (begins, self.open.get(&id)) {
            (Some(head), _) => Arc::clone(&head.connection),
            (None, Some(reading)) => Arc::clone(reading.connection()),
            (None, None) => return told,
        };
        let examiner = Arc::clone(&self.examiner);
        let mut desk = Desk {
            examiner: &examiner,
            memory: self.memories.of(&conversation(&connection)),
            told: &mut told,
            at: piece.at,
        };
        if let Some(head) = begins {
            self.open
                .insert(id, Box::new(Reading::new(id, head, &mut desk)));
            return told;
        }
        let Some(reading) = self.open.get_mut(&id) else {
            return told;
        };
        let before = reading.held();
        reading.take(piece.direction, piece.what, &mut desk);
        let holds = reading.held();
        if holds > HELD_BY_EACH && self.held.saturating_sub(before) + holds > MOST_HELD {
            reading.let_go(&mut desk);
        }
        self.held = self.held.saturating_sub(before) + reading.held();
        if reading.is_over() {
            self.held = self.held.saturating_sub(reading.held());
            self.open.remove(&id);
        }
        told
    }

    /// Exchanges that are under way.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// Bytes that they hold.
    pub fn held(&self) -> usize {
        self.held
    }
}

/// The owner of a conversation: a session, else a process, else a connection.
pub(crate) fn conversation(connection: &Connection) -> String {
    match &connection.client {
        Some(client) => match &client.session {
            Some(session) => format!("session {session}"),
            None => format!("process {} {}", client.process.pid, client.process.started),
        },
        None => format!("connection {}", connection.number),
    }
}
