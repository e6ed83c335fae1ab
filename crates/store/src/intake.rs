//! Takes in what lies in files: spooled records and journals of earlier processes.
//!
//! **Invariant:** a file is removed only after the transaction that holds its
//! records is committed; what cannot be read is moved aside and never stops the rest.

use crate::archive::{Archive, Check};
use crate::body::Encoder;
use crate::folders;
use crate::record::{MAX_LINE_BYTES, Prepared, Record};
use crate::{StoreError, spool};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How many unreadable files are kept for study; further ones are removed.
const MAX_BAD_FILES: usize = 100;

/// A batch is written when its lines together are this long.
const BATCH_BYTES: usize = 4 << 20;

/// What taking in came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Records stored that were not there before.
    pub(crate) new: usize,
    /// Files or lines that could not be read.
    pub(crate) bad: u64,
    /// The last thing that did not work with the files themselves.
    pub(crate) trouble: Option<String>,
}

/// Takes records in, in batches. Only the archive stops it.
pub(crate) struct Intake<'a> {
    archive: &'a mut Archive,
    encoder: Encoder,
    most: usize,
    batch: Vec<Prepared>,
    bytes: usize,
    taken: Taken,
}

impl<'a> Intake<'a> {
    /// Writes at most `most` records in one transaction.
    pub(crate) fn new(archive: &'a mut Archive, most: usize) -> Result<Intake<'a>, StoreError> {
        Ok(Intake {
            archive,
            encoder: Encoder::new().map_err(StoreError::Pack)?,
            most,
            batch: Vec::new(),
            bytes: 0,
            taken: Taken::default(),
        })
    }

    /// Takes in all that waits in a spool folder; one that does not exist holds nothing.
    pub(crate) fn spool(mut self, folder: &Path) -> Result<Taken, StoreError> {
        if std::fs::symlink_metadata(folder).is_err() {
            return Ok(self.taken);
        }
        let mut stored = Vec::new();
        for path in self.tried(list(folder)).unwrap_or_default() {
            match read_spooled(&path, &mut self.encoder) {
                Content::Record(prepared) => {
                    let full = self.add(*prepared);
                    stored.push(path);
                    if full {
                        self.write_and_remove(&mut stored)?;
                    }
                }
                Content::Gone => {}
                Content::Garbage => {
                    self.taken.bad += 1;
                    self.tried(move_aside(folder, &path));
                }
                Content::NotNow(source) => {
                    self.tried(Err::<(), _>(StoreError::file(&path, source)));
                }
            }
        }
        self.write_and_remove(&mut stored)?;
        let counted = spool::recount(folder);
        self.tried(counted.map_err(|source| StoreError::file(folder, source)));
        Ok(self.taken)
    }

    /// Takes in a journal, except for a last line that was not written whole. The
    /// file stays: it may go when there was no trouble.
    pub(crate) fn journal(mut self, path: &Path, folder: &Path) -> Result<Taken, StoreError> {
        let opened = match folders::regular_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(self.taken),
            other => other.map_err(|source| StoreError::file(path, source)),
        };
        let Some(file) = self.tried(opened) else {
            return Ok(self.taken);
        };
        let mut reader = BufReader::new(file);
        for number in 1_u64.. {
            let read = next_line(&mut reader).map_err(|source| StoreError::file(path, source));
            let line = match self.tried(read) {
                Some(Line::Whole(line)) => line,
                Some(Line::TooLong) => Vec::new(),
                Some(Line::End) | None => break,
            };
            if let Ok(prepared) = Prepared::parse(&line, &mut self.encoder) {
                if self.add(prepared) {
                    self.write()?;
                }
            } else {
                self.taken.bad += 1;
                self.tried(keep_line(folder, path, number, &line));
            }
        }
        self.write()?;
        Ok(self.taken)
    }

    /// Notes what did not work, and goes on.
    fn tried<T>(&mut self, result: Result<T, StoreError>) -> Option<T> {
        result
            .map_err(|error| self.taken.trouble = Some(error.chain()))
            .ok()
    }

    /// Takes in records of another kind of file; returns how many were new.
    pub(crate) fn records(
        mut self,
        records: impl Iterator<Item = Result<Record, StoreError>>,
    ) -> Result<usize, StoreError> {
        for record in records {
            let mut line = Vec::new();
            let prepared = Prepared::new(record?, &mut self.encoder, &mut line)?;
            let prepared = Prepared { line, ..prepared };
            if self.add(prepared) {
                self.write()?;
            }
        }
        self.write()?;
        Ok(self.taken.new)
    }

    /// Returns whether the batch is full.
    fn add(&mut self, prepared: Prepared) -> bool {
        self.bytes += prepared.line.len();
        self.batch.push(prepared);
        self.batch.len() >= self.most || self.bytes >= BATCH_BYTES
    }

    fn write(&mut self) -> Result<(), StoreError> {
        let batch = self.batch.iter().collect();
        self.taken.new += self.archive.insert(batch, Check::Stored)?;
        self.batch.clear();
        self.bytes = 0;
        Ok(())
    }

    fn write_and_remove(&mut self, stored: &mut Vec<PathBuf>) -> Result<(), StoreError> {
        self.write()?;
        for path in stored.drain(..) {
            self.tried(remove(&path));
        }
        Ok(())
    }
}

/// Lists what waits in a folder.
fn list(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let failed = |source: io::Error| StoreError::file(folder, source);
    folders::prepare(folder)?;
    spool::remove_abandoned(folder, SystemTime::now()).map_err(failed)?;
    spool::waiting(folder).map_err(failed)
}

enum Content {
    Record(Box<Prepared>),
    /// Somebody took it away.
    Gone,
    /// It will never be a record.
    Garbage,
    /// The machine is short of something; the file may be fine.
    NotNow(io::Error),
}

fn read_spooled(path: &Path, encoder: &mut Encoder) -> Content {
    let read = folders::regular_file(path).and_then(|file| {
        let mut line = Vec::new();
        file.take(limit()).read_to_end(&mut line)?;
        Ok(line)
    });
    match read {
        Ok(line) => Prepared::parse(&line, encoder).map_or(Content::Garbage, |prepared| {
            Content::Record(Box::new(prepared))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Content::Gone,
        Err(error) if is_shortage(&error) => Content::NotNow(error),
        Err(_) => Content::Garbage,
    }
}

/// Out of file descriptors or memory, or the disk does not answer.
fn is_shortage(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::IO]
        .iter()
        .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// One byte more than the longest line, so that a longer one does not parse.
fn limit() -> u64 {
    u64::try_from(MAX_LINE_BYTES).map_or(u64::MAX, |bytes| bytes + 1)
}

enum Line {
    Whole(Vec<u8>),
    TooLong,
    /// The end, or a line that was being written when its writer was stopped.
    End,
}

fn next_line(reader: &mut impl BufRead) -> io::Result<Line> {
    let mut line = Vec::new();
    reader.by_ref().take(limit()).read_until(b'\n', &mut line)?;
    if line.ends_with(b"\n") {
        return Ok(Line::Whole(line));
    }
    if line.len() <= MAX_LINE_BYTES {
        return Ok(Line::End);
    }
    reader.skip_until(b'\n')?;
    Ok(Line::TooLong)
}

fn aside(folder: &Path) -> Result<Option<PathBuf>, StoreError> {
    let aside = folder.join("bad");
    folders::prepare(&aside)?;
    let entries = std::fs::read_dir(&aside).map_err(|source| StoreError::file(&aside, source))?;
    Ok((entries.count() < MAX_BAD_FILES).then_some(aside))
}

fn move_aside(folder: &Path, path: &Path) -> Result<(), StoreError> {
    let (Some(aside), Some(name)) = (aside(folder)?, path.file_name()) else {
        return remove(path);
    };
    std::fs::rename(path, aside.join(name)).map_err(|source| StoreError::file(path, source))
}

fn keep_line(folder: &Path, journal: &Path, number: u64, line: &[u8]) -> Result<(), StoreError> {
    let Some(aside) = aside(folder)? else {
        return Ok(());
    };
    let stem = journal.file_stem().unwrap_or_default().to_string_lossy();
    let path = aside.join(format!("{stem}-line-{number}.txt"));
    folders::replace(&path, line).map_err(|source| StoreError::file(&path, source))
}

/// Removes a file; that it is gone already is fine.
pub(crate) fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::file(path, error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
