//! What remembers: events, what was decided about them, and queries over both.
//!
//! **Invariant:** this crate knows files and one database, and nothing of rules,
//! agents' formats or HTTP. How things lie on disk is seen by nobody outside:
//! other crates hand over [`Record`]s and get [`StoredEvent`]s back.
//!
//! An acknowledged event lies in the journal (a plain file, one `write` a line)
//! before the database has it; the journal is deleted when the database does.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod archive;
pub mod audit;
mod body;
mod catalog;
mod chain;
mod codes;
mod connection;
mod daily;
mod error;
mod folders;
pub mod foreign;
mod health;
mod id;
mod intake;
mod journal;
mod keys;
mod queue;
mod reader;
mod record;
mod schema;
mod search;
mod segment;
pub mod spool;
mod store;
mod stored;
mod summary;
mod takeover;
mod writer;

#[cfg(test)]
mod samples;

pub use error::StoreError;
pub use folders::Folders;
pub use health::Health;
pub use id::EventId;
pub use reader::{
    Bucket, EventFilter, EventMark, EventRow, FindingFilter, FindingsMark, LastHook, Reader,
    RuleHits, SessionFilter, SessionSummary, Size, Stats, StoredEvent, StoredFinding, call_mark,
};
pub use record::Record;
pub use store::{Kept, Options, Store};
pub use summary::{summary, visible};
