use super::*;
use crate::Record;
use crate::chain;
use crate::samples::{denied, folders, prepared, record};
use ringfence_event::{AgentKind, Source};
use rusqlite::Connection;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

mod damage;
mod words;

const SMALL: Options = Options {
    retention_days: 30,
    batch: 100,
    queue: 100,
    queue_bytes: 1 << 20,
    journal_bytes: 1 << 20,
    segment_events: 10,
    segment_days: 7,
    daily_files: false,
};

fn open_with(folders: &Folders, options: Options) -> Archive {
    folders::prepare(&folders.data).unwrap();
    Archive::open(folders, options, Reports::default()).unwrap()
}

fn open(folders: &Folders) -> Archive {
    open_with(folders, SMALL)
}

fn insert(archive: &mut Archive, records: Vec<Record>) -> usize {
    insert_checked(archive, records, Check::Recent)
}

fn insert_checked(archive: &mut Archive, records: Vec<Record>, check: Check) -> usize {
    let batch: Vec<Prepared> = records.into_iter().map(prepared).collect();
    archive.insert(batch.iter().collect(), check).unwrap()
}

fn some(numbers: std::ops::RangeInclusive<u64>) -> Vec<Record> {
    numbers.map(|number| record(number, "ls")).collect()
}

fn read(path: &Path) -> Connection {
    Connection::open(path).unwrap()
}

fn column(path: &Path, sql: &str) -> Vec<i64> {
    let connection = read(path);
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// The numbers in each segment.
fn seqs(folders: &Folders) -> Vec<(u32, Vec<i64>)> {
    let numbers = folders.segments().unwrap();
    let of = |number| {
        column(
            &folders.segment(number),
            "SELECT seq FROM event ORDER BY seq",
        )
    };
    numbers
        .into_iter()
        .map(|number| (number, of(number)))
        .collect()
}

/// All that follows from the segments, as text.
fn derived(folders: &Folders) -> Vec<String> {
    let connection = read(&folders.main());
    let mut lines = Vec::new();
    for table in ["meta", "segment", "finding", "session", "hook", "rule"] {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|place| format!("{:?}", row.get_ref(place).unwrap()));
            lines.push(format!(
                "{table}: {}",
                values.collect::<Vec<_>>().join(", ")
            ));
        }
    }
    lines.sort_unstable();
    lines
}

#[test]
fn a_key_is_stored_once_and_leaves_no_gap() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    let twice = vec![record(1, "a"), record(1, "a"), record(2, "b")];
    assert_eq!(insert(&mut archive, twice), 2);
    let more = vec![denied(2, "b", &["r"]), denied(3, "c", &["r", "s"])];
    assert_eq!(insert(&mut archive, more), 1);
    // What was sent just before a restart is known after it.
    drop(archive);
    let mut archive = open(&folders);
    assert_eq!(insert(&mut archive, some(2..=4)), 1);
    archive.commit().unwrap();
    assert_eq!(seqs(&folders), [(1, vec![1, 2, 3, 4])]);
    assert_eq!(column(&folders.main(), "SELECT event FROM finding"), [3, 3]);
}

#[test]
fn what_lay_in_a_file_is_looked_for_everywhere() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    insert(&mut archive, some(1..=25));
    archive.recent = Recent::default();
    let again = (3..=27).rev().map(|number| record(number, "ls")).collect();
    assert_eq!(insert_checked(&mut archive, again, Check::Stored), 2);
    assert_eq!(archive.last_seq(), 27);
}

#[test]
fn every_file_is_private() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    insert(&mut archive, some(1..=25));
    archive.commit().unwrap();
    let mut seen = 0;
    for folder in [&folders.data, &folders.events()] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let metadata = entry.metadata().unwrap();
            let expected = if metadata.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(metadata.mode() & 0o7777, expected, "{entry:?}");
            seen += 1;
        }
    }
    assert!(seen >= 9, "{seen}");
}

#[test]
fn a_record_made_anew_has_a_higher_epoch() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let first = open(&folders).identity();
    assert_eq!(first.epoch, 1);
    assert_eq!(open(&folders).identity(), first);
    for epoch in 2..4 {
        std::fs::remove_file(folders.main()).unwrap();
        let again = open(&folders).identity();
        assert_eq!(again, Identity { epoch, ..first });
    }
    // Garbage beside it is repaired from the database.
    std::fs::write(folders.identity(), "\0").unwrap();
    assert_eq!(open(&folders).identity().epoch, 3);
    std::fs::remove_file(folders.main()).unwrap();
    assert_eq!(open(&folders).identity(), Identity { epoch: 4, ..first });
}

#[test]
fn segments_follow_each_other_without_a_gap() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    insert(&mut archive, some(1..=13));
    // Reopened in the middle of a segment, it goes on there.
    drop(archive);
    let mut archive = open(&folders);
    for numbers in [14..=14, 15..=31] {
        insert(&mut archive, some(numbers));
    }
    archive.commit().unwrap();
    let expected: [(u32, Vec<i64>); 4] = [
        (1, (1..=10).collect()),
        (2, (11..=20).collect()),
        (3, (21..=30).collect()),
        (4, vec![31]),
    ];
    assert_eq!(seqs(&folders), expected);
    let sealed = column(&folders.main(), "SELECT sealed > 0 FROM segment");
    assert_eq!(sealed, [1, 1, 1, 0]);
    // The chain goes from one to the next.
    let mut before = chain::START.to_vec();
    for number in 1..=4 {
        let segment = read(&folders.segment(number));
        let begun: Vec<u8> = segment
            .query_row("SELECT value FROM meta WHERE name = 'before'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(begun, before, "segment {number}");
        let last = "SELECT head FROM seal ORDER BY id DESC LIMIT 1";
        before = segment.query_row(last, [], |row| row.get(0)).unwrap();
    }
    assert_eq!(archive.catalog.head().to_vec(), before);
}

#[test]
fn a_segment_does_not_last_longer_than_its_days() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    insert(&mut archive, some(1..=2));
    let after = |days| Timestamp(now().0 + days * MICROS_PER_DAY);
    assert!(!archive.is_full(after(6)));
    assert!(archive.is_full(after(7)));
    assert_eq!(archive.expire(after(7)).unwrap(), Expired::default());
    insert(&mut archive, some(3..=3));
    assert_eq!(seqs(&folders), [(1, vec![1, 2]), (2, vec![3])]);
    archive.options.retention_days = 2;
    assert!(archive.is_full(after(2)));
}

#[test]
fn what_the_main_database_missed_is_replayed() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    let mut first = some(1..=15);
    first.push(denied(16, "rm", &["r", "s"]));
    insert(&mut archive, first);
    archive.commit().unwrap();
    drop(archive);
    let copy = std::fs::read(folders.main()).unwrap();
    let mut archive = open(&folders);
    let mut codex = record(17, "ls");
    codex.event.agent = Some(AgentKind::Codex);
    let mut more = vec![codex, denied(18, "rm", &["r"])];
    more.extend(some(19..=24));
    insert(&mut archive, more);
    // As if the process was stopped between the two commits.
    drop(archive);
    std::fs::write(folders.main(), copy).unwrap();
    let archive = open(&folders);
    assert_eq!((archive.last_seq(), archive.catalog.applied()), (24, 24));
    drop(archive);
    let replayed = derived(&folders);
    // The same as if all of it was counted anew.
    std::fs::remove_file(folders.main()).unwrap();
    drop(open(&folders));
    let sealed = |lines: Vec<String>| -> Vec<String> {
        let lines = lines.into_iter();
        lines.filter(|line| !line.starts_with("segment")).collect()
    };
    assert_eq!(sealed(derived(&folders)), sealed(replayed));
    let counted = column(&folders.main(), "SELECT sum(events) FROM session");
    assert_eq!(counted, [24]);
}

#[test]
fn numbers_that_a_power_cut_took_are_not_used_again() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    insert(&mut archive, some(1..=3));
    archive.commit().unwrap();
    drop(archive);
    let copy = std::fs::read(folders.segment(1)).unwrap();
    let mut archive = open(&folders);
    insert(&mut archive, some(4..=8));
    archive.commit().unwrap();
    drop(archive);
    std::fs::write(folders.segment(1), copy).unwrap();
    search::remove(&folders, 1).unwrap();
    let mut archive = open(&folders);
    insert(&mut archive, some(9..=10));
    assert_eq!(seqs(&folders), [(1, vec![1, 2, 3, 9, 10])]);
}

#[test]
fn whole_segments_expire_with_what_is_said_of_them() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    let all = (1..=25).map(|number| denied(number, "x", &["r", "s"]));
    insert(&mut archive, all.collect());
    let after = |number: u64| Timestamp(record(number, "").event.at.0 + 30 * MICROS_PER_DAY);
    let expire_all = |archive: &mut Archive, at| {
        let mut events = 0;
        loop {
            let expired = archive.expire(at).unwrap();
            events += expired.events;
            if !expired.more {
                return events;
            }
        }
    };
    // The last of the first ten is not too old yet.
    assert_eq!(expire_all(&mut archive, after(10)), 0);
    assert_eq!(expire_all(&mut archive, after(12)), 10);
    assert_eq!(expire_all(&mut archive, after(12)), 0);
    let kept = [(2, (11..=20).collect()), (3, (21..=25).collect())];
    assert_eq!(seqs(&folders), kept);
    assert!(!connection::is_there(&folders.search(1)));
    let findings = column(&folders.main(), "SELECT event FROM finding");
    assert_eq!((findings.len(), findings.iter().min()), (30, Some(&11)));
    let pruned = "SELECT value FROM meta WHERE name = 'pruned'";
    assert_eq!(column(&folders.main(), pruned), [10]);
    // All of it, also what was being written to.
    assert_eq!(expire_all(&mut archive, Timestamp(i64::MAX)), 15);
    assert_eq!(seqs(&folders), []);
    for table in ["finding", "session", "segment"] {
        let sql = format!("SELECT count(*) FROM {table}");
        assert_eq!(column(&folders.main(), &sql), [0], "{table}");
    }
    drop(archive);
    let mut archive = open(&folders);
    insert(&mut archive, some(26..=26));
    assert_eq!(seqs(&folders), [(1, vec![26])]);
}

#[test]
fn a_deletion_that_was_stopped_is_finished() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    insert(&mut archive, some(1..=12));
    archive.commit().unwrap();
    archive.catalog.prune(1).unwrap();
    drop(archive);
    let mut archive = open(&folders);
    insert(&mut archive, some(13..=13));
    assert_eq!(seqs(&folders), [(2, vec![11, 12, 13])]);
}

/// The same event as an agent wrote it down.
fn told(number: u64) -> Record {
    let mut told = record(number, &number.to_string());
    told.event.source = Source::Transcript;
    told
}

#[test]
fn what_agents_wrote_down_is_stored_once_however_late_it_comes_again() {
    let root = tempfile::tempdir().unwrap();
    let few = Options {
        segment_events: 20_000,
        ..Options::default()
    };
    let many = u64::try_from(keys::RECENT).unwrap() + 10_000;
    {
        let mut archive = open_with(&folders(root.path()), few);
        for first in (0..many).step_by(5000) {
            let batch: Vec<_> = (first..(first + 5000).min(many))
                .map(|number| prepared(told(number)))
                .collect();
            let new = archive.insert(batch.iter().collect(), Check::Recent);
            assert_eq!(new.unwrap(), batch.len());
        }
    }
    let mut archive = open_with(&folders(root.path()), few);
    let again: Vec<_> = [0, 1, 25_000, many, many - 1]
        .map(|number| prepared(told(number)))
        .into();
    let new = archive.insert(again.iter().collect(), Check::Recent);
    assert_eq!(new.unwrap(), 1);
    archive.commit().unwrap();

    let reader = crate::Reader::open(&folders(root.path())).unwrap().unwrap();
    let name = |number| {
        let event = told(number).event;
        (event.key, event.at)
    };
    let at_once = crate::EventFilter {
        at_once: true,
        ..crate::EventFilter::default()
    };
    assert_eq!(reader.rows(&at_once).unwrap(), []);
    let wanted = [name(1), name(many), name(many + 1)];
    let found = reader.told(&wanted).unwrap();
    let session = |number| told(number).event.session;
    let expected = [1, many].map(|number| (name(number).0, session(number)));
    assert_eq!(found, expected.into());
    assert!(session(1).is_some());
    assert!(reader.told(&[]).unwrap().is_empty());
}
