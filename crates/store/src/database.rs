//! The one file with the record in it, and the only place that writes to it.
//!
//! **Invariant:** one batch is one transaction: all of it is stored, or none. A key
//! that is there already is passed over, so giving a record twice stores it once.

use crate::folders::{self, Folders};
use crate::id::Identity;
use crate::record::Prepared;
use crate::schema::{self, severity_rank, verdict_rank};
use crate::{StoreError, summary};
use ringfence_event::{AgentKind, Event, Finding, SessionId, Source, Timestamp, Verdict};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};
use rustix::fs::OFlags;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Readers and the writer do not block each other in WAL mode; this covers the rare
/// moments in which they do.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The writer's side of the database.
pub(crate) struct Database {
    connection: Connection,
    identity: Identity,
    /// The last sequence number given out; unknown after an error, since the
    /// transaction may have been stored even so.
    last_seq: Option<i64>,
}

impl Database {
    /// Opens the database, makes it if there is none, upgrades it if it is old.
    pub(crate) fn open(folders: &Folders) -> Result<Database, StoreError> {
        let path = file_path(folders)?;
        make_private(&path)?;
        let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        check_format(&connection, &path)?;
        set_up(&connection).map_err(StoreError::database("set up the database"))?;
        schema::migrate(&mut connection, schema::STEPS)
            .map_err(StoreError::database("upgrade the database"))?;
        let identity = match identity(&connection)? {
            Some(identity) => identity,
            None => new_identity(&mut connection, folders)?,
        };
        identity.remember(folders)?;
        Ok(Database {
            connection,
            identity,
            last_seq: None,
        })
    }

    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }

    /// The last sequence number given out.
    pub(crate) fn last_seq(&mut self) -> Result<i64, StoreError> {
        if let Some(last) = self.last_seq {
            return Ok(last);
        }
        let last = last_seq(&self.connection).map_err(StoreError::database("read the database"))?;
        self.last_seq = Some(last);
        Ok(last)
    }

    /// Stores a batch; returns how many of it were new.
    ///
    /// Where somebody was asked or something denied, it waits until the disk has it.
    pub(crate) fn insert<'a>(
        &mut self,
        batch: impl Iterator<Item = &'a Prepared> + Clone,
    ) -> Result<usize, StoreError> {
        let failed = StoreError::database("write events to the database");
        let before = self.last_seq()?;
        self.last_seq = None;
        let urgent = batch
            .clone()
            .any(|prepared| prepared.record.decision.verdict >= Verdict::Ask);
        if urgent {
            self.set_synchronous("FULL").map_err(&failed)?;
        }
        let inserted = self.insert_all(before, batch);
        if urgent {
            self.set_synchronous("NORMAL").map_err(&failed)?;
        }
        let last = inserted.map_err(&failed)?;
        self.last_seq = Some(last);
        Ok(usize::try_from(last - before).unwrap_or(0))
    }

    fn set_synchronous(&self, level: &str) -> rusqlite::Result<()> {
        self.connection.pragma_update(None, "synchronous", level)
    }

    fn insert_all<'a>(
        &mut self,
        mut last: i64,
        batch: impl Iterator<Item = &'a Prepared>,
    ) -> rusqlite::Result<i64> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for prepared in batch {
            if insert_event(&transaction, last + 1, prepared)? {
                last += 1;
                for finding in &prepared.record.decision.findings {
                    insert_finding(&transaction, last, finding)?;
                }
            }
        }
        transaction.commit()?;
        Ok(last)
    }

    /// Deletes some of the events from before a moment, with their findings;
    /// returns how many, at most `most`.
    pub(crate) fn delete_before(
        &mut self,
        moment: Timestamp,
        most: usize,
    ) -> Result<usize, StoreError> {
        let last = self.last_seq()?;
        self.delete_all(moment, most, last)
            .map_err(StoreError::database("delete old events"))
    }

    fn delete_all(&mut self, moment: Timestamp, most: usize, last: i64) -> rusqlite::Result<usize> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        // The newest may go too, and its number must not be given out again.
        transaction.execute(
            "INSERT OR REPLACE INTO meta (name, value) VALUES ('last_seq', ?1)",
            [last.to_string()],
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        transaction.execute(
            "DELETE FROM finding WHERE event IN
                (SELECT seq FROM event WHERE at < ?1 ORDER BY at, seq LIMIT ?2)",
            params![moment.0, most],
        )?;
        let deleted = transaction.execute(
            "DELETE FROM event WHERE seq IN
                (SELECT seq FROM event WHERE at < ?1 ORDER BY at, seq LIMIT ?2)",
            params![moment.0, most],
        )?;
        transaction.commit()?;
        Ok(deleted)
    }
}

/// The database's path. The driver follows no link in any part of it, so the
/// folder, which may well lie behind one, is resolved first.
pub(crate) fn file_path(folders: &Folders) -> Result<PathBuf, StoreError> {
    let path = folders.database();
    if std::fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(StoreError::Refused {
            path,
            why: "is not a regular file",
        });
    }
    let folder = folders.data.canonicalize();
    let folder = folder.map_err(|source| StoreError::file(&folders.data, source))?;
    Ok(folder.join("ringfence.db"))
}

/// Makes the file before the driver does: it gives its other files the same mode.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let failed = |source: io::Error| StoreError::file(path, source);
    folders::private_file(path, OFlags::empty()).map_err(failed)?;
    for suffix in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let beside = PathBuf::from(name);
        if std::fs::symlink_metadata(&beside).is_ok() {
            folders::private_file(&beside, OFlags::empty()).map_err(failed)?;
        }
    }
    Ok(())
}

/// Opens a connection that follows no symbolic link.
pub(crate) fn connect(path: &Path, access: OpenFlags) -> Result<Connection, StoreError> {
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cache_size", -4096)?;
        Ok(connection)
    });
    opened.map_err(|error| unreadable(error, path))
}

fn unreadable(error: rusqlite::Error, path: &Path) -> StoreError {
    if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) {
        return StoreError::NotADatabase {
            path: path.to_owned(),
        };
    }
    StoreError::database("open the database")(error)
}

/// Refuses what is not ours to write to; returns the format of what is.
pub(crate) fn check_format(connection: &Connection, path: &Path) -> Result<u32, StoreError> {
    let read = schema::found(connection).and_then(|found| {
        let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
            row.get::<_, i64>(0)
        })?;
        Ok((found, tables))
    });
    let known = schema::known(schema::STEPS);
    match read {
        Err(error) => Err(unreadable(error, path)),
        Ok((found, _)) if found > known => Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        }),
        Ok((0, tables)) if tables > 0 => Err(StoreError::Refused {
            path: path.to_owned(),
            why: "is a database of another program",
        }),
        Ok((found, _)) => Ok(found),
    }
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "page_size", 8192)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // A log that had to grow in a bad hour gives its space back.
    connection.pragma_update(None, "journal_size_limit", 16 << 20)
}

/// Reads who the database belongs to; `None` if it is new.
pub(crate) fn identity(connection: &Connection) -> Result<Option<Identity>, StoreError> {
    let stored: Option<String> = connection
        .query_row(
            "SELECT value FROM meta WHERE name = 'identity'",
            [],
            |row| row.get(0),
        )
        .optional()
        .map_err(StoreError::database("read the database"))?;
    stored
        .map(|text| serde_json::from_str(&text).map_err(StoreError::Encode))
        .transpose()
}

/// Remembered first: an epoch that is skipped does no harm, one used twice does.
fn new_identity(connection: &mut Connection, folders: &Folders) -> Result<Identity, StoreError> {
    let identity = Identity::for_new_database(folders);
    identity.remember(folders)?;
    let text = serde_json::to_string(&identity).map_err(StoreError::Encode)?;
    connection
        .execute(
            "INSERT INTO meta (name, value) VALUES ('identity', ?1)",
            [text],
        )
        .map_err(StoreError::database("set up the database"))?;
    Ok(identity)
}

/// The last sequence number that was ever given out.
pub(crate) fn last_seq(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row(
        "SELECT max(
            coalesce((SELECT max(seq) FROM event), 0),
            coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'last_seq'), 0))",
        [],
        |row| row.get(0),
    )
}

/// Returns whether the event was new.
fn insert_event(connection: &Connection, seq: i64, prepared: &Prepared) -> rusqlite::Result<bool> {
    let Event {
        key,
        at,
        source,
        agent,
        moment,
        session,
        call,
        cwd,
        action,
        ..
    } = &prepared.record.event;
    let decision = &prepared.record.decision;
    let worst = decision
        .findings
        .iter()
        .map(|finding| finding.severity)
        .max();
    let added = connection
        .prepare_cached(
            "INSERT INTO event (seq, key, at, source, agent, moment, session, call, kind, does,
                verdict, severity, cwd, summary, detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             ON CONFLICT (key) DO NOTHING",
        )?
        .execute(params![
            seq,
            key.0.as_bytes(),
            at.0,
            source_name(*source),
            agent.map(AgentKind::name),
            moment,
            session.as_ref().map(SessionId::as_str),
            call.as_ref().map(|call| call.id.as_str()),
            action.kind(),
            action.tool().map(|tool| tool.operation.name()),
            verdict_rank(decision.verdict),
            worst.map(severity_rank),
            cwd,
            summary(&prepared.record.event),
            prepared.event_json,
        ])?;
    Ok(added == 1)
}

fn insert_finding(connection: &Connection, seq: i64, finding: &Finding) -> rusqlite::Result<()> {
    let detail = serde_json::to_string(finding)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .prepare_cached(
            "INSERT INTO finding (id, event, at, rule, severity, verdict, title, reason, evidence,
                detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            finding.id.as_str(),
            seq,
            finding.at.0,
            finding.rule.as_str(),
            severity_rank(finding.severity),
            verdict_rank(finding.verdict),
            finding.title,
            finding.reason,
            finding.evidence,
            detail,
        ])?;
    Ok(())
}

/// As it stands in the tables.
pub(crate) fn source_name(source: Source) -> &'static str {
    match source {
        Source::Hook => "hook",
        Source::Host => "host",
    }
}

#[cfg(test)]
mod tests;
