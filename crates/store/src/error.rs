//! Everything that can go wrong here, said so that a person can act on it.

use std::path::{Path, PathBuf};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder of ours cannot be used.
    #[error("failed to use `{}`", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file or folder of ours is not what we made: somebody may want us to write elsewhere.
    #[error("refused `{}`: it {why}", path.display())]
    Refused {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Another process writes here.
    #[error("another ringfence (process {process}) already writes to `{}`", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
        /// Its pid, as it wrote it down; `unknown` if it did not.
        process: String,
    },
    /// The file is there and is no database. It is left as it is.
    #[error("`{}` is not a database; it was left as it is, move it away to start anew", path.display())]
    NotADatabase {
        /// Which.
        path: PathBuf,
    },
    /// The database was written by a later version.
    #[error("`{}` has format {found}, this version knows up to {known}; install a newer ringfence", path.display())]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// The database was written by an earlier version and nothing has upgraded it yet.
    #[error("`{}` has the old format {found} (now {known}); start the daemon once, it upgrades it", path.display())]
    Older {
        /// Which.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// The database said no.
    #[error("failed to {doing}")]
    Database {
        /// What we were at.
        doing: &'static str,
        /// What the driver says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A stored event cannot be read back.
    #[error("event {seq} in the database cannot be read")]
    Damaged {
        /// Its sequence number.
        seq: i64,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
    /// An event cannot be packed or unpacked.
    #[error("failed to pack or unpack an event")]
    Pack(#[source] std::io::Error),
    /// A record cannot be written as JSON.
    #[error("failed to encode the event")]
    Encode(#[source] serde_json::Error),
    /// The short name means several things.
    #[error("`{prefix}` is not enough to know which one: {}", candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        prefix: String,
        /// What it could mean; not all of them if there are many.
        candidates: Vec<String>,
    },
    /// The disk takes nothing and the memory set aside for that is used up.
    #[error("event not kept: the disk takes nothing and the memory set aside for that is full")]
    Full,
    /// Not committed yet; it is kept and tried again.
    #[error("not committed yet, it is kept and tried again: {reason}")]
    NotCommitted {
        /// What the last attempt failed with.
        reason: String,
    },
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    pub(crate) fn file(path: &Path, source: impl Into<std::io::Error>) -> StoreError {
        StoreError::File {
            path: path.to_owned(),
            source: source.into(),
        }
    }

    /// Turns an error of the driver into one, knowing what was being done.
    pub(crate) fn database(doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
        move |source| StoreError::Database {
            doing,
            source: Box::new(source),
        }
    }

    /// The error and what it comes from, in one line.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}
