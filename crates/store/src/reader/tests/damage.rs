//! What cannot be read, and what goes away while somebody reads.

use super::*;

/// In days: the store itself never finds anything so old.
const CENTURY: u32 = 36_500;

fn all(reader: &Reader) -> Vec<i64> {
    seqs(reader, &EventFilter::default())
}

fn six(segment_events: u64) -> Place {
    place_in_segments((1..=6).map(|n| record(n, "same")).collect(), segment_events)
}

fn change(path: &std::path::Path, sql: &str) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch(sql).unwrap();
}

#[test]
fn a_reader_refuses_what_the_store_refuses() {
    let place = place(Vec::new());
    let path = place.folders.main();
    drop(place.reader);
    change(&path, "PRAGMA user_version = 99");
    let refused = || Reader::open(&place.folders).err().unwrap().to_string();
    assert!(refused().contains("has format 99"));
    std::fs::write(&path, "no database".repeat(1000)).unwrap();
    assert!(refused().contains("is not a database"));
}

#[test]
fn a_segment_of_a_later_version_is_an_error() {
    let place = six(2);
    change(&place.folders.segment(2), "PRAGMA user_version = 99");
    let error = place.reader.events(&EventFilter::default()).unwrap_err();
    assert!(error.to_string().contains("has format 99"), "{error}");
}

#[test]
fn a_damaged_row_is_named() {
    for body in ["x''", "x'00'", "zeroblob(100)"] {
        let place = six(2);
        let sql = format!("UPDATE event SET body = {body} WHERE seq = 3");
        change(&place.folders.segment(2), &sql);
        let all = EventFilter::default();
        let told = "event 3 in the database cannot be read";
        assert_eq!(place.reader.events(&all).unwrap_err().to_string(), told);
        assert_eq!(place.reader.rows(&all).unwrap_err().to_string(), told);
        assert_eq!(place.reader.event("2").unwrap().unwrap().id.seq, 2);
    }
}

#[test]
fn a_segment_that_cannot_be_read_is_left_out_and_told() {
    for garbage in [true, false] {
        let place = six(2);
        let path = place.folders.segment(2);
        std::fs::remove_file(&path).unwrap();
        if garbage {
            std::fs::write(&path, "no database".repeat(1000)).unwrap();
        }
        assert_eq!(place.reader.problems(), Vec::<String>::new());
        assert_eq!(all(&place.reader), [1, 2, 5, 6]);
        let problems = place.reader.problems();
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("seg-00002.db"), "{problems:?}");
        assert_eq!(place.reader.stats(None, None).unwrap().events, 4);
        assert_eq!(place.reader.last_seq().unwrap(), 6);
    }
}

#[test]
fn pages_of_garbage_do_no_harm() {
    let place = six(6);
    let path = place.folders.segment(1);
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(8192) {
        *byte ^= 0x55;
    }
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(all(&place.reader), Vec::<i64>::new());
    assert_eq!(place.reader.problems().len(), 1);
    assert!(place.reader.stats(None, None).is_ok());
    assert!(place.reader.event("01990000").is_ok());
}

#[test]
fn segments_come_and_go_while_a_reader_is_open() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let options = Options {
        segment_events: 2,
        retention_days: CENTURY,
        ..Options::default()
    };
    let store = Store::open(folders.clone(), options).unwrap();
    store.append(record(1, "same")).unwrap();
    store.flush().unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(all(&reader), [1]);
    for number in 2..=6 {
        store.append(record(number, "same")).unwrap();
    }
    store.flush().unwrap();
    assert_eq!(all(&reader), [1, 2, 3, 4, 5, 6]);
    let newest_first = EventFilter {
        newest_first: true,
        limit: Some(3),
        ..EventFilter::default()
    };
    assert_eq!(seqs(&reader, &newest_first), [6, 5, 4]);
    let century = i64::from(CENTURY) * 86_400_000_000;
    store.expire(Timestamp(at(5).0 + century)).unwrap();
    assert_eq!(all(&reader), [5, 6]);
    assert_eq!(reader.event("3").unwrap(), None);
    assert_eq!(reader.problems(), Vec::<String>::new());
    assert_eq!(reader.size().unwrap().segments, 1);
}

#[test]
fn more_segments_than_stay_open() {
    let place = place_in_segments((1..=60).map(|n| record(n, "same")).collect(), 1);
    for _ in 0..2 {
        assert_eq!(all(&place.reader), (1..=60).collect::<Vec<_>>());
    }
    assert_eq!(place.reader.event("1-2").unwrap().unwrap().id.seq, 2);
}
