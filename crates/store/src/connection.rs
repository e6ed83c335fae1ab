//! How a database file of ours is opened: private, through no link, and only if it
//! is ours and of a format that this version knows.
//!
//! **Invariant:** a file that is refused is left as it is.

use crate::StoreError;
use crate::folders;
use crate::schema;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rustix::fs::OFlags;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Readers and the writer do not block each other in WAL mode; this covers the rare
/// moments in which they do.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What differs between the files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// From nothing to the format of this version.
    pub(crate) steps: &'static [&'static str],
    /// `PRAGMA synchronous`.
    pub(crate) synchronous: &'static str,
    /// Pages that are held in memory, in KiB at most.
    pub(crate) cache: u32,
    /// Pages in the log before they are moved into the file.
    pub(crate) checkpoint: u32,
}

/// Opens a file for writing; makes it if there is none, upgrades it if it is old.
pub(crate) fn for_writing(path: &Path, settings: Settings) -> Result<Connection, StoreError> {
    let path = resolved(path)?;
    make_private(&path)?;
    let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    format(&connection, &path, settings.steps)?;
    set_up(&connection, settings).map_err(StoreError::database("set up the database"))?;
    schema::migrate(&mut connection, settings.steps)
        .map_err(StoreError::database("upgrade the database"))?;
    Ok(connection)
}

/// Opens a file for reading; `None` if it is not there, or only being made.
pub(crate) fn for_reading(
    path: &Path,
    steps: &'static [&'static str],
) -> Result<Option<Connection>, StoreError> {
    if !is_there(path) {
        return Ok(None);
    }
    let path = resolved(path)?;
    let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let known = schema::known(steps);
    match format(&connection, &path, steps)? {
        0 => Ok(None),
        found if found < known => Err(StoreError::Older { path, found, known }),
        _ => Ok(Some(connection)),
    }
}

/// Whether something lies at a path, if only a link.
pub(crate) fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path)
        .map_or_else(|error| error.kind() != io::ErrorKind::NotFound, |_| true)
}

/// Whether an error says that a file is damaged, or never was a database.
pub(crate) fn is_damage(error: &StoreError) -> bool {
    match error {
        StoreError::NotADatabase { .. } => true,
        StoreError::Database { source, .. } => source
            .downcast_ref::<rusqlite::Error>()
            .and_then(rusqlite::Error::sqlite_error_code)
            .is_some_and(|code| {
                matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
            }),
        _ => false,
    }
}

/// The driver follows no link in any part of a path, so the folder, which may well
/// lie behind one, is resolved first.
pub(crate) fn resolved(path: &Path) -> Result<PathBuf, StoreError> {
    if std::fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(StoreError::Refused {
            path: path.to_owned(),
            why: "is not a regular file",
        });
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(path.to_owned());
    };
    let folder = folder
        .canonicalize()
        .map_err(|source| StoreError::file(folder, source))?;
    Ok(folder.join(name))
}

/// The path of a file that the driver puts beside another.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes the file before the driver does: it gives its other files the same mode.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let failed = |source: io::Error| StoreError::file(path, source);
    folders::private_file(path, OFlags::empty()).map_err(failed)?;
    for suffix in ["-wal", "-shm"] {
        let beside = beside(path, suffix);
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
pub(crate) fn format(
    connection: &Connection,
    path: &Path,
    steps: &[&str],
) -> Result<u32, StoreError> {
    let read = schema::found(connection).and_then(|found| {
        let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
            row.get::<_, i64>(0)
        })?;
        Ok((found, tables))
    });
    let known = schema::known(steps);
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

fn set_up(connection: &Connection, settings: Settings) -> rusqlite::Result<()> {
    connection.pragma_update(None, "page_size", 8192)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", settings.synchronous)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -i64::from(settings.cache))?;
    connection.pragma_update(None, "wal_autocheckpoint", settings.checkpoint)?;
    // A log that had to grow in a bad hour gives its space back.
    connection.pragma_update(None, "journal_size_limit", 48 << 20)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Settings = Settings {
        steps: &["CREATE TABLE a (x)"],
        synchronous: "NORMAL",
        cache: 1024,
        checkpoint: 100,
    };

    fn refused(path: &Path) -> String {
        for_writing(path, SETTINGS).err().unwrap().to_string()
    }

    #[test]
    fn what_is_not_ours_is_refused_and_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("main.db");
        assert!(for_reading(&path, SETTINGS.steps).unwrap().is_none());

        let garbage = "this is no database, ".repeat(500);
        std::fs::write(&path, &garbage).unwrap();
        assert!(refused(&path).contains("is not a database"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), garbage);

        std::fs::remove_file(&path).unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("CREATE TABLE cookies (x)").unwrap();
        assert!(refused(&path).contains("of another program"));
        other.pragma_update(None, "user_version", 99).unwrap();
        assert!(refused(&path).contains("has format 99"));
        drop(other);

        std::fs::remove_file(&path).unwrap();
        let elsewhere = root.path().join("elsewhere.db");
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert!(refused(&path).contains("not a regular file"));
        assert!(for_reading(&path, SETTINGS.steps).is_err());
        assert!(!elsewhere.exists());
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(refused(&path).contains("not a regular file"));
    }

    #[test]
    fn an_old_file_is_read_only_after_its_upgrade() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.db");
        for_writing(&path, SETTINGS).unwrap();
        assert!(for_reading(&path, SETTINGS.steps).unwrap().is_some());
        let more = Settings {
            steps: &["CREATE TABLE a (x)", "CREATE TABLE b (x)"],
            ..SETTINGS
        };
        let error = for_reading(&path, more.steps).err().unwrap();
        assert!(error.to_string().contains("old format 1"), "{error}");
        for_writing(&path, more).unwrap();
        assert!(for_reading(&path, more.steps).unwrap().is_some());
    }
}
