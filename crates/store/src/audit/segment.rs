//! One segment checked: each hash made again from its rows.

use super::{Problem, add};
use crate::chain::{self, Batch, Hash, Leaf};
use crate::connection::is_damage;
use crate::folders::Folders;
use crate::{StoreError, catalog, connection, schema};
use rusqlite::{Connection, OptionalExtension, Row, Statement};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// About how much text of sessions and subjects is held in memory for one segment, in
/// bytes; when it is full, it begins anew.
const MAX_NAMES: usize = 32 << 20;

/// A batch as the segment tells it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seal {
    pub(super) first: i64,
    pub(super) last: i64,
    at: i64,
    root: Hash,
    pub(super) head: Hash,
}

/// What was found in one segment.
#[derive(Debug)]
pub(super) struct Checked {
    /// The head that it goes on from.
    pub(super) before: Hash,
    pub(super) batches: Vec<Seal>,
    pub(super) events: u64,
    pub(super) problems: Vec<Problem>,
    pub(super) unread: Option<Unread>,
}

/// Why nothing of a segment could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// There is none, or it is only being made.
    NotThere,
    /// It is no segment.
    Damaged,
}

/// Checks a segment. One that is not there or is no database is told as missing.
pub(super) fn check(
    folders: &Folders,
    number: u32,
    done: &AtomicU64,
) -> Result<Checked, StoreError> {
    let mut checked = Checked {
        before: chain::START,
        batches: Vec::new(),
        events: 0,
        problems: Vec::new(),
        unread: Some(Unread::NotThere),
    };
    let opened = connection::for_reading(&folders.segment(number), schema::SEGMENT);
    let segment = match opened {
        Ok(Some(segment)) => segment,
        Ok(None) => return Ok(checked),
        Err(error) if is_damage(&error) || matches!(error, StoreError::Refused { .. }) => {
            checked.unread = Some(Unread::Damaged);
            return Ok(checked);
        }
        Err(error) => return Err(error),
    };
    checked.unread = None;
    let read = read(&segment, &mut checked, done);
    match read.map_err(StoreError::database("read a segment")) {
        // Some of it was read: the rest of its events are missing.
        Err(error) if is_damage(&error) => {
            checked.unread = checked.batches.is_empty().then_some(Unread::Damaged);
            let rest = checked
                .problems
                .last()
                .map_or(1, |problem| problem.last + 1);
            let first = checked.batches.first().map_or(rest, |batch| batch.first);
            let last = checked.batches.last().map_or(first, |batch| batch.last);
            add(&mut checked.problems, first, last, "the file is damaged");
        }
        other => other?,
    }
    Ok(checked)
}

fn read(segment: &Connection, checked: &mut Checked, done: &AtomicU64) -> rusqlite::Result<()> {
    // One view: what is committed meanwhile is in none of it.
    let view = segment.unchecked_transaction()?;
    let before: Option<Vec<u8>> = catalog::meta(&view, "before")?;
    let before = before.and_then(|before| chain::hash_of(&before));
    checked.before = before.unwrap_or(chain::START);
    checked.batches = seals(&view)?;
    let mut events = Events::of(&view)?;
    let mut head = checked.before;
    let mut next = i64::MIN;
    for (place, seal) in checked.batches.clone().iter().enumerate() {
        if place > 0 && seal.first != next {
            add(
                &mut checked.problems,
                next,
                seal.first.saturating_sub(1),
                "missing",
            );
        }
        events.outside(next, seal.first.saturating_sub(1), checked)?;
        next = seal.last.saturating_add(1);
        let (root, count) = events.batch(seal)?;
        let all = seal.last.saturating_sub(seal.first).saturating_add(1);
        if count != u64::try_from(all).unwrap_or_default() {
            let what = format!("{count} of {all} events are there");
            add(&mut checked.problems, seal.first, seal.last, &what);
        } else if root != seal.root {
            add(&mut checked.problems, seal.first, seal.last, "changed");
        }
        if chain::head(&head, &seal.root, seal.first, seal.last, seal.at) != seal.head {
            add(
                &mut checked.problems,
                seal.first,
                seal.last,
                "the chain is broken",
            );
        }
        head = seal.head;
        checked.events += count;
        done.fetch_add(count, Ordering::Relaxed);
    }
    events.outside(next, i64::MAX, checked)
}

fn seals(segment: &Connection) -> rusqlite::Result<Vec<Seal>> {
    let hash = |bytes: Vec<u8>| chain::hash_of(&bytes).unwrap_or(chain::START);
    segment
        .prepare("SELECT first, last, at, root, head FROM seal ORDER BY id")?
        .query_map([], |row| {
            Ok(Seal {
                first: row.get(0)?,
                last: row.get(1)?,
                at: row.get(2)?,
                root: hash(row.get(3)?),
                head: hash(row.get(4)?),
            })
        })?
        .collect()
}

/// The events of a segment, with the texts that their numbers stand for.
struct Events<'a> {
    rows: Statement<'a>,
    count: Statement<'a>,
    name: Statement<'a>,
    names: HashMap<i64, Box<str>>,
    bytes: usize,
}

impl<'a> Events<'a> {
    fn of(segment: &'a Connection) -> rusqlite::Result<Events<'a>> {
        Ok(Events {
            rows: segment.prepare(
                "SELECT seq, at, key, kind, source, agent, does, verdict, severity, session,
                    subject, call, cwd, body
                 FROM event NOT INDEXED WHERE seq BETWEEN ? AND ? ORDER BY seq",
            )?,
            count: segment.prepare(
                "SELECT count(*), min(seq), max(seq) FROM event NOT INDEXED
                 WHERE seq BETWEEN ? AND ?",
            )?,
            name: segment.prepare("SELECT val FROM str WHERE id = ?")?,
            names: HashMap::new(),
            bytes: 0,
        })
    }

    /// Hashes a batch, and counts its events.
    fn batch(&mut self, seal: &Seal) -> rusqlite::Result<(Hash, u64)> {
        let Events {
            rows: statement,
            name,
            names,
            bytes,
            ..
        } = self;
        let mut batch = Batch::new();
        let mut count = 0;
        let mut rows = statement.query([seal.first, seal.last])?;
        while let Some(row) = rows.next()? {
            if *bytes > MAX_NAMES {
                names.clear();
                *bytes = 0;
            }
            let call: i64 = row.get(11)?;
            let ids: [i64; 4] = [row.get(9)?, row.get(10)?, call.abs(), row.get(12)?];
            for id in ids {
                if id != 0 && !names.contains_key(&id) {
                    // A text that is gone is hashed as none, which shows.
                    let text: Option<String> = name.query_row([id], |row| row.get(0)).optional()?;
                    let text = text.unwrap_or_default().into_boxed_str();
                    *bytes += text.len();
                    names.insert(id, text);
                }
            }
            let texts = ids.map(|id| names.get(&id).map_or("", |text| text));
            batch.add(&leaf(row, call < 0, texts)?);
            count += 1;
        }
        Ok((batch.root(), count))
    }

    /// There must be no events between two numbers.
    fn outside(&mut self, first: i64, last: i64, checked: &mut Checked) -> rusqlite::Result<()> {
        if first > last {
            return Ok(());
        }
        let found: (u64, Option<i64>, Option<i64>) =
            self.count.query_row([first, last], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        if let (count, Some(first), Some(last)) = found {
            let what = format!("{count} events that are in no batch");
            add(&mut checked.problems, first, last, &what);
        }
        Ok(())
    }
}

fn leaf<'a>(
    row: &'a Row<'_>,
    inferred: bool,
    [session, subject, call, cwd]: [&'a str; 4],
) -> rusqlite::Result<Leaf<'a>> {
    Ok(Leaf {
        seq: row.get(0)?,
        at: row.get(1)?,
        key: row.get_ref(2)?.as_blob()?,
        kind: row.get(3)?,
        source: row.get(4)?,
        agent: row.get(5)?,
        does: row.get(6)?,
        verdict: row.get(7)?,
        severity: row.get(8)?,
        inferred: inferred.into(),
        session,
        subject,
        call,
        cwd,
        body: row.get_ref(13)?.as_blob()?,
    })
}
