//! What is damaged or refuses to be written.

use super::*;

#[test]
fn a_failed_batch_leaves_nothing_and_the_next_one_works() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    insert(&mut archive, some(1..=1));
    let other = read(&folders.segment(1));
    other
        .execute_batch("ALTER TABLE seal RENAME TO away")
        .unwrap();
    let batch: Vec<Prepared> = some(2..=3).into_iter().map(prepared).collect();
    let failed = archive.insert(batch.iter().collect(), Check::Recent);
    assert!(failed.is_err());
    assert_eq!(seqs(&folders), [(1, vec![1])]);
    other
        .execute_batch("ALTER TABLE away RENAME TO seal")
        .unwrap();
    let done = archive.insert(batch.iter().collect(), Check::Recent);
    assert_eq!(done.unwrap(), 2);
    assert_eq!(seqs(&folders), [(1, vec![1, 2, 3])]);
    let links = column(&folders.segment(1), "SELECT last FROM seal");
    assert_eq!(links, [1, 3]);
}

#[test]
fn a_main_database_that_refuses_stops_nothing_for_good() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut archive = open(&folders);
    let other = read(&folders.main());
    other
        .execute_batch("ALTER TABLE finding RENAME TO away")
        .unwrap();
    let batch = [prepared(denied(1, "x", &["r"]))];
    for _ in 0..2 {
        let failed = archive.insert(batch.iter().collect(), Check::Recent);
        assert!(failed.is_err());
    }
    other
        .execute_batch("ALTER TABLE away RENAME TO finding")
        .unwrap();
    let done = archive.insert(batch.iter().collect(), Check::Recent);
    assert_eq!(done.unwrap(), 0);
    assert_eq!(column(&folders.main(), "SELECT event FROM finding"), [1]);
    assert_eq!(seqs(&folders), [(1, vec![1])]);
}

#[test]
fn a_damaged_segment_is_left_alone_and_a_new_one_begins() {
    let garbage = "this is no database, ".repeat(500);
    for (last, newest) in [(4, 1), (11, 2)] {
        let root = tempfile::tempdir().unwrap();
        let folders = folders(root.path());
        let mut archive = open(&folders);
        insert(&mut archive, some(1..=last));
        archive.commit().unwrap();
        drop(archive);
        std::fs::write(folders.segment(newest), &garbage).unwrap();
        for number in 101..=102 {
            let mut archive = open(&folders);
            assert_eq!(insert(&mut archive, some(number..=number)), 1);
            archive.commit().unwrap();
        }
        let kept = std::fs::read_to_string(folders.segment(newest)).unwrap();
        assert_eq!(kept, garbage);
        let numbers = column(&folders.segment(newest + 1), "SELECT seq FROM event");
        let last = i64::try_from(last).unwrap();
        assert_eq!(numbers, [last + GAP + 1, last + GAP + 2]);
    }
}

#[test]
fn damage_is_told() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    insert(&mut open(&folders), some(1..=1));
    std::fs::write(folders.segment(1), "garbage").unwrap();
    let reports = Reports::default();
    let archive = Archive::open(&folders, SMALL, reports.clone()).unwrap();
    let said = reports.segments.trouble().unwrap().what;
    assert!(said.contains("seg-00001.db` is damaged"), "{said}");
    drop(archive);
}

#[test]
fn a_segment_of_somebody_else_is_not_written_to() {
    let root = tempfile::tempdir().unwrap();
    let (ours, theirs) = (folders(root.path()), folders(&root.path().join("other")));
    for folders in [&ours, &theirs] {
        let mut archive = open(folders);
        insert(&mut archive, some(1..=2));
        archive.commit().unwrap();
    }
    std::fs::copy(theirs.segment(1), ours.segment(1)).unwrap();
    let mut archive = open(&ours);
    insert(&mut archive, some(3..=3));
    assert_eq!(seqs(&ours), [(1, vec![1, 2]), (2, vec![GAP + 3])]);
}
