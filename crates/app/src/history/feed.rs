//! Reads on in a file with a history: a piece at a time, from where it was left.
//!
//! **Invariant:** bounded memory, whatever the file is; it may be written, cut or replaced meanwhile.

use super::find;
use super::kept::{Kept, origin};
use super::rows;
use ringfence_agents::{EntryKind, FileIdentity, HistoryReader, LARGEST_WHOLE, Look, Told};
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::{Mutex, PoisonError};

/// How much is read at once, in bytes.
const PIECE: usize = 256 * 1024;
/// How much is read in one step, in bytes.
const STEP: u64 = 1024 * 1024;
/// How many bytes of the beginning tell whether a file is still the same.
const HEAD: usize = 256;
/// Files beyond this many bytes are read whole one at a time.
const LARGE: u64 = 1024 * 1024;

/// Taken while a large file is in memory as a whole.
static WHOLE: Mutex<()> = Mutex::new(());

/// What a step came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// How much was read.
    pub(crate) bytes: u64,
    /// Whether there is more to be read now.
    pub(crate) more: bool,
}

/// Reads on; `told` gets what the agent told.
pub(crate) fn step(kept: &mut Kept, told: &mut Vec<Told>) -> io::Result<Step> {
    match kept.reader.format().kind() {
        EntryKind::Lines => lines(kept, told),
        EntryKind::Whole => whole(kept, told),
        // Rows that somebody wrote out as lines.
        EntryKind::Rows if kept.path.extension().is_some_and(|end| end == "jsonl") => {
            lines(kept, told)
        }
        EntryKind::Rows => rows(kept, told),
    }
}

/// Takes in what waits for more: the file is complete, or nothing came for a while. `is_complete`
/// says that even a piece of a last line is one; else it is if it is whole in itself.
pub(crate) fn finish(kept: &mut Kept, is_complete: bool, told: &mut Vec<Told>) {
    let Kept { tail, reader, .. } = kept;
    if is_complete {
        tail.end(|line| reader.line(line, told));
    } else {
        tail.end_if(is_whole, |line| reader.line(line, told));
    }
    reader.finish(told);
}

/// Whether a line without an end cannot go on: each is an object, and this one is closed.
fn is_whole(line: &[u8]) -> bool {
    let is_object = line.starts_with(b"{") && line.ends_with(b"}");
    is_object && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

fn open(kept: &Kept) -> io::Result<(File, fs::Metadata)> {
    // A fifo would hold the thread.
    if !fs::symlink_metadata(&kept.path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let file = File::open(&kept.path)?;
    let data = file.metadata()?;
    Ok((file, data))
}

fn lines(kept: &mut Kept, told: &mut Vec<Told>) -> io::Result<Step> {
    let (file, data) = open(kept)?;
    let identity = FileIdentity {
        device: data.dev(),
        inode: data.ino(),
    };
    let mut head = [0; HEAD];
    let length = read_at(&file, &mut head, 0)?;
    let head = head.get(..length).unwrap_or_default();
    let mark = (data.len(), find::modified(&data));
    let from = match kept.tail.look(identity, data.len(), head) {
        Look::Nothing => {
            kept.read = Some(mark);
            return Ok(Step::default());
        }
        Look::Read { from } => from,
        Look::Again => {
            let origin = origin(&kept.path, mark.1);
            kept.reader = HistoryReader::new(kept.reader.format(), origin);
            0
        }
    };
    kept.read = None;
    let mut piece = vec![0; PIECE];
    let mut at = from;
    while at - from < STEP {
        let length = read_at(&file, &mut piece, at)?;
        if length == 0 {
            kept.read = Some(mark);
            break;
        }
        at += length as u64;
        let Kept { tail, reader, .. } = kept;
        let bytes = piece.get(..length).unwrap_or_default();
        tail.take(bytes, |line| reader.line(line, told));
    }
    Ok(Step {
        bytes: at - from,
        more: kept.read.is_none(),
    })
}

fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    loop {
        match file.read_at(into, at) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn whole(kept: &mut Kept, told: &mut Vec<Told>) -> io::Result<Step> {
    let (file, data) = open(kept)?;
    let mark = (data.len(), find::modified(&data));
    if kept.read == Some(mark) {
        return Ok(Step::default());
    }
    let large = data.len() > LARGE;
    let _one = large.then(|| WHOLE.lock().unwrap_or_else(PoisonError::into_inner));
    let mut bytes = Vec::new();
    file.take(LARGEST_WHOLE as u64 + 1)
        .read_to_end(&mut bytes)?;
    kept.reader.whole(&bytes, told);
    kept.read = Some(mark);
    Ok(Step {
        bytes: bytes.len() as u64,
        more: false,
    })
}

fn rows(kept: &mut Kept, told: &mut Vec<Told>) -> io::Result<Step> {
    let (_, data) = open(kept)?;
    let mark = rows::stamp(&kept.path, &data);
    if kept.read == Some(mark) {
        return Ok(Step::default());
    }
    let Kept {
        path,
        rows: place,
        reader,
        ..
    } = kept;
    let Some(page) = rows::page(path, reader.format(), place).map_err(io::Error::other)? else {
        // It is being written to just now.
        return Ok(Step::default());
    };
    let mut bytes = 0;
    for row in &page.rows {
        bytes += row.len() as u64;
        place.number += 1;
        let line = ringfence_agents::Line {
            number: place.number,
            offset: 0,
            bytes: row,
            missing: 0,
        };
        reader.line(&line, told);
    }
    kept.read = (!page.more).then_some(mark);
    Ok(Step {
        bytes,
        more: page.more,
    })
}

#[cfg(test)]
mod tests;
