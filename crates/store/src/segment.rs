//! The segment that is being written: one file with up to a million events.
//!
//! **Invariant:** one batch is one transaction: its events, their rollups and their
//! link of the chain are stored together, or nothing of it is. A segment is written
//! to until it is sealed, and never after.

use crate::StoreError;
use crate::body::DICTIONARY;
use crate::chain::{self, Hash};
use crate::codes;
use crate::connection::{self, Settings};
use crate::id::Identity;
use crate::record::{Prepared, Row};
use crate::schema;
use ringfence_event::Verdict;
use rusqlite::{Connection, OptionalExtension, Statement, TransactionBehavior, params};
use std::path::Path;
use uuid::Uuid;

mod names;
mod rollups;
mod stretches;

use names::Names;
use rollups::Rollups;
use stretches::Stretches;

pub(crate) use names::hash;
pub(crate) use rollups::minute;

/// How a segment is opened. A batch in which somebody was asked or something denied
/// is committed with `FULL`.
const SETTINGS: Settings = Settings {
    steps: schema::SEGMENT,
    synchronous: "NORMAL",
    cache: 16 << 10,
    checkpoint: 4000,
};

/// The segment that is being written.
pub(crate) struct Segment {
    connection: Connection,
    number: u32,
    /// `None` after an error: what it held may not have been stored.
    names: Option<(Names, Stretches)>,
    events: u64,
    last: i64,
    head: Hash,
    /// When its first batch was stored.
    begun: Option<i64>,
    is_current: bool,
    /// Set after an error: the transaction may have been stored even so.
    unsure: bool,
}

impl Segment {
    /// Opens a segment to write on, or makes it; `before` is the head of the chain
    /// that a new one begins with.
    pub(crate) fn open(
        path: &Path,
        number: u32,
        identity: Identity,
        before: &Hash,
    ) -> Result<Segment, StoreError> {
        let mut connection = connection::for_writing(path, SETTINGS)?;
        let read = StoreError::database("read a segment");
        let found = found(&connection).map_err(&read)?;
        let head = match found.head {
            Some(head) => head,
            None => {
                Begin {
                    identity,
                    number,
                    before,
                }
                .write(&mut connection)
                .map_err(StoreError::database("begin a segment"))?;
                *before
            }
        };
        if self::identity(&connection).map_err(&read)? != Some(identity) {
            return Err(StoreError::Refused {
                path: path.to_owned(),
                why: "belongs to another installation",
            });
        }
        Ok(Segment {
            is_current: is_current(&connection).map_err(&read)?,
            connection,
            number,
            names: None,
            events: found.events,
            last: found.last,
            head,
            begun: found.begun,
            unsure: false,
        })
    }

    /// Looks again what is stored, if an error left that open.
    pub(crate) fn make_sure(&mut self) -> Result<(), StoreError> {
        if self.unsure {
            let found = found(&self.connection).map_err(StoreError::database("read a segment"))?;
            self.events = found.events;
            self.last = found.last;
            self.head = found.head.unwrap_or(self.head);
            self.begun = found.begun;
            self.unsure = false;
        }
        Ok(())
    }

    /// Whether it is written with the dictionary of this version, so that more can be
    /// written to it.
    pub(crate) fn is_current(&self) -> bool {
        self.is_current
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    pub(crate) fn events(&self) -> u64 {
        self.events
    }

    /// Its last event; 0 if it has none.
    pub(crate) fn last(&self) -> i64 {
        self.last
    }

    /// The head of the chain behind its last event.
    pub(crate) fn head(&self) -> &Hash {
        &self.head
    }

    /// When its first batch was stored.
    pub(crate) fn begun(&self) -> Option<i64> {
        self.begun
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Stores events under the numbers from `first` on; `at` is now.
    ///
    /// Where somebody was asked or something denied, it waits until the disk has it.
    pub(crate) fn write(
        &mut self,
        batch: &[&Prepared],
        first: i64,
        at: i64,
    ) -> Result<(), StoreError> {
        let failed = StoreError::database("write events to the database");
        let strict = codes::verdict(Verdict::Ask);
        let urgent = batch.iter().any(|one| one.row.verdict >= strict);
        let names = self.names.take();
        let mut names = match names {
            Some(names) => names,
            None => {
                let names = Names::load(&self.connection).map_err(&failed)?;
                (names, Stretches::default())
            }
        };
        self.unsure = true;
        if urgent {
            self.set_synchronous("FULL").map_err(&failed)?;
        }
        let written = self.write_all(&mut names, batch, first, at);
        if urgent {
            self.set_synchronous("NORMAL").map_err(&failed)?;
        }
        let (last, head) = written.map_err(&failed)?;
        self.unsure = false;
        self.names = Some(names);
        self.events += u64::try_from(batch.len()).unwrap_or(0);
        self.last = last;
        self.head = head;
        self.begun.get_or_insert(at);
        Ok(())
    }

    fn set_synchronous(&self, level: &str) -> rusqlite::Result<()> {
        self.connection.pragma_update(None, "synchronous", level)
    }

    fn write_all(
        &mut self,
        (names, stretches): &mut (Names, Stretches),
        batch: &[&Prepared],
        first: i64,
        at: i64,
    ) -> rusqlite::Result<(i64, Hash)> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut rollups = Rollups::default();
        let mut link = chain::Batch::new();
        let mut next = first;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO event (seq, at, key, kind, source, agent, does, verdict, severity,
                    session, subject, call, cwd, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?;
            let mut names = names.on(&transaction)?;
            for one in batch {
                let row = &one.row;
                let call = names.id(row.texts.call())?;
                let ids = [
                    names.id(row.texts.session())?,
                    names.id(row.texts.subject())?,
                    if row.inferred == 0 { call } else { -call },
                    names.id(row.texts.cwd())?,
                ];
                insert_event(&mut insert, next, row, ids)?;
                stretches.add(ids[0], next);
                link.add(&leaf(next, row));
                rollups.add(next, row);
                next += 1;
            }
        }
        rollups.write(&transaction)?;
        stretches.write(&transaction)?;
        let last = next - 1;
        let root = link.root();
        let head = chain::head(&self.head, &root, first, last, at);
        transaction
            .prepare_cached(
                "INSERT INTO seal (first, last, at, root, head) VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![first, last, at, root, head])?;
        transaction.commit()?;
        Ok((last, head))
    }

    /// Gives back the memory that a busy hour took.
    pub(crate) fn shrink(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch("PRAGMA shrink_memory")
    }

    /// Nothing more is written; the connection is handed over to tidy up with.
    pub(crate) fn seal(self) -> Connection {
        self.connection
    }
}

fn insert_event(
    insert: &mut Statement<'_>,
    seq: i64,
    row: &Row,
    [session, subject, call, cwd]: [i64; 4],
) -> rusqlite::Result<usize> {
    insert.execute(params![
        seq,
        row.at,
        row.key.as_bytes(),
        row.kind,
        row.source,
        row.agent,
        row.does,
        row.verdict,
        row.severity,
        session,
        subject,
        call,
        cwd,
        row.body,
    ])
}

fn leaf(seq: i64, row: &Row) -> chain::Leaf<'_> {
    chain::Leaf {
        seq,
        at: row.at,
        key: row.key.as_bytes(),
        kind: row.kind,
        source: row.source,
        agent: row.agent,
        does: row.does,
        verdict: row.verdict,
        severity: row.severity,
        inferred: row.inferred,
        session: row.texts.session().unwrap_or_default(),
        subject: row.texts.subject().unwrap_or_default(),
        call: row.texts.call().unwrap_or_default(),
        cwd: row.texts.cwd().unwrap_or_default(),
        body: &row.body,
    }
}

/// What lies in a segment already.
struct Found {
    events: u64,
    last: i64,
    /// `None` if there is no event.
    head: Option<Hash>,
    begun: Option<i64>,
}

fn found(connection: &Connection) -> rusqlite::Result<Found> {
    let (events, last, begun) = connection.query_row(
        "SELECT coalesce(sum(last - first + 1), 0), coalesce(max(last), 0), min(at) FROM seal",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let head: Option<Vec<u8>> = connection
        .query_row(
            "SELECT head FROM seal ORDER BY id DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .optional()?;
    // A head of another length is none of ours: the chain shows it as broken there.
    let head = head.map(|head| chain::hash_of(&head).unwrap_or(chain::START));
    Ok(Found {
        events,
        last,
        head,
        begun,
    })
}

/// How a segment begins.
struct Begin<'a> {
    identity: Identity,
    number: u32,
    before: &'a Hash,
}

impl Begin<'_> {
    fn write(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert =
                transaction.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?;
            insert.execute(params!["endpoint", self.identity.endpoint.as_bytes()])?;
            insert.execute(params!["epoch", self.identity.epoch])?;
            insert.execute(params!["number", self.number])?;
            insert.execute(params!["dictionary", DICTIONARY])?;
            insert.execute(params!["before", self.before])?;
        }
        transaction.commit()
    }
}

/// Whether a segment is written with the dictionary of this version.
fn is_current(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT count(*) FROM meta WHERE name = 'dictionary' AND value = ?1",
        [DICTIONARY],
        |row| row.get(0),
    )
}

/// Reads whose a segment is; `None` if it does not say.
pub(crate) fn identity(connection: &Connection) -> rusqlite::Result<Option<Identity>> {
    connection
        .query_row(
            "SELECT endpoint.value, epoch.value FROM meta AS endpoint, meta AS epoch
             WHERE endpoint.name = 'endpoint' AND epoch.name = 'epoch'",
            [],
            |row| {
                let endpoint: [u8; 16] = row.get(0)?;
                Ok(Identity {
                    endpoint: Uuid::from_bytes(endpoint),
                    epoch: row.get(1)?,
                })
            },
        )
        .optional()
}
