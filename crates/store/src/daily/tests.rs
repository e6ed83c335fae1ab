use super::*;
use crate::archive::{Archive, Check, Reports};
use crate::samples::{folders, prepared, record};
use crate::{Folders, Options};

const DAILY: Options = Options {
    retention_days: 90,
    batch: 100,
    queue: 100,
    queue_bytes: 1 << 20,
    journal_bytes: 1 << 20,
    segment_events: 4,
    segment_days: 7,
    daily_files: true,
};

fn insert(folders: &Folders, options: Options, numbers: std::ops::RangeInclusive<u64>) {
    folders::prepare(&folders.data).unwrap();
    let mut archive = Archive::open(folders, options, Reports::default()).unwrap();
    let batch: Vec<_> = numbers
        .map(|number| prepared(record(number, "ls")))
        .collect();
    archive
        .insert(batch.iter().collect(), Check::Recent)
        .unwrap();
    archive.commit().unwrap();
}

fn files(folders: &Folders) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folders.daily())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort_unstable();
    paths
}

/// The ids in all files, each line read whole.
fn ids(folders: &Folders) -> Vec<String> {
    let mut ids = Vec::new();
    for path in files(folders) {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["decision"]["verdict"], "allow");
            assert_eq!(line["event"]["source"], "hook");
            ids.push(line["id"].as_str().unwrap().to_owned());
        }
    }
    ids
}

fn expected(numbers: std::ops::RangeInclusive<u64>) -> Vec<String> {
    numbers.map(|number| format!("1-{number}")).collect()
}

#[test]
fn every_event_has_its_line() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    insert(&folders, DAILY, 1..=3);
    insert(&folders, DAILY, 4..=10);
    assert_eq!(ids(&folders), expected(1..=10));
    let name = files(&folders)[0].file_name().unwrap().to_owned();
    assert_eq!(name.len(), "2026-11-21.jsonl".len());
}

#[test]
fn what_is_missing_is_added_at_the_next_start() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    insert(&folders, DAILY, 1..=3);
    let off = Options {
        daily_files: false,
        ..DAILY
    };
    insert(&folders, off, 4..=11);
    // As if the last line was being written when the process was stopped.
    let path = files(&folders).pop().unwrap();
    let text = std::fs::read(&path).unwrap();
    std::fs::write(&path, &text[..text.len() - 10]).unwrap();
    insert(&folders, DAILY, 12..=12);
    assert_eq!(ids(&folders), expected(1..=12));
}

#[test]
fn files_of_others_do_no_harm() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    folders::prepare(&folders.daily()).unwrap();
    std::fs::write(folders.daily().join("0000.jsonl"), b"\0\xff garbage\n\n").unwrap();
    let daily = Daily::open(&folders.daily(), 1).unwrap();
    assert_eq!(daily.last(), None);
    for (line, expected) in [
        ("{\"id\":\"1-42\",\"event\":{}}", Some(42)),
        ("{\"id\":\"2-42\"}", None),
        ("{\"id\":\"x\"}", None),
        ("[]", None),
    ] {
        assert_eq!(seq(line.as_bytes(), 1), expected, "{line}");
    }
}
