//! Rows of databases that belong to other programs, read while those run. It lies here because the
//! driver may be named nowhere else; what is asked, in SQL, the caller knows.
//!
//! **Invariant:** such a file is never written, never made, and never locked against its owner. One
//! with a log beside it is read through a short view, which in that mode holds nobody up; another is
//! read without any lock, and what was read counts only if nobody wrote meanwhile.

use crate::StoreError;
use crate::connection::beside;
use rusqlite::limits::Limit;
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};
use serde_json::{Map, Value};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

/// Longest single value, in bytes; a longer one ends the answer with an error.
const LONGEST: i32 = 64 << 20;
/// The beginning of a database file (sqlite.org/fileformat2.html, section 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// How much of the header is looked at.
const HEADER: usize = 100;
/// Where it says how the file is written to: 2 is a log.
const WRITE_VERSION: usize = 18;

/// A value for a question mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound<'a> {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(&'a str),
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The rows by their columns, as far as they fit; a text that is stored as bytes is a text.
    Rows(Vec<Map<String, Value>>),
    /// Somebody writes to it just now: ask again later.
    NotNow,
}

/// Asks a database of another program. The answer ends after so many bytes, at the earliest after
/// its first row.
pub fn rows(
    path: &Path,
    sql: &str,
    values: &[Bound<'_>],
    most_bytes: usize,
) -> Result<Answer, StoreError> {
    let failed = |source: io::Error| StoreError::file(path, source);
    if !fs::symlink_metadata(path).map_err(failed)?.is_file() {
        return Err(StoreError::Refused {
            path: path.to_owned(),
            why: "is not a regular file",
        });
    }
    let before = State::of(path).map_err(failed)?;
    if before.header.get(..MAGIC.len()) != Some(MAGIC.as_slice()) {
        return Err(StoreError::NotADatabase {
            path: path.to_owned(),
        });
    }
    if before.is_being_written {
        return Ok(Answer::NotNow);
    }
    let read = open(path, before.has_log).and_then(|open| ask(&open, sql, values, most_bytes));
    let same = before.has_log || State::of(path).is_ok_and(|after| after == before);
    match read {
        Ok(rows) if same => Ok(Answer::Rows(rows)),
        Err(error) if same && !is_busy(&error) => Err(StoreError::database(
            "read a database of another program",
        )(error)),
        _ => Ok(Answer::NotNow),
    }
}

/// What a file looks like, so that a change shows.
#[derive(PartialEq, Eq)]
struct State {
    header: Vec<u8>,
    length: u64,
    modified: Option<SystemTime>,
    /// Changes stand in a log beside it.
    has_log: bool,
    /// A journal beside it says that a change is going on.
    is_being_written: bool,
}

impl State {
    fn of(path: &Path) -> io::Result<State> {
        let file = File::open(path)?;
        let data = file.metadata()?;
        let mut header = Vec::new();
        file.take(HEADER as u64).read_to_end(&mut header)?;
        let is_there = |suffix| fs::metadata(beside(path, suffix)).is_ok_and(|data| data.len() > 0);
        Ok(State {
            has_log: header.get(WRITE_VERSION) == Some(&2) && is_there("-wal"),
            is_being_written: is_there("-journal"),
            header,
            length: data.len(),
            modified: data.modified().ok(),
        })
    }
}

fn open(path: &Path, has_log: bool) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // `immutable` takes no lock and makes no file; of a log it would see nothing.
    let how = if has_log { "mode=ro" } else { "immutable=1" };
    let connection = Connection::open_with_flags(format!("file:{}?{how}", escaped(path)), flags)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)?;
    // A file that is cut short under a mapping would end this process.
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "cache_size", -1024)?;
    Ok(connection)
}

/// A path as it stands in a URI (RFC 3986): every byte that could mean something is escaped.
fn escaped(path: &Path) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_') {
            text.push(char::from(*byte));
        } else {
            // A `String` takes everything.
            write!(text, "%{byte:02x}").unwrap_or_default();
        }
    }
    text
}

fn ask(
    connection: &Connection,
    sql: &str,
    values: &[Bound<'_>],
    most_bytes: usize,
) -> rusqlite::Result<Vec<Map<String, Value>>> {
    names_are_text(connection)?;
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let values = values.iter().map(|value| match value {
        Bound::Number(number) => number as &dyn ToSql,
        Bound::Text(text) => text as &dyn ToSql,
    });
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let mut fields = Map::new();
        for (place, name) in names.iter().enumerate() {
            let value = row.get_ref(place)?;
            bytes += name.len() + length(value);
            fields.insert(name.clone(), read(value));
        }
        found.push(fields);
        if bytes >= most_bytes {
            break;
        }
    }
    Ok(found)
}

/// Names of columns are taken from how tables were made, and the driver panics at one that is no text.
fn names_are_text(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT sql FROM sqlite_schema")?;
    let mut made = statement.query([])?;
    while let Some(row) = made.next()? {
        if let ValueRef::Text(text) | ValueRef::Blob(text) = row.get_ref(0)? {
            std::str::from_utf8(text).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
            })?;
        }
    }
    Ok(())
}

fn length(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => 8,
    }
}

fn read(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into(),
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(path: &Path, mode: &str) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection
            .pragma_update(None, "journal_mode", mode)
            .unwrap();
        connection
            .execute_batch(
                "CREATE TABLE kv (key TEXT, value BLOB, size INTEGER, share REAL);
                 INSERT INTO kv VALUES ('a', x'c3a4', 1, 0.5), ('b', 'two', NULL, NULL),
                     ('c', x'ff', 3, 1.0);",
            )
            .unwrap();
        connection
    }

    fn asked(path: &Path, values: &[Bound<'_>], most: usize) -> Vec<Value> {
        let sql = "SELECT * FROM kv WHERE key > ?1 ORDER BY key LIMIT ?2";
        match rows(path, sql, values, most).unwrap() {
            Answer::Rows(rows) => rows.into_iter().map(Value::Object).collect(),
            Answer::NotNow => panic!("nobody writes"),
        }
    }

    #[test]
    fn rows_come_as_json_from_both_kinds_of_files_and_nothing_is_made_beside() {
        for mode in ["delete", "wal"] {
            let root = tempfile::tempdir().unwrap();
            let path = root.path().join("it's 100% a?b#c.db");
            drop(make(&path, mode));
            let files = || fs::read_dir(root.path()).unwrap().count();
            assert_eq!(files(), 1);
            let all = asked(&path, &[Bound::Text(""), Bound::Number(9)], 1 << 20);
            let expected = serde_json::json!([
                {"key": "a", "value": "ä", "size": 1, "share": 0.5},
                {"key": "b", "value": "two", "size": null, "share": null},
                {"key": "c", "value": "\u{fffd}", "size": 3, "share": 1.0}
            ]);
            assert_eq!(Value::Array(all), expected);
            let one = asked(&path, &[Bound::Text("a"), Bound::Number(9)], 1);
            assert_eq!(one.len(), 1);
            assert_eq!(files(), 1);
        }
    }

    #[test]
    fn who_writes_is_not_held_up_and_what_is_written_is_seen() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.db");
        let owner = make(&path, "wal");
        owner
            .execute_batch("BEGIN IMMEDIATE; INSERT INTO kv VALUES ('d', 1, 1, 1)")
            .unwrap();
        let values = [Bound::Text(""), Bound::Number(9)];
        assert_eq!(asked(&path, &values, 1 << 20).len(), 3);
        owner.execute_batch("COMMIT").unwrap();
        assert_eq!(asked(&path, &values, 1 << 20).len(), 4);

        let path = root.path().join("b.db");
        let owner = make(&path, "delete");
        owner.busy_timeout(std::time::Duration::ZERO).unwrap();
        owner
            .execute_batch("BEGIN EXCLUSIVE; INSERT INTO kv VALUES ('d', 1, 1, 1)")
            .unwrap();
        let answer = rows(&path, "SELECT * FROM kv", &[], 1 << 20).unwrap();
        assert_eq!(answer, Answer::NotNow);
        owner.execute_batch("COMMIT").unwrap();
        assert_eq!(asked(&path, &values, 1 << 20).len(), 4);
    }

    #[test]
    fn what_is_no_database_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.db");
        assert!(rows(&path, "SELECT 1", &[], 1).is_err());
        for garbage in [b"".to_vec(), b"garbage".to_vec(), {
            let mut header = MAGIC.to_vec();
            header.extend([0xff; 4000]);
            header
        }] {
            fs::write(&path, &garbage).unwrap();
            let error = rows(&path, "SELECT * FROM kv", &[], 1);
            assert!(error.is_err(), "{garbage:?}");
        }
        fs::remove_file(&path).unwrap();
        drop(make(&path, "delete"));
        assert!(rows(&path, "SELECT * FROM other", &[], 1).is_err());
        assert!(rows(&path, "DELETE FROM kv", &[], 1).is_err());
        assert!(rows(root.path(), "SELECT 1", &[], 1).is_err());
    }

    #[test]
    fn a_column_whose_name_is_no_text_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.db");
        drop(make(&path, "delete"));
        let mut bytes = fs::read(&path).unwrap();
        let name = b"value BLOB";
        let place = bytes.windows(name.len()).position(|part| part == name);
        bytes[place.unwrap() + 1] = 0xff;
        fs::write(&path, &bytes).unwrap();
        assert!(rows(&path, "SELECT * FROM kv", &[], 1).is_err());
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { cases: 200, ..Default::default() })]

        #[test]
        fn a_damaged_database_is_an_error_or_has_fewer_rows(
            damage in proptest::collection::vec((0_usize..40_000, proptest::prelude::any::<u8>()), 1..40),
            cut in 0_usize..40_000,
        ) {
            let root = tempfile::tempdir().unwrap();
            let path = root.path().join("a.db");
            let owner = make(&path, "delete");
            let long = "x".repeat(3000);
            for number in 0..10 {
                let values = rusqlite::params![number.to_string(), long, number, 0.5];
                owner.execute("INSERT INTO kv VALUES (?, ?, ?, ?)", values).unwrap();
            }
            drop(owner);
            let mut bytes = fs::read(&path).unwrap();
            for (place, byte) in damage {
                let place = place % bytes.len();
                bytes[place] = byte;
            }
            let shorter = bytes.len() - cut % (bytes.len() / 2);
            bytes.truncate(shorter);
            fs::write(&path, &bytes).unwrap();
            let answer = rows(&path, "SELECT rowid, * FROM kv ORDER BY key", &[], 1 << 20);
            if let Ok(Answer::Rows(rows)) = answer {
                proptest::prop_assert!(rows.len() < 10_000);
            }
            proptest::prop_assert_eq!(fs::read(&path).unwrap(), bytes);
        }
    }
}
