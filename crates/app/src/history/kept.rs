//! How far each file with a history was read, kept across restarts: a small file for each.
//!
//! **Invariant:** what is lost or broken here is only read again, which stores nothing twice.

use super::find::Source;
use super::rows::RowsMark;
use crate::places::private_dir;
use anyhow::Result;
use ringfence_agents::{HistoryReader, Origin, Tail};
use ringfence_event::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Largest file of ours that is read, in bytes: several times what is ever written.
const LARGEST: u64 = 16 * 1024 * 1024;
/// Longest path of a project that stands in a file beside a history, in bytes.
const LONGEST_ROOT: u64 = 4096;

/// How far a file was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) path: PathBuf,
    /// Its length and the time of its last change when it was read to its end.
    pub(crate) read: Option<(u64, Timestamp)>,
    pub(crate) tail: Tail,
    #[serde(default)]
    pub(crate) rows: RowsMark,
    pub(crate) reader: HistoryReader,
    /// What became of it in the record.
    #[serde(default)]
    pub(crate) events: u64,
}

impl Kept {
    /// Begins with a file.
    pub(crate) fn new(source: &Source) -> Kept {
        Kept {
            path: source.path.clone(),
            read: None,
            tail: Tail::new(),
            rows: RowsMark::default(),
            reader: HistoryReader::new(source.format, origin(&source.path, source.modified)),
            events: 0,
        }
    }

    /// Whether the file is as it was when it was read to its end.
    pub(crate) fn is_read(&self, source: &Source) -> bool {
        self.read == Some((source.length, source.modified))
    }
}

/// What is known of a file beside its content.
pub(super) fn origin(path: &Path, modified: Timestamp) -> Origin {
    let above = path.ancestors().skip(1).take(4);
    let root = above
        .map(|folder| folder.join(".project_root"))
        .find_map(|path| short_text(&path));
    Origin {
        path: path.to_string_lossy().into_owned(),
        time: Some(modified),
        cwd: root,
    }
}

fn short_text(path: &Path) -> Option<String> {
    let found = fs::symlink_metadata(path).ok()?;
    if !found.is_file() || found.len() > LONGEST_ROOT {
        return None;
    }
    let text = fs::read_to_string(path).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Where all of it lies.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes the directory.
    pub(crate) fn make(path: PathBuf) -> Result<Folder> {
        private_dir(&path)?;
        Ok(Folder(path))
    }

    /// Reads how far a file was read; begins with it if that is not known.
    pub(crate) fn load(&self, source: &Source) -> Kept {
        let kept = read(&self.file(&source.path));
        let kept = kept
            .ok()
            .and_then(|text| serde_json::from_slice::<Kept>(&text).ok());
        kept.filter(|kept| kept.path == source.path && kept.reader.format() == source.format)
            .unwrap_or_else(|| Kept::new(source))
    }

    /// Keeps how far a file was read.
    pub(crate) fn save(&self, kept: &Kept) -> io::Result<()> {
        let text = serde_json::to_vec(kept)?;
        let path = self.file(&kept.path);
        let new = path.with_extension("new");
        // Not synced: after a power cut the file is read again.
        fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)
            .and_then(|mut file| io::Write::write_all(&mut file, &text))
            .and_then(|()| fs::rename(&new, &path))
    }

    /// Where the reports of past imports lie.
    pub(super) fn reports(&self) -> PathBuf {
        self.0.join("reports")
    }

    /// Where the report of the first import lies.
    pub(crate) fn report(&self) -> PathBuf {
        self.0.join("report.json")
    }

    fn file(&self, path: &Path) -> PathBuf {
        let name = blake3::hash(path.as_os_str().as_encoded_bytes()).to_hex();
        self.0
            .join(format!("{}.json", name.get(..32).unwrap_or(&name)))
    }
}

/// Reads a file of ours.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    fs::File::open(path)?.take(LARGEST).read_to_end(&mut text)?;
    Ok(text)
}
