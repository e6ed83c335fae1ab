//! Whether what is stored is what was stored: the chain gone through, event by event.
//!
//! **Invariant:** nothing is written and nothing is trusted: each hash is made again
//! from the rows. It works while the daemon writes, up to the last batch it saw.
//!
//! Whoever may write to the files may also make the chain anew: what shows that is the
//! head, told earlier to somebody else.

use crate::chain::{self, Hash};
use crate::folders::Folders;
use crate::{StoreError, catalog, connection, schema};
use rusqlite::Connection;
use segment::{Checked, Unread};
use serde::Serialize;
use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

mod segment;

/// The most problems that are named; of more, the rest adds nothing.
const MAX_PROBLEMS: usize = 100;

/// Segments that are checked at the same time, at most: each is held in memory in part.
const MAX_THREADS: usize = 4;

/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Events that were looked at.
    pub events: u64,
    /// Batches that they were stored in.
    pub batches: u64,
    /// Segments that they lie in.
    pub segments: u64,
    /// The last event, and the head of the chain behind it, in hexadecimal digits.
    pub last_seq: i64,
    /// See `last_seq`.
    pub head: String,
    /// What is wrong; at most 100 things, in order.
    pub problems: Vec<Problem>,
}

/// Events that are not what was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The first event that may be concerned.
    pub first: i64,
    /// The last one.
    pub last: i64,
    /// What is wrong with them.
    pub what: String,
}

/// The head of the chain as the main database tells it, to be told to somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The last event before it.
    pub seq: i64,
    /// In hexadecimal digits.
    pub head: String,
}

impl fmt::Display for Head {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.seq, self.head)
    }
}

impl FromStr for Head {
    type Err = NotAHead;

    /// Reads what [`Display`](fmt::Display) wrote.
    fn from_str(text: &str) -> Result<Head, NotAHead> {
        let (seq, head) = text.trim().split_once(':').ok_or(NotAHead)?;
        let digits = head.len() == 64 && head.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok(Head {
            seq: seq.parse().ok().filter(|seq| *seq >= 0).ok_or(NotAHead)?,
            head: digits.then(|| head.to_ascii_lowercase()).ok_or(NotAHead)?,
        })
    }
}

/// A text is no [`Head`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head is a number, `:` and 64 hexadecimal digits")]
pub struct NotAHead;

/// Returns the head of the chain, up to a second behind the events; `None` if nothing
/// was ever recorded.
pub fn head(folders: &Folders) -> Result<Option<Head>, StoreError> {
    let ends = Ends::read(folders)?;
    Ok(ends.map(|ends| Head {
        seq: ends.applied,
        head: hexadecimal(&ends.head),
    }))
}

/// Checks all that is stored; also that the chain still goes through a head that was told
/// earlier. `progress` is told how many events of how many are done.
pub fn verify(
    folders: &Folders,
    told: Option<&Head>,
    mut progress: impl FnMut(u64, u64),
) -> Result<Report, StoreError> {
    // Read first, so that the segments hold at least what is told here.
    let Some(ends) = Ends::read(folders)? else {
        let mut report = Report {
            head: hexadecimal(&chain::START),
            ..Report::default()
        };
        if let Some(told) = told {
            add(&mut report.problems, 1, told.seq, "nothing is recorded");
        }
        return Ok(report);
    };
    let done = AtomicU64::new(0);
    let queue = Mutex::new(VecDeque::from(numbers(folders, &ends)?));
    let next = || {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.pop_front()
    };
    let threads = thread::available_parallelism()
        .map_or(1, NonZeroUsize::get)
        .min(MAX_THREADS);
    let mut checked = thread::scope(|scope| {
        let work = || {
            let mut checked = Vec::new();
            while let Some(number) = next() {
                checked.push((number, segment::check(folders, number, &done)));
            }
            checked
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        while !workers.iter().all(thread::ScopedJoinHandle::is_finished) {
            thread::park_timeout(TELL_EVERY);
            let done = done.load(Ordering::Relaxed);
            progress(done, ends.events.max(done));
        }
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flatten().flatten().collect::<Vec<_>>()
    });
    checked.sort_by_key(|(number, _)| *number);
    // What was deleted for its age meanwhile is not missing.
    let ends = ends.without_pruned(Ends::read(folders)?);
    checked.retain(|(number, _)| !ends.dropped.contains(number));
    let mut joined = Joined::begin(&ends, told);
    for (number, checked) in checked {
        joined.add(number, checked?, &ends);
    }
    let report = joined.end(&ends);
    progress(report.events, report.events);
    Ok(report)
}

/// The segments that are listed, and those that lie there and are newer.
fn numbers(folders: &Folders, ends: &Ends) -> Result<Vec<u32>, StoreError> {
    let mut numbers = ends.segments.clone();
    let newest = numbers.last().copied().unwrap_or_default();
    let failed = |source| StoreError::file(&folders.events(), source);
    let there = folders.segments().map_err(failed)?;
    numbers.extend(there.into_iter().filter(|number| *number > newest));
    Ok(numbers)
}

/// What the main database tells of the chain.
struct Ends {
    applied: i64,
    head: Hash,
    pruned: i64,
    pruned_head: Hash,
    segments: Vec<u32>,
    /// Those of them that were deleted for their age meanwhile.
    dropped: Vec<u32>,
    events: u64,
}

impl Ends {
    fn read(folders: &Folders) -> Result<Option<Ends>, StoreError> {
        let Some(main) = connection::for_reading(&folders.main(), schema::MAIN)? else {
            return Ok(None);
        };
        let read = Ends::read_all(&main);
        read.map(Some)
            .map_err(StoreError::database("read the database"))
    }

    /// The same, beginning behind what was deleted until later.
    fn without_pruned(self, later: Option<Ends>) -> Ends {
        let Some(later) = later else {
            return self;
        };
        let is_gone = |number: &&u32| !later.segments.contains(number);
        let oldest = later.segments.first().copied().unwrap_or(u32::MAX);
        Ends {
            pruned: later.pruned,
            pruned_head: later.pruned_head,
            dropped: self
                .segments
                .iter()
                .filter(is_gone)
                .filter(|number| **number < oldest && later.pruned > self.pruned)
                .copied()
                .collect(),
            ..self
        }
    }

    fn read_all(main: &Connection) -> rusqlite::Result<Ends> {
        let view = main.unchecked_transaction()?;
        let hash = |name| {
            let bytes: Option<Vec<u8>> = catalog::meta(&view, name)?;
            let hash = bytes.and_then(|bytes| chain::hash_of(&bytes));
            Ok::<_, rusqlite::Error>(hash.unwrap_or(chain::START))
        };
        Ok(Ends {
            applied: catalog::meta(&view, "applied")?.unwrap_or_default(),
            head: hash("head")?,
            pruned: catalog::meta(&view, "pruned")?.unwrap_or_default(),
            pruned_head: hash("pruned_head")?,
            segments: view
                .prepare("SELECT number FROM segment ORDER BY number")?
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?,
            dropped: Vec::new(),
            events: view.query_row("SELECT coalesce(sum(events), 0) FROM segment", [], |row| {
                row.get(0)
            })?,
        })
    }
}

/// The segments put together.
struct Joined {
    report: Report,
    last: i64,
    head: Hash,
    /// Set once the head that the main database tells was seen where it says.
    seen: bool,
    /// A head that was told earlier and was not seen yet.
    told: Option<Head>,
}

impl Joined {
    fn begin(ends: &Ends, told: Option<&Head>) -> Joined {
        Joined {
            told: told
                .filter(|told| {
                    told.seq != ends.pruned || told.head != hexadecimal(&ends.pruned_head)
                })
                .cloned(),
            report: Report::default(),
            last: ends.pruned,
            head: ends.pruned_head,
            seen: ends.applied <= ends.pruned,
        }
    }

    fn add(&mut self, number: u32, checked: Checked, ends: &Ends) {
        let Some(first) = checked.batches.first().map(|batch| batch.first) else {
            // One that is only being made is not listed yet.
            let is_wrong = match checked.unread {
                None => false,
                Some(Unread::Damaged) => true,
                Some(Unread::NotThere) => ends.segments.contains(&number),
            };
            if is_wrong {
                let what = format!("segment {number} is missing or cannot be read");
                add(
                    &mut self.report.problems,
                    self.last + 1,
                    self.last + 1,
                    &what,
                );
            }
            return;
        };
        self.report.segments += 1;
        self.report.events += checked.events;
        if first != self.last + 1 {
            let what = format!("missing before segment {number}");
            add(&mut self.report.problems, self.last + 1, first - 1, &what);
        }
        if checked.before != self.head {
            let what = format!("segment {number} does not go on where the one before ended");
            add(&mut self.report.problems, first, first, &what);
        }
        for problem in checked.problems {
            add(
                &mut self.report.problems,
                problem.first,
                problem.last,
                &problem.what,
            );
        }
        for batch in &checked.batches {
            self.report.batches += 1;
            (self.last, self.head) = (batch.last, batch.head);
            if let Some(told) = self.told.take_if(|told| told.seq == batch.last)
                && told.head != hexadecimal(&batch.head)
            {
                let what = "changed since the head that was told earlier";
                add(&mut self.report.problems, batch.first, batch.last, what);
            }
            if batch.last == ends.applied {
                self.seen = true;
                if batch.head != ends.head {
                    let what = "the main database tells another head of the chain";
                    add(&mut self.report.problems, batch.first, batch.last, what);
                }
            }
        }
    }

    fn end(mut self, ends: &Ends) -> Report {
        if self.last < ends.applied {
            add(
                &mut self.report.problems,
                self.last + 1,
                ends.applied,
                "missing at the end",
            );
        } else if !self.seen {
            let what = "no batch ends where the main database says that one does";
            add(&mut self.report.problems, ends.applied, ends.applied, what);
        }
        if let Some(told) = self.told {
            let what = if told.seq < ends.pruned {
                "deleted for their age, with the head that was told earlier"
            } else {
                "the head that was told earlier is none of this chain"
            };
            add(&mut self.report.problems, told.seq, told.seq, what);
        }
        self.report.problems.sort_by_key(|problem| problem.first);
        self.report.last_seq = self.last;
        self.report.head = hexadecimal(&self.head);
        self.report
    }
}

/// Adds a problem. Batches beside each other with the same fault are one problem.
fn add(problems: &mut Vec<Problem>, first: i64, last: i64, what: &str) {
    if let Some(before) = problems.last_mut()
        && before.what == what
        && before.last.checked_add(1) == Some(first)
    {
        before.last = last;
    } else if problems.len() < MAX_PROBLEMS {
        problems.push(Problem {
            first,
            last,
            what: what.to_owned(),
        });
    }
}

fn hexadecimal(hash: &Hash) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(2 * hash.len());
    for byte in hash {
        // A text takes whatever is written.
        write!(text, "{byte:02x}").unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests;
