use super::*;
use crate::samples::{denied, folders, record};
use std::os::unix::fs::MetadataExt;

fn opened(folders: &Folders) -> Database {
    folders::prepare(&folders.data).unwrap();
    Database::open(folders).unwrap()
}

fn refused(folders: &Folders) -> String {
    Database::open(folders).err().unwrap().to_string()
}

fn insert(database: &mut Database, records: Vec<crate::Record>) -> usize {
    let batch: Vec<Prepared> = records
        .into_iter()
        .map(|record| Prepared::new(record).unwrap())
        .collect();
    database.insert(batch.iter()).unwrap()
}

fn count(database: &Database, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    database
        .connection
        .query_row(&sql, [], |row| row.get(0))
        .unwrap()
}

fn seqs(database: &Database) -> Vec<i64> {
    let mut statement = database
        .connection
        .prepare("SELECT seq FROM event ORDER BY seq")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_key_is_stored_once_and_leaves_no_gap() {
    let root = tempfile::tempdir().unwrap();
    let mut database = opened(&folders(root.path()));
    assert_eq!(
        insert(
            &mut database,
            vec![record(1, "a"), record(1, "a"), record(2, "b")]
        ),
        2
    );
    assert_eq!(
        insert(
            &mut database,
            vec![denied(2, "b", &["r"]), denied(3, "c", &["r", "s"])]
        ),
        1
    );
    assert_eq!(seqs(&database), [1, 2, 3]);
    assert_eq!(count(&database, "finding"), 2);
}

#[test]
fn every_file_is_private() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut database = opened(&folders);
    insert(&mut database, vec![record(1, "a")]);
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(&folders.data).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(
            entry.metadata().unwrap().mode() & 0o7777,
            0o600,
            "{entry:?}"
        );
        seen.push(entry.file_name().into_string().unwrap());
    }
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            "identity.json",
            "ringfence.db",
            "ringfence.db-shm",
            "ringfence.db-wal"
        ]
    );
}

#[test]
fn a_database_made_anew_has_a_higher_epoch() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let first = opened(&folders).identity();
    assert_eq!(first.epoch, 1);
    assert_eq!(opened(&folders).identity(), first);
    for epoch in 2..4 {
        std::fs::remove_file(folders.database()).unwrap();
        let again = opened(&folders).identity();
        assert_eq!(again, Identity { epoch, ..first });
    }
    // Garbage beside it is repaired from the database.
    std::fs::write(folders.identity(), "\0").unwrap();
    assert_eq!(opened(&folders).identity().epoch, 3);
    std::fs::remove_file(folders.database()).unwrap();
    assert_eq!(opened(&folders).identity(), Identity { epoch: 4, ..first });
}

#[test]
fn what_is_not_ours_is_refused_and_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    folders::prepare(&folders.data).unwrap();
    let path = folders.database();

    let garbage = "this is no database, ".repeat(500);
    std::fs::write(&path, &garbage).unwrap();
    assert!(refused(&folders).contains("is not a database"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), garbage);

    std::fs::remove_file(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE cookies (x)").unwrap();
    assert!(refused(&folders).contains("of another program"));
    other.pragma_update(None, "user_version", 99).unwrap();
    assert!(refused(&folders).contains("has format 99"));
    drop(other);

    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(root.path().join("elsewhere.db"), &path).unwrap();
    assert!(refused(&folders).contains("not a regular file"));
    assert!(!root.path().join("elsewhere.db").exists());
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(refused(&folders).contains("not a regular file"));
}

#[test]
fn old_events_go_with_their_findings_and_numbers_are_not_used_again() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let mut database = opened(&folders);
    insert(
        &mut database,
        (1..=10)
            .map(|number| denied(number, "x", &["r", "s"]))
            .collect(),
    );
    let moment = record(8, "").event.at;
    assert_eq!(database.delete_before(moment, 3).unwrap(), 3);
    assert_eq!(
        (seqs(&database), count(&database, "finding")),
        ((4..=10).collect(), 14)
    );
    assert_eq!(database.delete_before(moment, 100).unwrap(), 4);
    assert_eq!(seqs(&database), [8, 9, 10]);
    assert_eq!(database.delete_before(Timestamp(i64::MAX), 100).unwrap(), 3);
    assert_eq!(
        (count(&database, "event"), count(&database, "finding")),
        (0, 0)
    );
    drop(database);
    let mut database = opened(&folders);
    insert(&mut database, vec![record(11, "x")]);
    assert_eq!(seqs(&database), [11]);
}

#[test]
fn an_event_is_never_deleted_before_its_findings() {
    let root = tempfile::tempdir().unwrap();
    let mut database = opened(&folders(root.path()));
    insert(&mut database, vec![denied(1, "x", &["r"])]);
    let error = database
        .connection
        .execute("DELETE FROM event", [])
        .unwrap_err();
    assert!(error.to_string().contains("FOREIGN KEY"), "{error}");
}

#[test]
fn a_failed_batch_leaves_nothing_and_the_next_one_works() {
    let root = tempfile::tempdir().unwrap();
    let mut database = opened(&folders(root.path()));
    insert(&mut database, vec![record(1, "x")]);
    database
        .connection
        .execute_batch("ALTER TABLE finding RENAME TO away")
        .unwrap();
    let batch = [record(2, "x"), denied(3, "x", &["r"])].map(|one| Prepared::new(one).unwrap());
    assert!(database.insert(batch.iter()).is_err());
    assert_eq!(seqs(&database), [1]);
    database
        .connection
        .execute_batch("ALTER TABLE away RENAME TO finding")
        .unwrap();
    assert_eq!(database.insert(batch.iter()).unwrap(), 2);
    assert_eq!(seqs(&database), [1, 2, 3]);
}
