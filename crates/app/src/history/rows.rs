//! Rows of agents' databases as lines of JSON, in the shapes that `HistoryFormat` names.
//!
//! **Invariant:** short questions, each bounded in rows and bytes; what was not written since is not
//! read again. Sources: opencode 1.18 (tables `session`, `message`, `part`), Cursor (table
//! `cursorDiskKV` of `state.vscdb`).

use super::find;
use ringfence_agents::HistoryFormat;
use ringfence_event::Timestamp;
use ringfence_store::StoreError;
use ringfence_store::foreign::{self, Answer, Bound};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

/// Most rows of one question.
const ROWS: i64 = 100;
/// Most bytes of one answer.
const BYTES: usize = 4 * 1024 * 1024;
/// How far back rows of opencode are asked for again, in milliseconds: a session is stamped after
/// its parts.
const OVERLAP: i64 = 60_000;

/// How far the rows of a database were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RowsMark {
    /// How many rows were read.
    pub(super) number: u64,
    /// opencode: the stamp of the session that was read last.
    updated: i64,
    /// opencode: the session that is being read.
    going: Option<Going>,
    /// Cursor: the last row of each kind.
    composers: i64,
    bubbles: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Going {
    session: String,
    updated: i64,
    after: (i64, String),
}

/// Some rows, each a line of JSON.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) rows: Vec<Vec<u8>>,
    /// Whether there are more now.
    pub(super) more: bool,
}

/// What tells that a database was written to: its log grows first.
pub(super) fn stamp(path: &Path, data: &Metadata) -> (u64, Timestamp) {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let (length, modified) = (data.len(), find::modified(data));
    match fs::metadata(PathBuf::from(log)) {
        Ok(log) => (length + log.len(), modified.max(find::modified(&log))),
        Err(_) => (length, modified),
    }
}

/// Reads the next rows; `None` if that cannot be done without disturbing who writes.
pub(super) fn page(
    path: &Path,
    format: HistoryFormat,
    mark: &mut RowsMark,
) -> Result<Option<Page>, StoreError> {
    match format {
        HistoryFormat::Opencode => opencode(path, mark),
        HistoryFormat::CursorRows => cursor(path, mark),
        _ => Ok(Some(Page::default())),
    }
}

type Rows = Vec<Map<String, Value>>;

fn ask(path: &Path, sql: &str, values: &[Bound<'_>]) -> Result<Option<Rows>, StoreError> {
    Ok(match foreign::rows(path, sql, values, BYTES)? {
        Answer::Rows(rows) => Some(rows),
        Answer::NotNow => None,
    })
}

fn cursor(path: &Path, mark: &mut RowsMark) -> Result<Option<Page>, StoreError> {
    let mut page = Page::default();
    for (prefix, end, last) in [
        ("composerData:", "composerData;", &mut mark.composers),
        ("bubbleId:", "bubbleId;", &mut mark.bubbles),
    ] {
        let sql = "SELECT rowid AS place, key, value FROM cursorDiskKV
             WHERE key >= ?1 AND key < ?2 AND rowid > ?3 ORDER BY rowid LIMIT ?4";
        let values = [
            Bound::Text(prefix),
            Bound::Text(end),
            Bound::Number(*last),
            Bound::Number(ROWS),
        ];
        let Some(rows) = ask(path, sql, &values)? else {
            return Ok(None);
        };
        if rows.is_empty() {
            continue;
        }
        for mut row in rows {
            let place = row.remove("place").and_then(|place| place.as_i64());
            *last = place.unwrap_or(i64::MAX);
            page.rows.push(line(row));
        }
        page.more = true;
        return Ok(Some(page));
    }
    Ok(Some(page))
}

fn opencode(path: &Path, mark: &mut RowsMark) -> Result<Option<Page>, StoreError> {
    let mut page = Page::default();
    let mut going = match mark.going.take() {
        Some(going) => going,
        None => {
            let sql = "SELECT * FROM session WHERE time_updated > ?1
                 ORDER BY time_updated, id LIMIT 1";
            let Some(rows) = ask(path, sql, &[Bound::Number(mark.updated)])? else {
                return Ok(None);
            };
            let Some(row) = rows.into_iter().next() else {
                return Ok(Some(page));
            };
            let session = row.get("id").and_then(Value::as_str).unwrap_or_default();
            let updated = row.get("time_updated").and_then(Value::as_i64);
            let going = Going {
                session: session.to_owned(),
                updated: updated.unwrap_or(i64::MAX),
                after: (i64::MIN, String::new()),
            };
            page.rows.push(line(of_table("session", row)));
            going
        }
    };
    let since = mark.updated.saturating_sub(OVERLAP);
    let before = mark.clone();
    let Some(done) = messages(path, &mut going, since, &mut page)? else {
        *mark = before;
        return Ok(None);
    };
    if done {
        mark.updated = going.updated;
    } else {
        mark.going = Some(going);
    }
    page.more = true;
    Ok(Some(page))
}

/// Reads messages of a session, each with its parts behind it; returns whether it was all.
fn messages(
    path: &Path,
    going: &mut Going,
    since: i64,
    page: &mut Page,
) -> Result<Option<bool>, StoreError> {
    let sql = "SELECT * FROM message WHERE session_id = ?1 AND (time_created, id) > (?2, ?3)
         AND (time_updated >= ?4 OR EXISTS (SELECT 1 FROM part
             WHERE part.message_id = message.id AND part.time_updated >= ?4))
         ORDER BY time_created, id LIMIT ?5";
    let values = [
        Bound::Text(&going.session),
        Bound::Number(going.after.0),
        Bound::Text(&going.after.1),
        Bound::Number(since),
        Bound::Number(ROWS / 10),
    ];
    let Some(rows) = ask(path, sql, &values)? else {
        return Ok(None);
    };
    let mut bytes = 0;
    if rows.is_empty() {
        return Ok(Some(true));
    }
    for row in rows {
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
        let id = id.to_owned();
        let created = row.get("time_created").and_then(Value::as_i64);
        let Some(parts) = parts(path, &id, since)? else {
            return Ok(None);
        };
        going.after = (created.unwrap_or(i64::MAX), id);
        let message = line(of_table("message", row));
        for row in std::iter::once(message).chain(parts) {
            bytes += row.len();
            page.rows.push(row);
        }
        if bytes >= BYTES {
            break;
        }
    }
    Ok(Some(false))
}

/// Reads the parts of a message.
fn parts(path: &Path, message: &str, since: i64) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
    let sql = "SELECT * FROM part WHERE message_id = ?1 AND time_updated >= ?2 AND id > ?3
         ORDER BY id LIMIT ?4";
    let mut after = String::new();
    let mut parts = Vec::new();
    loop {
        let values = [
            Bound::Text(message),
            Bound::Number(since),
            Bound::Text(&after),
            Bound::Number(ROWS),
        ];
        let Some(rows) = ask(path, sql, &values)? else {
            return Ok(None);
        };
        let Some(last) = rows.last() else {
            return Ok(Some(parts));
        };
        let id = last.get("id").and_then(Value::as_str).unwrap_or_default();
        if id <= after.as_str() {
            return Ok(Some(parts));
        }
        id.clone_into(&mut after);
        parts.extend(rows.into_iter().map(|row| line(of_table("part", row))));
    }
}

fn of_table(table: &str, mut row: Map<String, Value>) -> Map<String, Value> {
    row.insert("table".to_owned(), table.into());
    row
}

fn line(row: Map<String, Value>) -> Vec<u8> {
    Value::Object(row).to_string().into_bytes()
}

#[cfg(test)]
mod tests;
