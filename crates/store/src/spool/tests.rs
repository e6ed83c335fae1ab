use super::*;
use crate::samples::{denied, folders, record};
use std::os::unix::fs::MetadataExt;

#[test]
fn a_record_lies_whole_and_private() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let record = denied(1, "cat id_rsa", &["a", "b"]);
    let path = put(&folders, &record).unwrap();
    let metadata = std::fs::metadata(&path).unwrap();
    assert_eq!(metadata.mode() & 0o7777, 0o600);
    assert_eq!(
        std::fs::metadata(&folders.spool).unwrap().mode() & 0o7777,
        0o700
    );
    let text = std::fs::read(&path).unwrap();
    assert_eq!(serde_json::from_slice::<Record>(&text).unwrap(), record);
    assert_eq!(waiting(&folders.spool).unwrap(), [path]);
}

#[test]
fn falls_back_to_overflow() {
    let root = tempfile::tempdir().unwrap();
    let mut folders = folders(root.path());
    std::fs::create_dir(&folders.data).unwrap();
    std::fs::write(&folders.spool, "not a folder").unwrap();
    let path = put(&folders, &record(1, "ls")).unwrap();
    assert!(path.starts_with(folders.overflow.as_ref().unwrap()));
    folders.overflow = None;
    let error = put(&folders, &record(1, "ls")).unwrap_err();
    assert!(matches!(error, SpoolError::Write { .. }), "{error}");
}

#[test]
fn a_full_folder_says_so_until_it_is_emptied() {
    let root = tempfile::tempdir().unwrap();
    let folder = folders(root.path()).spool;
    // The command stands in a record twice, so this one takes more than ten blocks.
    let put = |record: Record| {
        let key = record.event.key;
        put_in(&folder, 20, key, &crate::record::line(record).unwrap())
    };
    put(record(1, &"x".repeat(6 * 4096))).unwrap();
    put(record(2, "ls")).unwrap();
    let error = (3..)
        .find_map(|number| put(record(number, "ls")).err())
        .unwrap();
    assert!(error.to_string().contains("start the daemon"), "{error}");
    let paths = waiting(&folder).unwrap();
    assert_eq!(paths.len(), 8);
    recount(&folder).unwrap();
    assert!(put(record(99, "ls")).is_err());
    std::fs::remove_file(&paths[0]).unwrap();
    recount(&folder).unwrap();
    put(record(99, "ls")).unwrap();
}

#[test]
fn only_old_halves_are_removed() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let whole = put(&folders, &record(1, "ls")).unwrap();
    let half = folders.spool.join(".half");
    std::fs::write(&half, "{").unwrap();
    let now = SystemTime::now();
    remove_abandoned(&folders.spool, now).unwrap();
    assert!(half.exists());
    remove_abandoned(&folders.spool, now + ABANDONED * 2).unwrap();
    assert!(!half.exists() && whole.exists());
}
