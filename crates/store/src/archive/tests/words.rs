//! The words for the search follow the events, whatever happens to their file.

use super::*;
use std::time::Duration;

fn mark(folders: &Folders, number: u32) -> Option<i64> {
    let path = folders.search(number);
    let opened = connection::for_reading(&path, schema::SEARCH).ok()??;
    opened
        .query_row("SELECT seq FROM mark", [], |row| row.get(0))
        .ok()
}

fn found(folders: &Folders, number: u32, word: &str) -> Vec<i64> {
    let connection = read(&folders.search(number));
    let mut statement = connection
        .prepare("SELECT rowid FROM fts WHERE fts MATCH ?1 ORDER BY rowid")
        .unwrap();
    let rows = statement.query_map([word], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Another thread does it, but not for ever.
fn wait_for_mark(folders: &Folders, number: u32, last: i64) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while mark(folders, number) != Some(last) {
        assert!(Instant::now() < deadline, "{:?}", mark(folders, number));
        std::thread::yield_now();
    }
}

fn commands(numbers: std::ops::RangeInclusive<u64>) -> Vec<Record> {
    numbers
        .map(|number| record(number, &format!("echo word{}", number % 2)))
        .collect()
}

#[test]
fn words_are_found_after_closing() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    insert(&mut archive, commands(1..=14));
    insert(&mut archive, commands(15..=15));
    drop(archive);
    assert_eq!(found(&folders, 1, "word1"), [1, 3, 5, 7, 9]);
    assert_eq!(found(&folders, 2, "echo word0"), [12, 14]);
    assert_eq!(found(&folders, 2, "word1"), [11, 13, 15]);
    assert_eq!((mark(&folders, 1), mark(&folders, 2)), (Some(10), Some(15)));
}

#[test]
fn what_is_missing_is_read_from_the_segments() {
    let garbage = "this is no database, ".repeat(500);
    for spoil in ["lost", "garbage", "behind", "ahead"] {
        let root = tempfile::tempdir().unwrap();
        let folders = folders(root.path());
        insert(&mut open(&folders), commands(1..=14));
        for number in [1, 2] {
            match spoil {
                "lost" => search::remove(&folders, number).unwrap(),
                "garbage" => std::fs::write(folders.search(number), &garbage).unwrap(),
                // As after a power cut: the last events are gone, their words are not.
                "ahead" => read(&folders.search(number))
                    .execute_batch(
                        "INSERT INTO fts (rowid, text) VALUES (16, 'word1');
                         UPDATE mark SET seq = 20;",
                    )
                    .unwrap(),
                _ => read(&folders.search(number))
                    .execute_batch(
                        "DROP TABLE fts; UPDATE mark SET seq = 0;
                         CREATE VIRTUAL TABLE fts USING fts5 (text, content = '',
                            detail = 'none', columnsize = 0)",
                    )
                    .unwrap(),
            }
        }
        let mut archive = open(&folders);
        insert(&mut archive, commands(15..=16));
        wait_for_mark(&folders, 1, 10);
        wait_for_mark(&folders, 2, 16);
        drop(archive);
        assert_eq!(found(&folders, 1, "word1"), [1, 3, 5, 7, 9], "{spoil}");
        assert_eq!(found(&folders, 2, "word0"), [12, 14, 16], "{spoil}");
    }
}
