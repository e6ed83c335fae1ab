//! A file for each day with all events as JSON lines, for those who ask for it: an
//! audit trail that any tool reads.
//!
//! **Invariant:** every line is one event, whole, in the order of the numbers; what a
//! stop left out is added at the next start. These files are never deleted by us.

use crate::StoreError;
use crate::folders;
use crate::health::now;
use rustix::fs::OFlags;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// No line is longer: the record and its number.
const MAX_LINE: u64 = 2 << 20;

/// Ends the name of every daily file.
const ENDING: &str = ".jsonl";

/// The files of all days.
#[derive(Debug)]
pub(crate) struct Daily {
    folder: PathBuf,
    epoch: u32,
    /// The day that is open, and its file.
    open: Option<(String, File)>,
    last: Option<i64>,
}

impl Daily {
    /// Looks where the last file ends; cuts off a line that was not written whole.
    pub(crate) fn open(folder: &Path, epoch: u32) -> Result<Daily, StoreError> {
        let failed = |source| StoreError::file(folder, source);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            names.extend(
                name.into_string()
                    .ok()
                    .filter(|name| name.ends_with(ENDING)),
            );
        }
        names.sort_unstable();
        let mut last = None;
        if let Some(name) = names.last() {
            let path = folder.join(name);
            let end = last_line(&path).map_err(|source| StoreError::file(&path, source))?;
            last = end.and_then(|line| seq(&line, epoch));
        }
        Ok(Daily {
            folder: folder.to_owned(),
            epoch,
            open: None,
            last,
        })
    }

    /// The last event that is written; `None` if there is none of this epoch.
    pub(crate) fn last(&self) -> Option<i64> {
        self.last
    }

    /// Adds events: each with its number, and as a line of the journal.
    pub(crate) fn write<'a>(
        &mut self,
        lines: impl Iterator<Item = (i64, &'a [u8])>,
    ) -> Result<(), StoreError> {
        let mut text = Vec::new();
        let mut last = self.last;
        for (seq, line) in lines {
            text.extend_from_slice(format!("{{\"id\":\"{}-{seq}\",", self.epoch).as_bytes());
            text.extend_from_slice(line.get(1..).unwrap_or_default());
            last = Some(seq);
        }
        let path = self.folder.clone();
        let written = self.today().and_then(|file| file.write_all(&text));
        if written.is_err() {
            self.open = None;
        }
        written.map_err(|source| StoreError::file(&path, source))?;
        self.last = last;
        Ok(())
    }

    fn today(&mut self) -> std::io::Result<&mut File> {
        let day: String = now().to_string().chars().take("2026-11-21".len()).collect();
        let open = self.open.take().filter(|(open, _)| *open == day);
        let open = match open {
            Some(open) => open,
            None => {
                let path = self.folder.join(format!("{day}{ENDING}"));
                (day, folders::private_file(&path, OFlags::APPEND)?)
            }
        };
        Ok(&mut self.open.insert(open).1)
    }
}

/// Reads the last whole line of a file, and cuts off what stands behind it.
fn last_line(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let mut file = folders::regular_file(path)?;
    let length = file.metadata()?.len();
    let from = length.saturating_sub(MAX_LINE * 2);
    file.seek(SeekFrom::Start(from))?;
    let mut end = Vec::new();
    file.take(MAX_LINE * 2).read_to_end(&mut end)?;
    let whole = end
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    if whole < end.len() {
        let kept = from + u64::try_from(whole).unwrap_or(0);
        folders::private_file(path, OFlags::empty())?.set_len(kept)?;
    }
    end.truncate(whole);
    let mut lines = end.split(|byte| *byte == b'\n').rev();
    Ok(lines.find(|line| !line.is_empty()).map(<[u8]>::to_vec))
}

/// Reads the number out of `{"id":"<epoch>-<number>",…`.
fn seq(line: &[u8], epoch: u32) -> Option<i64> {
    let line = std::str::from_utf8(line).ok()?;
    let id = line.strip_prefix("{\"id\":\"")?.split('"').next()?;
    let (of, seq) = id.split_once('-')?;
    (of.parse() == Ok(epoch))
        .then(|| seq.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests;
