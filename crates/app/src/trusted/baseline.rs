//! What each trusted file was when it was approved, and when it was last looked at.
//!
//! One small index and one file for each different content, compressed and with secrets masked. An
//! approval is an empty file of its own, so that a command can approve while the daemon runs.
//!
//! **Invariant:** replaced whole or not at all; only the daemon writes the index.

use super::inventory::{Layer, Stamp};
use crate::places::{Places, private_dir, write_private};
use anyhow::{Context, Result};
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use ringfence_agents::{LARGEST_COMPARED, TrustedKind};
use ringfence_event::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Largest index that is read, in bytes: several times what is ever written.
const LARGEST: u64 = 64 * 1024 * 1024;
/// Most approvals that are kept; beyond, the oldest go.
const MOST_APPROVALS: usize = 10_000;

/// All that is known of trusted files.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Baseline {
    /// The bases that were looked at, and when a session was last seen there.
    pub(crate) bases: BTreeMap<PathBuf, BaseRecord>,
    pub(crate) files: BTreeMap<PathBuf, Entry>,
}

/// A directory below which files are known.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BaseRecord {
    pub(crate) layer: Layer,
    /// When a session was last seen there.
    pub(crate) seen: Timestamp,
}

/// One file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// [`TrustedKind::name`].
    kind: String,
    pub(crate) layer: Layer,
    /// The base that it was found from.
    pub(crate) base: PathBuf,
    pub(crate) stamp: Stamp,
    /// As it was last seen.
    pub(crate) last: Version,
    /// As it was when it was first seen or approved.
    pub(crate) approved: Version,
    /// When it was last seen to change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) changed: Option<Timestamp>,
    /// Who changed it then, in words; `None` if nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) writer: Option<String>,
}

/// A content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    /// The keyed hash; empty if there is no file.
    pub(crate) digest: String,
    pub(crate) bytes: u64,
    /// Whether its text is kept too.
    pub(crate) kept: bool,
}

impl Version {
    pub(crate) fn is_there(&self) -> bool {
        !self.digest.is_empty()
    }
}

impl Entry {
    /// A file that is seen for the first time: what it is now is its baseline.
    pub(crate) fn new(
        kind: TrustedKind,
        layer: Layer,
        base: &Path,
        stamp: Stamp,
        version: Version,
    ) -> Entry {
        Entry {
            kind: kind.name().to_owned(),
            layer,
            base: base.to_owned(),
            stamp,
            last: version.clone(),
            approved: version,
            changed: None,
            writer: None,
        }
    }

    pub(crate) fn kind(&self) -> TrustedKind {
        TrustedKind::from_name(&self.kind).unwrap_or(TrustedKind::Settings)
    }

    /// Whether it is not what was approved.
    pub(crate) fn is_pending(&self) -> bool {
        self.last != self.approved
    }
}

impl Baseline {
    /// Reads what is kept; `None` if nothing is yet.
    pub(crate) fn load(places: &Places) -> Result<Option<Baseline>> {
        let path = index(places);
        let failed = || format!("failed to read `{}`", path.display());
        match fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(failed),
            Ok(found) if found.len() > LARGEST => anyhow::bail!("{}: it is too large", failed()),
            Ok(_) => {}
        }
        let text = fs::read(&path).with_context(failed)?;
        serde_json::from_slice(&text).map(Some).with_context(failed)
    }

    /// Writes it, and drops the contents and approvals that nothing speaks of any more.
    pub(crate) fn save(&self, places: &Places) -> Result<()> {
        make_folders(places)?;
        write_private(&index(places), &serde_json::to_vec(self)?, 0o600)
            .context("failed to write the baseline of trusted files")?;
        let wanted: BTreeSet<&str> = (self.files.values())
            .flat_map(|entry| [entry.last.digest.as_str(), entry.approved.digest.as_str()])
            .collect();
        for path in listed(&contents(places)) {
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_none_or(|name| !wanted.contains(name)) {
                fs::remove_file(&path).unwrap_or_default();
            }
        }
        let mut approvals = listed(&approvals(places));
        if approvals.len() > MOST_APPROVALS {
            approvals
                .sort_by_key(|path| fs::metadata(path).and_then(|found| found.modified()).ok());
            let more = approvals.len() - MOST_APPROVALS;
            for path in approvals.iter().take(more) {
                fs::remove_file(path).unwrap_or_default();
            }
        }
        Ok(())
    }
}

/// Keeps a text; it is there already if another file has the same.
pub(crate) fn keep(places: &Places, digest: &str, text: &str) -> Result<()> {
    let path = contents(places).join(digest);
    if path.exists() {
        return Ok(());
    }
    make_folders(places)?;
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes())?;
    write_private(&path, &packed.finish()?, 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))
}

/// The text of a version; `None` if it is not kept.
pub(crate) fn text(places: &Places, version: &Version) -> Option<String> {
    if !version.kept {
        return None;
    }
    let packed = fs::File::open(contents(places).join(&version.digest)).ok()?;
    let mut text = String::new();
    // Masked secrets can make a text a little longer.
    let limit = LARGEST_COMPARED as u64 * 2;
    let read = ZlibDecoder::new(packed)
        .take(limit)
        .read_to_string(&mut text);
    read.ok().map(|_| text)
}

/// Remembers that a file may be so. `name` is the keyed hash of path and content.
pub(crate) fn approve(places: &Places, name: &str) -> Result<()> {
    make_folders(places)?;
    let path = approvals(places).join(name);
    write_private(&path, b"", 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))
}

/// Whether a file may be so.
pub(crate) fn is_approved(places: &Places, name: &str) -> bool {
    approvals(places).join(name).exists()
}

fn make_folders(places: &Places) -> Result<()> {
    for folder in [
        &places.state,
        &places.trusted(),
        &contents(places),
        &approvals(places),
    ] {
        private_dir(folder)?;
    }
    Ok(())
}

fn index(places: &Places) -> PathBuf {
    places.trusted().join("index.json")
}

fn contents(places: &Places) -> PathBuf {
    places.trusted().join("contents")
}

fn approvals(places: &Places) -> PathBuf {
    places.trusted().join("approved")
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.flatten().map(|entry| entry.path()).collect()
}
