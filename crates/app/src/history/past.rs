//! The reports of past imports: a small file for each, next to how far files were read.
//!
//! **Invariant:** the latest few; what is lost or broken here is only not shown.

use super::kept::{self, Folder};
use super::report::Report;
use crate::places::{private_dir, write_private};
use anyhow::{Context, Result};
use ringfence_event::Timestamp;
use std::fs;
use std::path::PathBuf;

/// Most reports that are kept; the oldest goes first.
const MOST: usize = 32;
/// Most files of an import that are kept one by one.
const MOST_FILES: usize = 1000;

impl Folder {
    /// Keeps what an import came to, if it came to anything.
    pub(crate) fn keep_report(&self, report: &Report) -> Result<()> {
        if report.events == 0 && report.problem.is_none() {
            return Ok(());
        }
        let folder = self.reports();
        private_dir(&folder)?;
        let mut report = report.clone();
        report.files.truncate(MOST_FILES);
        let text = serde_json::to_vec(&report)?;
        let begun = report.begun.unwrap_or(Timestamp(0)).0;
        let path = folder.join(format!("{begun:020}.json"));
        write_private(&path, &text, 0o600)
            .with_context(|| format!("failed to write `{}`", path.display()))?;
        let names = self.names();
        for name in names.iter().take(names.len().saturating_sub(MOST)) {
            // Another process may have been quicker.
            fs::remove_file(name).unwrap_or_default();
        }
        Ok(())
    }

    /// Returns what past imports came to, the latest last.
    pub(crate) fn past(&self) -> Vec<Report> {
        let texts = self.names().into_iter().map(|path| kept::read(&path));
        texts
            .flatten()
            .filter_map(|text| serde_json::from_slice(&text).ok())
            .collect()
    }

    /// The files, the oldest first.
    fn names(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.reports());
        let paths = entries.into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = paths.map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
        paths.sort();
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_reports_are_kept() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::make(root.path().join("history")).unwrap();
        assert!(folder.past().is_empty());
        let report = |begun: i64, events: u64| Report {
            begun: Some(Timestamp(begun)),
            events,
            found: vec![format!("{events} were found")],
            ..Report::default()
        };
        folder.keep_report(&report(1, 0)).unwrap();
        assert!(folder.past().is_empty(), "nothing came of it");
        let most = i64::try_from(MOST).unwrap();
        for begun in 1..most + 3 {
            folder.keep_report(&report(begun, 7)).unwrap();
        }
        let expected: Vec<Report> = (3..most + 3).map(|begun| report(begun, 7)).collect();
        assert_eq!(folder.past(), expected);
        fs::write(folder.reports().join("00000.json"), "broken").unwrap();
        assert_eq!(folder.past(), expected);
        let failed = Report {
            problem: Some("the disk is full".to_owned()),
            ..report(most + 3, 0)
        };
        folder.keep_report(&failed).unwrap();
        assert_eq!(folder.past().last(), Some(&failed));
    }
}
