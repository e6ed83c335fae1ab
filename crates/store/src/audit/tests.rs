use super::*;
use crate::samples::{denied, folders, record};
use crate::{Options, Store};
use std::path::Path;

struct Place {
    _root: tempfile::TempDir,
    folders: Folders,
}

/// Twelve events in batches of two, in segments of four.
fn place() -> Place {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let options = Options {
        segment_events: 4,
        ..Options::default()
    };
    let store = Store::open(folders.clone(), options).unwrap();
    for number in (1..=12).step_by(2) {
        let two = vec![
            record(number, "ls"),
            denied(number + 1, "cat id_rsa", &["rule"]),
        ];
        store.append_all(two).unwrap();
        store.flush().unwrap();
    }
    store.close().unwrap();
    Place {
        _root: root,
        folders,
    }
}

fn change(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(sql).unwrap();
}

fn report(place: &Place) -> Report {
    verify(&place.folders, None, |_, _| {}).unwrap()
}

/// The problems as `first-last what`.
fn problems(place: &Place) -> Vec<String> {
    let problems = report(place).problems;
    problems
        .iter()
        .map(|one| format!("{}-{} {}", one.first, one.last, one.what))
        .collect()
}

#[test]
fn what_was_not_touched_is_whole() {
    let place = place();
    let mut told = Vec::new();
    let report = verify(&place.folders, None, |done, all| told.push((done, all))).unwrap();
    let head = head(&place.folders).unwrap().unwrap();
    assert_eq!((head.seq, head.head.len()), (12, 64));
    assert_eq!(
        report,
        Report {
            events: 12,
            batches: 6,
            segments: 3,
            last_seq: 12,
            head: head.head,
            problems: Vec::new(),
        }
    );
    assert_eq!(told.last(), Some(&(12, 12)));
}

#[test]
fn nothing_is_whole_too() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    assert_eq!(head(&folders).unwrap(), None);
    let report = verify(&folders, None, |_, _| {}).unwrap();
    assert_eq!((report.events, report.problems), (0, Vec::new()));
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of changes")]
fn every_change_is_found_and_named() {
    let changed = "5-6 changed";
    let cases = [
        ("UPDATE event SET at = at + 1 WHERE seq = 5", vec![changed]),
        (
            "UPDATE event SET key = zeroblob(16) WHERE seq = 5",
            vec![changed],
        ),
        ("UPDATE event SET kind = 3 WHERE seq = 5", vec![changed]),
        ("UPDATE event SET source = 2 WHERE seq = 5", vec![changed]),
        ("UPDATE event SET agent = 2 WHERE seq = 5", vec![changed]),
        ("UPDATE event SET does = 2 WHERE seq = 5", vec![changed]),
        ("UPDATE event SET verdict = 0 WHERE seq = 6", vec![changed]),
        ("UPDATE event SET severity = 1 WHERE seq = 6", vec![changed]),
        ("UPDATE event SET session = 0 WHERE seq = 6", vec![changed]),
        ("UPDATE event SET subject = 1 WHERE seq = 6", vec![changed]),
        (
            "UPDATE event SET body = substr(body, 1, 9) WHERE seq = 6",
            vec![changed],
        ),
        (
            "UPDATE str SET val = 'another' WHERE id = (SELECT session FROM event WHERE seq = 6)",
            vec![changed],
        ),
        (
            "DELETE FROM str WHERE id = (SELECT session FROM event WHERE seq = 6)",
            vec![changed],
        ),
        (
            "UPDATE event SET body = x'00' WHERE seq IN (5, 7)",
            vec!["5-8 changed"],
        ),
        (
            "DELETE FROM event WHERE seq = 5",
            vec!["5-6 1 of 2 events are there"],
        ),
        ("DELETE FROM event", vec!["5-8 0 of 2 events are there"]),
        (
            "UPDATE event SET seq = 100 WHERE seq = 6",
            vec![
                "5-6 1 of 2 events are there",
                "100-100 1 events that are in no batch",
            ],
        ),
        (
            "UPDATE seal SET at = at + 1 WHERE first = 5",
            vec!["5-6 the chain is broken"],
        ),
        (
            "UPDATE seal SET root = zeroblob(32) WHERE first = 5",
            vec!["5-6 changed", "5-6 the chain is broken"],
        ),
        (
            "UPDATE seal SET head = zeroblob(32) WHERE first = 5",
            vec!["5-8 the chain is broken"],
        ),
        (
            "DELETE FROM seal WHERE first = 5; DELETE FROM event WHERE seq < 7",
            vec!["5-6 missing before segment 2", "7-8 the chain is broken"],
        ),
        (
            "DELETE FROM seal WHERE first = 5",
            vec![
                "5-6 missing before segment 2",
                "5-6 2 events that are in no batch",
                "7-8 the chain is broken",
            ],
        ),
        (
            "UPDATE meta SET value = zeroblob(32) WHERE name = 'before'",
            vec![
                "5-5 segment 2 does not go on where the one before ended",
                "5-6 the chain is broken",
            ],
        ),
    ];
    for (sql, expected) in cases {
        let place = place();
        change(&place.folders.segment(2), sql);
        assert_eq!(problems(&place), expected, "{sql}");
    }
}

#[test]
fn a_cut_tail_is_found() {
    let place = place();
    let cut = "DELETE FROM event WHERE seq > 10; DELETE FROM seal WHERE first > 10";
    change(&place.folders.segment(3), cut);
    assert_eq!(problems(&place), ["11-12 missing at the end"]);

    let place = self::place();
    std::fs::remove_file(place.folders.segment(3)).unwrap();
    let missing = "9-9 segment 3 is missing or cannot be read";
    assert_eq!(problems(&place), [missing, "9-12 missing at the end"]);
    change(
        &place.folders.main(),
        "DELETE FROM segment WHERE number = 3",
    );
    assert_eq!(problems(&place), ["9-12 missing at the end"]);
}

#[test]
fn another_head_in_the_main_database_is_found() {
    let place = place();
    change(
        &place.folders.main(),
        "UPDATE meta SET value = zeroblob(32) WHERE name = 'head'",
    );
    assert_eq!(
        problems(&place),
        ["11-12 the main database tells another head of the chain"]
    );
    let place = self::place();
    change(
        &place.folders.main(),
        "UPDATE meta SET value = 11 WHERE name = 'applied'",
    );
    let told = "11-11 no batch ends where the main database says that one does";
    assert_eq!(problems(&place), [told]);
}

#[test]
fn a_segment_made_anew_does_not_fit() {
    let (place, other) = (place(), self::place());
    std::fs::copy(other.folders.segment(2), place.folders.segment(2)).unwrap();
    assert_eq!(
        problems(&place),
        [
            "5-5 segment 2 does not go on where the one before ended",
            "9-9 segment 3 does not go on where the one before ended",
        ]
    );
}

#[test]
fn garbage_is_a_problem_and_no_error() {
    let place = place();
    std::fs::write(place.folders.segment(2), "no database".repeat(1000)).unwrap();
    assert_eq!(
        problems(&place),
        [
            "5-5 segment 2 is missing or cannot be read",
            "5-8 missing before segment 3",
            "9-9 segment 3 does not go on where the one before ended",
        ]
    );
    let place = self::place();
    let mut bytes = std::fs::read(place.folders.segment(2)).unwrap();
    for byte in bytes.iter_mut().skip(8192) {
        *byte ^= 0x55;
    }
    std::fs::write(place.folders.segment(2), bytes).unwrap();
    assert!(!problems(&place).is_empty());
}

#[test]
fn what_expired_is_not_missing() {
    // In days: the store itself never finds anything so old.
    let century = 36_500;
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let options = Options {
        segment_events: 4,
        retention_days: century,
        ..Options::default()
    };
    let store = Store::open(folders.clone(), options).unwrap();
    store
        .append_all((1..=12).map(|number| record(number, "ls")).collect())
        .unwrap();
    store.flush().unwrap();
    let day = 86_400_000_000;
    let fifth = record(5, "").event.at.0;
    let now = ringfence_event::Timestamp(fifth + i64::from(century) * day);
    assert_eq!(store.expire(now).unwrap(), 4);
    let place = Place {
        _root: root,
        folders,
    };
    let report = report(&place);
    assert_eq!((report.events, report.segments), (8, 2));
    assert_eq!(report.problems, []);
    store.close().unwrap();
    std::fs::remove_file(place.folders.segment(2)).unwrap();
    assert_eq!(problems(&place).len(), 3);
}

#[test]
fn it_works_while_the_store_is_written_to() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let options = Options {
        segment_events: 50,
        ..Options::default()
    };
    let store = Store::open(folders.clone(), options).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 1..=1000 {
                store.append(record(number, "ls")).unwrap();
            }
        });
        while !writer.is_finished() {
            assert_eq!(verify(&folders, None, |_, _| {}).unwrap().problems, []);
        }
    });
    store.flush().unwrap();
    assert_eq!(verify(&folders, None, |_, _| {}).unwrap().events, 1000);
}

#[test]
fn a_head_told_earlier_must_still_be_there() {
    let place = place();
    let told = head(&place.folders).unwrap().unwrap();
    let text = told.to_string();
    assert_eq!(text.parse(), Ok(told.clone()));
    for garbage in [
        "",
        "12",
        "12:",
        "x:00",
        &text.get(1..).unwrap().replace(':', ""),
        text.get(..60).unwrap(),
    ] {
        assert_eq!(
            garbage.parse::<Head>().ok().filter(|head| head.seq == 12),
            None
        );
    }
    let found = |told: &Head| {
        let report = verify(&place.folders, Some(told), |_, _| {}).unwrap();
        report
            .problems
            .into_iter()
            .map(|one| one.what)
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&told), Vec::<String>::new());
    let other = Head {
        head: "00".repeat(32),
        ..told.clone()
    };
    assert_eq!(
        found(&other),
        ["changed since the head that was told earlier"]
    );
    let later = Head { seq: 14, ..told };
    assert_eq!(
        found(&later),
        ["the head that was told earlier is none of this chain"]
    );
}

#[test]
fn it_works_while_segments_expire() {
    let century = 36_500;
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let options = Options {
        segment_events: 10,
        retention_days: century,
        ..Options::default()
    };
    let store = Store::open(folders.clone(), options).unwrap();
    let records = (1..=1000).map(|number| record(number, "ls")).collect();
    store.append_all(records).unwrap();
    store.flush().unwrap();
    std::thread::scope(|scope| {
        let expiring = scope.spawn(|| {
            for number in (1..=900).step_by(10) {
                let at = record(number, "").event.at.0;
                let now = at + i64::from(century) * 86_400_000_000;
                store.expire(ringfence_event::Timestamp(now)).unwrap();
            }
        });
        while !expiring.is_finished() {
            let report = verify(&folders, None, |_, _| {}).unwrap();
            assert_eq!(report.problems, []);
        }
    });
    assert_eq!(verify(&folders, None, |_, _| {}).unwrap().events, 110);
}
