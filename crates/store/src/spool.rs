//! One file per record, left by hook clients while the daemon is away.
//!
//! **Invariant:** a file here is whole or it is not there (written under another
//! name, then renamed), and no database code runs: this is the path of a tool call.

use crate::StoreError;
use crate::folders::{self, Folders};
use crate::record::{self, Record};
use ringfence_event::EventKey;
use rustix::fs::OFlags;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How much one folder may hold, in blocks: each record takes at least one.
const MAIN_BLOCKS: u64 = (256 << 20) / BLOCK;

/// The overflow folder is often memory.
const OVERFLOW_BLOCKS: u64 = (32 << 20) / BLOCK;

/// What file systems commonly give a small file, in bytes.
const BLOCK: u64 = 4096;

/// Grows by a byte for each block, so that one look at its length tells whether
/// there is room: counting the files would cost a tool call milliseconds.
const TALLY: &str = ".tally";

/// A half-written file older than this belongs to a client that was stopped.
const ABANDONED: Duration = Duration::from_mins(1);

/// Why a record could not be spooled.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Too much waits already.
    #[error("event not spooled: `{}` already holds {mebibytes} MiB; start the daemon, it takes them in", path.display())]
    Full {
        /// Which folder.
        path: PathBuf,
        /// How much it holds.
        mebibytes: u64,
    },
    /// The folder or the file cannot be written.
    #[error("event not spooled: failed to write to `{}`", path.display())]
    Write {
        /// Which folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The record cannot be written as JSON.
    #[error("event not spooled: failed to encode it")]
    Encode(#[source] Box<StoreError>),
}

/// Leaves a record for the daemon; returns the file it lies in.
///
/// If the spool takes nothing, the overflow folder is tried; if that takes nothing
/// either, the error is the spool's.
pub fn put(folders: &Folders, record: &Record) -> Result<PathBuf, SpoolError> {
    let line = record::line(record.clone()).map_err(|error| SpoolError::Encode(Box::new(error)))?;
    put_line(folders, record.event.key, &line)
}

/// Leaves a record for the daemon that is a line already.
pub(crate) fn put_line(
    folders: &Folders,
    key: EventKey,
    line: &[u8],
) -> Result<PathBuf, SpoolError> {
    put_in(&folders.spool, MAIN_BLOCKS, key, line).or_else(|error| {
        let overflow = folders.overflow.as_ref();
        overflow
            .and_then(|folder| put_in(folder, OVERFLOW_BLOCKS, key, line).ok())
            .ok_or(error)
    })
}

fn put_in(folder: &Path, room: u64, key: EventKey, line: &[u8]) -> Result<PathBuf, SpoolError> {
    folders::prepare(folder).map_err(|source| SpoolError::Write {
        path: folder.to_owned(),
        source: Box::new(source),
    })?;
    let failed = |source: io::Error| SpoolError::Write {
        path: folder.to_owned(),
        source: Box::new(source),
    };
    let used = count_in(folder, room, line).map_err(failed)?;
    if used >= room {
        return Err(SpoolError::Full {
            path: folder.to_owned(),
            mebibytes: (used * BLOCK) >> 20,
        });
    }
    let temporary = folder.join(format!(".{key}-{}", std::process::id()));
    let place = folder.join(format!("{key}{ENDING}"));
    let written = write_whole(&temporary, line).and_then(|()| std::fs::rename(&temporary, &place));
    if let Err(error) = written {
        // It may not even exist; the error that is told is the first one.
        drop(std::fs::remove_file(&temporary));
        return Err(failed(error));
    }
    Ok(place)
}

/// Adds a record to the tally if there is room; returns how many blocks were used before.
fn count_in(folder: &Path, room: u64, line: &[u8]) -> io::Result<u64> {
    let mut tally = folders::private_file(&folder.join(TALLY), OFlags::APPEND)?;
    let used = tally.metadata()?.len();
    if used < room {
        let blocks = usize::try_from(blocks(line.len().try_into().unwrap_or(u64::MAX)));
        tally.write_all(&vec![b'#'; blocks.unwrap_or(usize::MAX)])?;
    }
    Ok(used)
}

fn blocks(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK).max(1)
}

/// Sets the tally to what still waits. A record that is put meanwhile may be
/// missed, until the next time.
pub(crate) fn recount(folder: &Path) -> io::Result<()> {
    let mut used = 0;
    for path in waiting(folder)? {
        used += std::fs::symlink_metadata(path).map_or(0, |metadata| blocks(metadata.len()));
    }
    folders::private_file(&folder.join(TALLY), OFlags::empty())?.set_len(used)
}

/// Ends the name of every spooled record.
const ENDING: &str = ".json";

fn write_whole(path: &Path, line: &[u8]) -> io::Result<()> {
    let mut file = folders::private_file(path, OFlags::TRUNC)?;
    // One write: the kernel takes it whole unless the disk is full.
    if file.write(line)? < line.len() {
        return Err(io::ErrorKind::StorageFull.into());
    }
    Ok(())
}

/// Lists the records that wait in a folder, oldest first: their keys begin with the time.
pub(crate) fn waiting(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        if name.as_encoded_bytes().ends_with(ENDING.as_bytes()) {
            paths.push(folder.join(name));
        }
    }
    paths.sort_unstable();
    Ok(paths)
}

/// Removes half-written files of clients that were stopped; their records were
/// never acknowledged. Those of clients that are at work may vanish meanwhile.
pub(crate) fn remove_abandoned(folder: &Path, now: SystemTime) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if !name.as_encoded_bytes().starts_with(b".") || name == TALLY {
            continue;
        }
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        let age = metadata.modified().map(|at| now.duration_since(at));
        if metadata.is_file() && matches!(age, Ok(Ok(age)) if age > ABANDONED) {
            // What stays is tried again the next time.
            drop(std::fs::remove_file(entry.path()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
