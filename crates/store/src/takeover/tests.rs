use super::*;
use crate::samples::{denied, folders, record};
use crate::{EventFilter, Options, Reader, Store};

/// Makes a file of the first format with these records.
fn old_file(folders: &Folders, records: &[Record]) -> Connection {
    crate::folders::prepare(&folders.data).unwrap();
    let old = Connection::open(folders.database()).unwrap();
    old.execute_batch(include_str!("first.sql")).unwrap();
    old.pragma_update(None, "user_version", FORMAT).unwrap();
    old.execute_batch("BEGIN").unwrap();
    for (seq, record) in (5_i64..).zip(records) {
        let detail = serde_json::to_string(&record.event).unwrap();
        old.execute(
            "INSERT INTO event (seq, key, at, source, kind, verdict, summary, detail)
             VALUES (?1, ?2, 0, 'hook', 'other', ?3, '', ?4)",
            params![
                seq,
                record.event.key.0.as_bytes(),
                codes::verdict(record.decision.verdict),
                detail
            ],
        )
        .unwrap();
        for finding in &record.decision.findings {
            let detail = serde_json::to_string(finding).unwrap();
            old.execute(
                "INSERT INTO finding (id, event, at, rule, severity, verdict, title, reason,
                    evidence, detail)
                 VALUES ('', ?1, 0, '', 0, 0, '', '', '', ?2)",
                params![seq, detail],
            )
            .unwrap();
        }
    }
    old.execute_batch("COMMIT").unwrap();
    old
}

fn stored(folders: &Folders) -> Vec<Record> {
    let reader = Reader::open(folders).unwrap().unwrap();
    let events = reader.events(&EventFilter::default()).unwrap();
    let records = events.into_iter().map(|one| Record {
        decision: Decision {
            verdict: one.verdict,
            findings: one.findings,
        },
        event: one.event,
    });
    records.collect()
}

fn records() -> Vec<Record> {
    (1..=2500)
        .map(|number| match number % 100 {
            0 => denied(number, "cat id_rsa", &["r", "s"]),
            _ => record(number, "ls"),
        })
        .collect()
}

#[test]
fn the_old_file_is_taken_over_once() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    drop(old_file(&folders, &records()));
    for _ in 0..2 {
        let store = Store::open(folders.clone(), Options::default()).unwrap();
        assert_eq!(store.health().last_error, None);
        store.close().unwrap();
        assert!(!folders.database().exists());
        assert_eq!(stored(&folders), records());
    }
}

#[test]
fn a_take_over_that_was_stopped_goes_on() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    drop(old_file(&folders, &records()[..1200]));
    Store::open(folders.clone(), Options::default()).unwrap();
    let old = old_file(&folders, &records());
    // What cannot be read is passed over.
    old.execute("UPDATE event SET detail = '{' WHERE seq = 2504", [])
        .unwrap();
    drop(old);
    Store::open(folders.clone(), Options::default()).unwrap();
    assert_eq!(stored(&folders), records()[..2499]);
}

#[test]
fn what_is_no_old_file_is_told_and_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    crate::folders::prepare(&folders.data).unwrap();
    let garbage = "this is no database, ".repeat(500);
    std::fs::write(folders.database(), &garbage).unwrap();
    let store = Store::open(folders.clone(), Options::default()).unwrap();
    let said = store.health().last_error.unwrap();
    assert!(said.contains("is not a database"), "{said}");
    store.append(record(1, "ls")).unwrap();
    store.close().unwrap();
    assert_eq!(stored(&folders), [record(1, "ls")]);
    assert_eq!(
        std::fs::read_to_string(folders.database()).unwrap(),
        garbage
    );
}
