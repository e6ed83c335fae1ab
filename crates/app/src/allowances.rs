//! What the user allowed, one small file each, so that "once" is used up exactly
//! once however many processes judge at the same time.

use crate::places::{Places, private_dir, write_private};
use anyhow::{Context, Result};
use ringfence_detect::Allowance;
use ringfence_event::FindingId;
use std::fs;
use std::path::PathBuf;

/// Most allowances that are read, and the largest file, in bytes.
const MOST: usize = 1000;
const LARGEST: u64 = 64 * 1024;

/// Returns all allowances; a broken file allows nothing.
pub(crate) fn load(places: &Places) -> Vec<Allowance> {
    let Ok(entries) = fs::read_dir(places.allowances()) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .take(MOST)
        .filter(|path| fs::metadata(path).is_ok_and(|found| found.len() <= LARGEST))
        .filter_map(|path| serde_json::from_slice(&fs::read(path).ok()?).ok())
        .collect()
}

/// Keeps an allowance.
pub(crate) fn add(places: &Places, allowance: &Allowance) -> Result<()> {
    private_dir(&places.config)?;
    private_dir(&places.allowances())?;
    let path = file(places, &allowance.finding);
    write_private(&path, &serde_json::to_vec_pretty(allowance)?, 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))
}

/// Uses up or withdraws an allowance; false if it was not there any more.
pub(crate) fn take(places: &Places, id: &FindingId) -> bool {
    fs::remove_file(file(places, id)).is_ok()
}

fn file(places: &Places, id: &FindingId) -> PathBuf {
    let plain: String = id
        .as_str()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    places.allowances().join(format!("{plain}.json"))
}
