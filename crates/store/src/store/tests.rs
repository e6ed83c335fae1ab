use super::*;
use crate::samples::{denied, folders, record};
use crate::{EventFilter, EventId, spool};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

mod disk;
mod kill;
mod roundtrip;

fn open(root: &Path) -> Store {
    Store::open(folders(root), Options::default()).unwrap()
}

/// The commands of all stored events, in order; read without the store.
fn commands(root: &Path) -> Vec<String> {
    let reader = Reader::open(&folders(root)).unwrap().unwrap();
    let events = reader.events(&EventFilter::default()).unwrap();
    events
        .iter()
        .map(|one| crate::summary(&one.event))
        .collect()
}

fn numbered(numbers: std::ops::RangeInclusive<u64>) -> Vec<String> {
    numbers.map(|number| number.to_string()).collect()
}

fn append(store: &Store, numbers: std::ops::RangeInclusive<u64>) -> BTreeSet<Kept> {
    numbers
        .map(|number| store.append(record(number, &number.to_string())).unwrap())
        .collect()
}

fn journals(root: &Path) -> usize {
    journal::left_over(&folders(root).spool).unwrap().0.len()
}

/// Waits for something that another thread or process does, but not for ever.
fn eventually(mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "it did not happen in time");
        std::thread::yield_now();
    }
}

#[test]
fn what_was_appended_is_there_after_closing() {
    let root = tempfile::tempdir().unwrap();
    let store = open(root.path());
    assert_eq!(append(&store, 1..=100), BTreeSet::from([Kept::Journal]));
    store.append(denied(101, "101", &["r"])).unwrap();
    store.flush().unwrap();
    let health = store.health();
    assert_eq!(
        health,
        Health {
            committed: 101,
            retention_days: 90,
            journal_bytes: health.journal_bytes,
            expired_at: health.expired_at,
            ..Health::default()
        }
    );
    store.close().unwrap();
    assert_eq!(commands(root.path()), numbered(1..=101));
    assert_eq!(journals(root.path()), 0);
}

#[test]
fn dropping_drains_too() {
    let root = tempfile::tempdir().unwrap();
    append(&open(root.path()), 1..=50);
    append(&open(root.path()), 40..=60);
    assert_eq!(commands(root.path()), numbered(1..=60));
}

#[test]
fn many_threads_append_and_nothing_is_lost() {
    let root = tempfile::tempdir().unwrap();
    let store = open(root.path());
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let store = &store;
            scope.spawn(move || append(store, thread * 500 + 1..=thread * 500 + 500));
        }
    });
    store.close().unwrap();
    let stored: BTreeSet<String> = commands(root.path()).into_iter().collect();
    assert_eq!(stored, numbered(1..=2000).into_iter().collect());
}

#[test]
fn many_at_once_are_kept_whatever_there_is_room_for() {
    let root = tempfile::tempdir().unwrap();
    let options = Options {
        queue: 50,
        batch: 10,
        ..Options::default()
    };
    let store = Store::open(folders(root.path()), options).unwrap();
    for first in [1_u64, 101, 201] {
        let records = (first..first + 100).map(|number| record(number, &number.to_string()));
        assert_eq!(store.append_all(records.collect()).unwrap(), Kept::Journal);
    }
    assert_eq!(store.append_all(Vec::new()).unwrap(), Kept::Journal);
    store.close().unwrap();
    let mut stored = commands(root.path());
    stored.sort_unstable_by_key(|text| text.parse::<u64>().unwrap());
    assert_eq!(stored, numbered(1..=300));
    assert_eq!(journals(root.path()), 0);
}

#[test]
fn two_daemons_never_write_to_the_same_place() {
    let root = tempfile::tempdir().unwrap();
    let store = open(root.path());
    let error = Store::open(folders(root.path()), Options::default())
        .err()
        .unwrap();
    let process = std::process::id().to_string();
    assert!(
        error.to_string().contains(&format!("(process {process})")),
        "{error}"
    );
    drop(store);
    open(root.path());
}

#[test]
fn a_link_in_place_of_a_folder_is_refused() {
    for place in ["data", "data/spool"] {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("elsewhere")).unwrap();
        std::fs::create_dir_all(root.path().join(place).parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(root.path().join("elsewhere"), root.path().join(place)).unwrap();
        let error = Store::open(folders(root.path()), Options::default())
            .err()
            .unwrap();
        assert!(error.to_string().contains("symbolic link"), "{error}");
    }
}

#[test]
fn spooled_events_arrive_once_from_every_folder() {
    let root = tempfile::tempdir().unwrap();
    let place = folders(root.path());
    let elsewhere = Folders {
        spool: place.overflow.clone().unwrap(),
        ..place.clone()
    };
    spool::put(&place, &record(1, "1")).unwrap();
    spool::put(&elsewhere, &record(2, "2")).unwrap();
    let store = open(root.path());
    store.flush().unwrap();
    assert_eq!(commands(root.path()), numbered(1..=2));
    for number in 1..=4 {
        spool::put(&place, &record(number, &number.to_string())).unwrap();
        spool::put(&elsewhere, &record(number, &number.to_string())).unwrap();
    }
    std::fs::write(place.spool.join("x.json"), "garbage").unwrap();
    assert_eq!(store.take_spool().unwrap().count(), 2);
    assert_eq!(store.take_spool().unwrap().count(), 0);
    assert_eq!(store.health().bad_files, 1);
    assert_eq!(commands(root.path()), numbered(1..=4));
}

#[test]
fn clients_spool_while_the_daemon_takes_in() {
    let root = tempfile::tempdir().unwrap();
    let store = open(root.path());
    let mut taken = 0;
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..2_u64)
            .map(|client| {
                let place = folders(root.path());
                scope.spawn(move || {
                    for number in client * 200 + 1..=client * 200 + 200 {
                        spool::put(&place, &record(number, &number.to_string())).unwrap();
                    }
                })
            })
            .collect();
        while !clients
            .iter()
            .all(std::thread::ScopedJoinHandle::is_finished)
        {
            taken += store.take_spool().unwrap().count();
        }
    });
    taken += store.take_spool().unwrap().count();
    // The first look may have been the writer's own, at its start.
    assert!(taken <= 400);
    assert_eq!(store.health().last_error, None);
    let stored: BTreeSet<String> = commands(root.path()).into_iter().collect();
    assert_eq!(stored, numbered(1..=400).into_iter().collect());
    assert_eq!(commands(root.path()).len(), 400);
}

#[test]
fn a_full_queue_is_read_from_the_journal_later() {
    let root = tempfile::tempdir().unwrap();
    let options = Options {
        queue: 3,
        batch: 2,
        journal_bytes: 4096,
        ..Options::default()
    };
    let store = Store::open(folders(root.path()), options).unwrap();
    assert_eq!(append(&store, 1..=500), BTreeSet::from([Kept::Journal]));
    store.flush().unwrap();
    let stored: BTreeSet<String> = commands(root.path()).into_iter().collect();
    assert_eq!(stored, numbered(1..=500).into_iter().collect());
    assert_eq!((store.health().queued, store.health().dropped), (0, 0));
    store.close().unwrap();
    assert_eq!(journals(root.path()), 0);
}

#[test]
fn old_events_expire_at_the_given_moment() {
    let root = tempfile::tempdir().unwrap();
    // A century: whatever the machine's own clock says, nothing expires by itself.
    let days = 36_500;
    let options = Options {
        retention_days: days,
        segment_events: 500,
        ..Options::default()
    };
    let store = Store::open(folders(root.path()), options).unwrap();
    // One event a second.
    append(&store, 1..=2500);
    store.flush().unwrap();
    let after =
        |number: u64| Timestamp(record(number, "").event.at.0 + i64::from(days) * 86_400_000_000);
    assert_eq!(store.expire(after(1)).unwrap(), 0);
    // Only segments that are too old as a whole go.
    assert_eq!(store.expire(after(2498)).unwrap(), 2000);
    assert_eq!(commands(root.path()), numbered(2001..=2500));
    assert_eq!(store.health().expired, 2000);
    drop(store);

    let for_ever = Options {
        retention_days: 0,
        ..Options::default()
    };
    let store = Store::open(folders(root.path()), for_ever).unwrap();
    assert_eq!(store.expire(Timestamp(i64::MAX)).unwrap(), 0);
    assert_eq!(commands(root.path()).len(), 500);
}

#[test]
fn the_writer_expires_by_itself() {
    let root = tempfile::tempdir().unwrap();
    let options = Options {
        segment_events: 1,
        ..Options::default()
    };
    let open = || Store::open(folders(root.path()), options).unwrap();
    let mut old = record(1, "old");
    old.event.at = Timestamp(0);
    let store = open();
    let mut new = record(2, "new");
    new.event.at = crate::health::now();
    for record in [old, new] {
        store.append(record).unwrap();
    }
    drop(store);
    let store = open();
    eventually(|| store.health().expired == 1);
    assert_eq!(commands(root.path()), ["new"]);
}

#[test]
fn numbers_and_epoch_go_on_over_restarts() {
    let root = tempfile::tempdir().unwrap();
    let ids = |numbers| -> Vec<EventId> {
        let store = open(root.path());
        append(&store, numbers);
        store.flush().unwrap();
        let reader = store.reader().unwrap();
        let events = reader.events(&EventFilter::default()).unwrap();
        events.iter().map(|one| one.id).collect()
    };
    let texts = |ids: &[EventId]| -> Vec<String> { ids.iter().map(EventId::to_string).collect() };
    ids(1..=2);
    let before = ids(3..=3);
    assert_eq!(texts(&before), ["1-1", "1-2", "1-3"]);
    std::fs::remove_file(folders(root.path()).main()).unwrap();
    std::fs::remove_dir_all(folders(root.path()).events()).unwrap();
    let after = ids(4..=4);
    assert_eq!(texts(&after), ["2-1"]);
    assert_eq!(after[0].endpoint, before[0].endpoint);
}

#[test]
fn a_closed_store_says_so() {
    let root = tempfile::tempdir().unwrap();
    let store = open(root.path());
    store.queue.close();
    eventually(|| matches!(store.append(record(1, "1")), Err(StoreError::Closed)));
    assert!(matches!(store.flush(), Err(StoreError::Closed)));
}

#[test]
fn words_that_have_just_come_are_found_whoever_asks() {
    let root = tempfile::tempdir().unwrap();
    let store = open(root.path());
    for hundred in 0..30 {
        let numbers = hundred * 100 + 1..=hundred * 100 + 100;
        let records = numbers.map(|number| record(number, &format!("echo odd{}", number % 7)));
        store.append_all(records.collect()).unwrap();
        store.flush().unwrap();
        let inside = store.reader().unwrap();
        let outside = Reader::open(&folders(root.path())).unwrap().unwrap();
        for (text, newest_first, after_seq) in [
            ("odd3", true, None),
            ("ODD3 ech", false, Some(150)),
            ("nowhere", true, None),
        ] {
            let filter = EventFilter {
                text: Some(text.to_owned()),
                limit: Some(20),
                kind: (text == "odd3").then(|| "tool_call".to_owned()),
                newest_first,
                after_seq,
                ..EventFilter::default()
            };
            let found = inside.rows(&filter).unwrap();
            assert_eq!(found, outside.rows(&filter).unwrap(), "{text} {hundred}");
            let is_there = text != "nowhere" && after_seq.is_none_or(|_| hundred > 0);
            assert_eq!(!found.is_empty(), is_there, "{text} {hundred}");
        }
    }
}
