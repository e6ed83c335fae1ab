//! The main database: findings, sessions, when hooks were last heard of, how often
//! rules matched, and the list of segments.
//!
//! **Invariant:** all of it but the settings follows from the segments, up to the event
//! in `applied`. What is noted is written with `applied` in one transaction, so that
//! each event counts once, whenever the process ends.

use crate::StoreError;
use crate::chain::{self, Hash};
use crate::connection::{self, Settings};
use crate::folders::Folders;
use crate::id::Identity;
use crate::record::Row;
use crate::schema;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, ToSql, TransactionBehavior, params};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

mod pending;

use pending::Pending;

/// How the main database is opened. What it loses in a power cut is replayed from the
/// segments, so that only the commit of each second waits for the disk.
const SETTINGS: Settings = Settings {
    steps: schema::MAIN,
    synchronous: "NORMAL",
    cache: 2 << 10,
    checkpoint: 500,
};

/// How long what is noted may wait.
const AT_LATEST: Duration = Duration::from_secs(1);

/// What is deleted in one transaction.
const DELETE_AT_ONCE: usize = 10_000;

/// What is known of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) at_first: i64,
    pub(crate) at_last: i64,
    pub(crate) events: i64,
    /// 0, or when it was sealed.
    pub(crate) sealed: i64,
    pub(crate) head: Hash,
}

/// The main database, open for writing.
pub(crate) struct Catalog {
    connection: Connection,
    /// The last event that is counted, here or in what is pending.
    applied: i64,
    head: Hash,
    segments: BTreeMap<u32, Listed>,
    pending: Pending,
    /// When the oldest thing that is pending must be written.
    due: Option<Instant>,
    synced: Option<Instant>,
}

impl Catalog {
    /// Opens the main database, makes it if there is none. `of_segments` tells whose
    /// the segments are that lie there.
    pub(crate) fn open(
        folders: &Folders,
        of_segments: impl FnOnce() -> Option<Identity>,
    ) -> Result<(Catalog, Identity), StoreError> {
        let read = StoreError::database("read the database");
        let connection = connection::for_writing(&folders.main(), SETTINGS)?;
        let identity = match identity(&connection).map_err(&read)? {
            Some(identity) => identity,
            None => {
                let new = of_segments().unwrap_or_else(|| Identity::for_new_database(folders));
                // Remembered first: an epoch that is skipped does no harm, one used twice does.
                new.remember(folders)?;
                set_identity(&connection, new)
                    .map_err(StoreError::database("set up the database"))?;
                new
            }
        };
        identity.remember(folders)?;
        let head: Option<Vec<u8>> = meta(&connection, "head").map_err(&read)?;
        let catalog = Catalog {
            applied: meta(&connection, "applied")
                .map_err(&read)?
                .unwrap_or_default(),
            head: head
                .and_then(|head| chain::hash_of(&head))
                .unwrap_or(chain::START),
            segments: segments(&connection).map_err(&read)?,
            connection,
            pending: Pending::default(),
            due: None,
            synced: None,
        };
        Ok((catalog, identity))
    }

    /// The last event that is counted.
    pub(crate) fn applied(&self) -> i64 {
        self.applied
    }

    /// The head of the chain behind the last event that is counted.
    pub(crate) fn head(&self) -> &Hash {
        &self.head
    }

    /// The segments that are known.
    pub(crate) fn segments(&self) -> &BTreeMap<u32, Listed> {
        &self.segments
    }

    /// The last event that was deleted for its age.
    pub(crate) fn pruned(&self) -> Result<i64, StoreError> {
        let pruned = meta(&self.connection, "pruned");
        let pruned = pruned.map_err(StoreError::database("read the database"))?;
        Ok(pruned.unwrap_or_default())
    }

    /// Counts an event of a segment; one that is counted already is passed over.
    pub(crate) fn note(&mut self, number: u32, seq: i64, row: &Row) {
        if seq <= self.applied {
            return;
        }
        self.applied = seq;
        let listed = self.segments.entry(number).or_insert(Listed {
            first: seq,
            last: seq,
            at_first: row.at,
            at_last: row.at,
            events: 0,
            sealed: 0,
            head: chain::START,
        });
        listed.last = seq;
        listed.at_first = listed.at_first.min(row.at);
        listed.at_last = listed.at_last.max(row.at);
        listed.events += 1;
        let news = self.pending.note(seq, row);
        let now = Instant::now();
        let due = if news { now } else { now + AT_LATEST };
        self.due = Some(self.due.map_or(due, |before| before.min(due)));
    }

    /// The events noted so far end a batch of a segment: the chain is there now.
    pub(crate) fn batch_ended(&mut self, number: u32, head: &Hash) {
        self.head = *head;
        if let Some(listed) = self.segments.get_mut(&number) {
            listed.head = *head;
        }
        self.pending.touched.insert(number);
    }

    /// A segment gets no more events.
    pub(crate) fn sealed(&mut self, number: u32, at: i64) {
        if let Some(listed) = self.segments.get_mut(&number) {
            listed.sealed = at;
            self.pending.touched.insert(number);
            self.due = Some(Instant::now());
        }
    }

    /// A segment is damaged: it gets no more events, and what it has is not known.
    pub(crate) fn unreadable(&mut self, number: u32, at: i64) {
        let (applied, head) = (self.applied, self.head);
        self.segments.entry(number).or_insert(Listed {
            first: applied + 1,
            last: applied,
            at_first: at,
            at_last: at,
            events: 0,
            sealed: at,
            head,
        });
        self.sealed(number, at);
    }

    /// When something must be written.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Writes what is pending, if it is time.
    pub(crate) fn commit_if_due(&mut self) -> Result<(), StoreError> {
        if self.due.is_some_and(|due| due <= Instant::now()) {
            self.commit()?;
        }
        Ok(())
    }

    /// Writes what is pending.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        if self.due.is_none() {
            return Ok(());
        }
        let failed = StoreError::database("write to the main database");
        let sync = self
            .synced
            .is_none_or(|synced| synced.elapsed() >= AT_LATEST);
        if sync {
            self.set_synchronous("FULL").map_err(&failed)?;
        }
        let written = self.write();
        if sync {
            self.set_synchronous("NORMAL").map_err(&failed)?;
        }
        written.map_err(&failed)?;
        if sync {
            self.synced = Some(Instant::now());
        }
        self.pending.written();
        self.due = None;
        Ok(())
    }

    fn set_synchronous(&self, level: &str) -> rusqlite::Result<()> {
        self.connection.pragma_update(None, "synchronous", level)
    }

    fn write(&mut self) -> rusqlite::Result<()> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        set_meta(&transaction, "applied", self.applied)?;
        set_meta(&transaction, "head", self.head)?;
        for number in &self.pending.touched {
            if let Some(listed) = self.segments.get(number) {
                write_segment(&transaction, *number, listed)?;
            }
        }
        self.pending.write(&transaction)?;
        transaction.commit()
    }

    /// Forgets a segment that is deleted for its age; what is pending is written too.
    pub(crate) fn prune(&mut self, number: u32) -> Result<(), StoreError> {
        let Some(listed) = self.segments.get(&number) else {
            return Ok(());
        };
        let (last, head) = (listed.last, listed.head);
        self.commit()?;
        let pruned = (|| {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM segment WHERE number = ?1", [number])?;
            set_meta(&transaction, "pruned", last)?;
            set_meta(&transaction, "pruned_head", head)?;
            transaction.commit()
        })();
        pruned.map_err(StoreError::database("delete old events"))?;
        self.segments.remove(&number);
        Ok(())
    }

    /// Deletes findings and sessions whose events are gone, some at a time; returns
    /// whether there are more.
    pub(crate) fn delete_pruned(&mut self) -> Result<bool, StoreError> {
        let pruned = self.pruned()?;
        if pruned == 0 {
            return Ok(false);
        }
        let most = i64::try_from(DELETE_AT_ONCE).unwrap_or(i64::MAX);
        let deleted = (|| {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let findings = transaction.execute(
                "DELETE FROM finding WHERE number IN
                    (SELECT number FROM finding WHERE event <= ?1 LIMIT ?2)",
                params![pruned, most],
            )?;
            let sessions = transaction.execute(
                "DELETE FROM session WHERE (session, agent) IN
                    (SELECT session, agent FROM session WHERE last_seq <= ?1 LIMIT ?2)",
                params![pruned, most],
            )?;
            transaction.commit()?;
            Ok(findings.max(sessions) >= DELETE_AT_ONCE)
        })();
        deleted.map_err(StoreError::database("delete old events"))
    }
}

/// Reads a value; `None` if it is not there.
pub(crate) fn meta<T: FromSql>(connection: &Connection, name: &str) -> rusqlite::Result<Option<T>> {
    connection
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

fn set_meta(connection: &Connection, name: &str, value: impl ToSql) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?
        .execute(params![name, value])?;
    Ok(())
}

/// Reads who the main database belongs to; `None` if it is new.
pub(crate) fn identity(connection: &Connection) -> rusqlite::Result<Option<Identity>> {
    let endpoint: Option<[u8; 16]> = meta(connection, "endpoint")?;
    let epoch: Option<u32> = meta(connection, "epoch")?;
    let both = endpoint.zip(epoch);
    Ok(both.map(|(endpoint, epoch)| Identity {
        endpoint: Uuid::from_bytes(endpoint),
        epoch,
    }))
}

fn set_identity(connection: &Connection, identity: Identity) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    set_meta(&transaction, "endpoint", identity.endpoint.as_bytes())?;
    set_meta(&transaction, "epoch", identity.epoch)?;
    transaction.commit()
}

fn segments(connection: &Connection) -> rusqlite::Result<BTreeMap<u32, Listed>> {
    let mut statement = connection.prepare(
        "SELECT number, first, last, at_first, at_last, events, sealed, head FROM segment",
    )?;
    let rows = statement.query_map([], |row| {
        let head: Vec<u8> = row.get(7)?;
        let listed = Listed {
            first: row.get(1)?,
            last: row.get(2)?,
            at_first: row.get(3)?,
            at_last: row.get(4)?,
            events: row.get(5)?,
            sealed: row.get(6)?,
            head: chain::hash_of(&head).unwrap_or(chain::START),
        };
        Ok((row.get(0)?, listed))
    })?;
    rows.collect()
}

fn write_segment(connection: &Connection, number: u32, listed: &Listed) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO segment
                (number, first, last, at_first, at_last, events, sealed, head)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            number,
            listed.first,
            listed.last,
            listed.at_first,
            listed.at_last,
            listed.events,
            listed.sealed,
            listed.head,
        ])?;
    Ok(())
}
