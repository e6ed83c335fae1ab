//! What was acknowledged and is not in the database yet: a plain file, appended to
//! with one `write` for each batch, so that a line outlives the process once it is written.
//!
//! **Invariant:** a file is removed only when every line of it is in the database,
//! and nothing is appended behind a line that was not written whole.

use crate::folders;
use rustix::fs::OFlags;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What all files together may take while the database takes nothing.
const MAX_BYTES: u64 = 256 << 20;

/// The files that this process writes.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    epoch: u32,
    rotate_at: u64,
    next: u64,
    active: Option<Active>,
    files: BTreeMap<u64, Lines>,
    bytes: u64,
}

#[derive(Debug)]
struct Active {
    number: u64,
    file: File,
    bytes: u64,
}

/// What is known of the lines of one file.
#[derive(Debug, Default)]
struct Lines {
    bytes: u64,
    /// Lines whose records wait in the queue.
    pending: usize,
    /// Set when the queue was full, so that the file must be read again.
    again: bool,
}

impl Journal {
    /// Begins behind the files that earlier processes left.
    pub(crate) fn new(folder: &Path, epoch: u32, first: u64, rotate_at: u64) -> Journal {
        Journal {
            folder: folder.to_owned(),
            epoch,
            rotate_at,
            next: first,
            active: None,
            files: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// How much lies in the files that are not done with.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Appends lines, with one `write`; returns the number of the file that holds
    /// them. On an error nothing of them is kept.
    pub(crate) fn write(&mut self, text: &[u8], lines_in_it: usize) -> io::Result<u64> {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        if self.bytes.saturating_add(length) > MAX_BYTES {
            return Err(io::Error::other("the journal is full"));
        }
        let mut active = match self.active.take() {
            Some(active) if active.bytes < self.rotate_at => active,
            Some(_) | None => self.begin()?,
        };
        let written = match active.file.write(text) {
            Ok(count) if count < text.len() => Err(io::ErrorKind::StorageFull.into()),
            Ok(_) => Ok(active.number),
            Err(error) => Err(error),
        };
        if written.is_ok() {
            active.bytes += length;
            self.bytes += length;
            let lines = self.files.entry(active.number).or_default();
            lines.bytes += length;
            lines.pending += lines_in_it;
            self.active = Some(active);
        } else if active.file.set_len(active.bytes).is_ok() && active.bytes == 0 {
            // Another file would be no better.
            self.active = Some(active);
        }
        written
    }

    fn begin(&mut self) -> io::Result<Active> {
        let number = self.next;
        let file = folders::private_file(&self.path(number), OFlags::APPEND)?;
        self.next += 1;
        self.files.insert(number, Lines::default());
        Ok(Active {
            number,
            file,
            bytes: 0,
        })
    }

    fn path(&self, number: u64) -> PathBuf {
        let epoch = self.epoch;
        self.folder.join(format!("journal-{epoch}-{number}.jsonl"))
    }

    /// A line of this file is in the database.
    pub(crate) fn settle(&mut self, number: u64) {
        if let Some(lines) = self.files.get_mut(&number) {
            lines.pending = lines.pending.saturating_sub(1);
        }
    }

    /// A line of this file found no place in the queue.
    pub(crate) fn read_again(&mut self, number: u64) {
        self.settle(number);
        if let Some(lines) = self.files.get_mut(&number) {
            lines.again = true;
        }
    }

    /// The first file that must be read again. It gets no further lines.
    pub(crate) fn start_reading_again(&mut self) -> Option<(u64, PathBuf)> {
        let (number, _) = self.again()?;
        if self
            .active
            .as_ref()
            .is_some_and(|active| active.number == number)
        {
            self.active = None;
        }
        Some((number, self.path(number)))
    }

    /// The first and last file that must be read again.
    pub(crate) fn again(&self) -> Option<(u64, u64)> {
        let mut files = self.files.iter().filter(|(_, lines)| lines.again);
        let (first, _) = files.next()?;
        Some((*first, files.next_back().map_or(*first, |(last, _)| *last)))
    }

    /// All lines of a file were read again and are in the database.
    pub(crate) fn was_read_again(&mut self, number: u64) {
        if let Some(lines) = self.files.get_mut(&number) {
            lines.again = false;
        }
    }

    /// Returns the files that are done with, for removal, and forgets them.
    pub(crate) fn finished(&mut self) -> Vec<PathBuf> {
        let active = self.active.as_ref().map(|active| active.number);
        let done: Vec<u64> = self
            .files
            .iter()
            .filter(|(number, lines)| {
                lines.pending == 0 && !lines.again && active != Some(**number)
            })
            .map(|(number, _)| *number)
            .collect();
        for number in &done {
            self.forget(*number);
        }
        done.into_iter().map(|number| self.path(number)).collect()
    }

    /// Lets a file lie, for the next start to find.
    pub(crate) fn forget(&mut self, number: u64) {
        if let Some(lines) = self.files.remove(&number) {
            self.bytes -= lines.bytes;
        }
    }

    /// Gives the last file up too, so that [`Journal::finished`] may name it.
    pub(crate) fn close(&mut self) {
        self.active = None;
    }
}

/// The files that earlier processes left, oldest first, and the first free number.
pub(crate) fn left_over(folder: &Path) -> io::Result<(Vec<PathBuf>, u64)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if let Some(order) = entry.file_name().to_str().and_then(order) {
            found.push((order, entry.path()));
        }
    }
    found.sort_unstable();
    let last = found.iter().map(|((_, number), _)| *number).max();
    let paths = found.into_iter().map(|(_, path)| path).collect();
    Ok((paths, last.map_or(1, |last| last.saturating_add(1))))
}

/// Reads epoch and number out of `journal-<epoch>-<number>.jsonl`.
fn order(name: &str) -> Option<(u32, u64)> {
    let (epoch, number) = name
        .strip_prefix("journal-")?
        .strip_suffix(".jsonl")?
        .split_once('-')?;
    Some((epoch.parse().ok()?, number.parse().ok()?))
}

#[cfg(test)]
mod tests;
