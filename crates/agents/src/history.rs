//! What agents wrote down of their sessions, as events: one reader for each file, fed line by
//! line or with the whole file, that can be put away and taken up again.
//!
//! **Invariant:** every entry that goes in is counted as understood or as unknown, and an unknown
//! one is told as it came, with its place. The same entry has the same key each time, also where a
//! resumed session copied it into another file: telling it twice is safe.

mod calls;
mod format;
mod list;
mod page;
mod seen;
mod tail;

pub use format::{EntryKind, HistoryFormat};
pub use tail::{FileIdentity, LONGEST_LINE, Line, Look, Tail};

pub(crate) use calls::used;
pub(crate) use page::{Page, key};

use crate::fields::Fields;
use crate::{bound, claude_code, payload};
use calls::Calls;
use page::Kept;
use ringfence_event::{Event, Timestamp, Usage};
use seen::Seen;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Largest file that is read whole, in bytes.
pub const LARGEST_WHOLE: usize = 12 * 1024 * 1024;

/// What is known of a file beside its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Its path: some agents name the session only there.
    pub path: String,
    /// A time for what tells none: when the file was made or changed.
    pub time: Option<Timestamp>,
    /// The project, where only a file beside it tells (Gemini CLI's `.project_root`).
    pub cwd: Option<String>,
}

/// Something that an agent wrote down, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// What happened.
    pub event: Event,
    /// Where it stands in the file.
    pub place: Place,
}

/// Where an entry stands in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its number, counted from 1: of the line, of the row, or of the element.
    pub entry: u64,
    /// Where it begins, in bytes; 0 of what is not a line.
    pub offset: u64,
}

/// What became of the entries of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryCounts {
    /// How many there were: always the sum of the others.
    pub entries: u64,
    /// Those that this version has words for, some of them with nothing to tell.
    pub understood: u64,
    /// Those that were told as they came.
    pub unknown: u64,
    /// Those that were too long to be read; their place was told.
    pub too_long: u64,
    /// Empty lines.
    pub empty: u64,
}

/// Reads one file of an agent's history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryReader {
    format: HistoryFormat,
    counts: HistoryCounts,
    state: State,
}

/// What must be remembered from one entry to the next.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// The last parts of the file's path, for agents that name a session there.
    pub(crate) name: String,
    pub(crate) folder: String,
    pub(crate) above: String,
    pub(crate) session: Option<String>,
    /// The session whose beginning was told.
    pub(crate) begun: Option<String>,
    /// Set in the file of a subagent: its id.
    pub(crate) subagent: Option<String>,
    pub(crate) cwd: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) mode: Option<String>,
    pub(crate) time: Option<Timestamp>,
    pub(crate) calls: Calls,
    pub(crate) seen: Seen,
    /// The usage of a message whose last line may still come.
    pub(crate) pending: Option<Pending>,
    /// Set when the file has better records of usage than the ones that repeat sums.
    pub(crate) has_records: bool,
}

/// The usage of a message whose last line may still come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) usage: Usage,
    pub(crate) place: Place,
    pub(crate) kept: Kept,
}

impl HistoryReader {
    /// Begins with a file.
    pub fn new(format: HistoryFormat, origin: Origin) -> HistoryReader {
        let mut parts = origin.path.rsplit('/');
        let name = parts.next().unwrap_or_default().to_owned();
        let folder = parts.next().unwrap_or_default().to_owned();
        let above = parts.next().unwrap_or_default().to_owned();
        HistoryReader {
            format,
            counts: HistoryCounts::default(),
            state: State {
                name,
                folder,
                above,
                time: origin.time,
                cwd: origin.cwd,
                ..State::default()
            },
        }
    }

    /// Returns how the file is written.
    pub fn format(&self) -> HistoryFormat {
        self.format
    }

    /// Returns what became of the entries so far.
    pub fn counts(&self) -> HistoryCounts {
        self.counts
    }

    /// Reads one line, or one row as a line of JSON.
    pub fn line(&mut self, line: &Line<'_>, told: &mut Vec<Told>) {
        let place = Place {
            entry: line.number,
            offset: line.offset,
        };
        if line.bytes.trim_ascii().is_empty() && line.missing == 0 {
            self.counts.entries += 1;
            self.counts.empty += 1;
            return;
        }
        self.entry(place, line.bytes, told, |format, page| {
            if line.missing > 0 {
                page.too_long(line.missing);
                return;
            }
            match payload::object(line.bytes) {
                Ok(object) => format.read_entry(Fields::new(object), page),
                Err(error) => page.unreadable(&error.to_string()),
            }
        });
    }

    /// Reads a whole file. What was told of it before is not told again.
    pub fn whole(&mut self, bytes: &[u8], told: &mut Vec<Told>) {
        self.counts = HistoryCounts::default();
        let place = |entry| Place { entry, offset: 0 };
        if bytes.len() > LARGEST_WHOLE {
            let missing = bytes.len() as u64;
            self.entry(place(1), b"", told, |_, page| page.too_long(missing));
            return;
        }
        if self.format == HistoryFormat::ClaudeResult {
            self.entry(place(1), bytes, told, |_, page| {
                claude_code::read_result(&String::from_utf8_lossy(bytes), page);
            });
            return;
        }
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}');
        let format = self.format;
        let mut number = 0;
        let read = list::each(text, format.list(), |element| {
            number += 1;
            self.entry(place(number), b"", told, |format, page| match element {
                Value::Object(object) => format.read_entry(Fields::new(object), page),
                other => page.unreadable(&format!("not an object: {}", bound::value(other))),
            });
        });
        if let Err(error) = read {
            self.entry(place(number + 1), bytes, told, |_, page| {
                page.unreadable(&error.to_string());
            });
        }
    }

    /// Tells what waits for more: at the end of a file, or when nothing came for a while.
    pub fn finish(&mut self, told: &mut Vec<Told>) {
        page::flush(&mut self.state, self.format.agent(), told);
    }

    fn entry(
        &mut self,
        place: Place,
        bytes: &[u8],
        told: &mut Vec<Told>,
        read: impl FnOnce(HistoryFormat, &mut Page<'_>),
    ) {
        let mut page = Page::new(self.format.agent(), &mut self.state, place, bytes, told);
        read(self.format, &mut page);
        let end = page.close();
        self.counts.entries += 1;
        match end {
            page::End::Understood => self.counts.understood += 1,
            page::End::Unknown => self.counts.unknown += 1,
            page::End::TooLong => self.counts.too_long += 1,
        }
    }
}

#[cfg(test)]
mod tests;
