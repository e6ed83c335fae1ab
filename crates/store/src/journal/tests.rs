use super::*;

fn names(folder: &Path) -> Vec<String> {
    let (paths, _) = left_over(folder).unwrap();
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(name).collect()
}

fn remove_finished(journal: &mut Journal) -> usize {
    let finished = journal.finished();
    for path in &finished {
        std::fs::remove_file(path).unwrap();
    }
    finished.len()
}

#[test]
fn a_file_goes_when_all_its_lines_are_settled() {
    let root = tempfile::tempdir().unwrap();
    let mut journal = Journal::new(root.path(), 1, 7, 8);
    let numbers: Vec<u64> = (0..5)
        .map(|_| journal.write(b"1234\n", 1).unwrap())
        .collect();
    assert_eq!(numbers, [7, 7, 8, 8, 9]);
    assert_eq!(journal.bytes(), 25);
    assert_eq!(remove_finished(&mut journal), 0);
    for number in [7, 7, 8, 9] {
        journal.settle(number);
    }
    assert_eq!(remove_finished(&mut journal), 1);
    assert_eq!(
        names(root.path()),
        ["journal-1-8.jsonl", "journal-1-9.jsonl"]
    );
    journal.settle(8);
    journal.close();
    assert_eq!(remove_finished(&mut journal), 2);
    assert_eq!((names(root.path()), journal.bytes()), (Vec::new(), 0));
}

#[test]
fn a_file_to_be_read_again_gets_no_more_lines_and_stays() {
    let root = tempfile::tempdir().unwrap();
    let mut journal = Journal::new(root.path(), 2, 1, 1000);
    let number = journal.write(b"a\n", 1).unwrap();
    journal.read_again(number);
    let (again, path) = journal.start_reading_again().unwrap();
    assert_eq!((again, std::fs::read(path).unwrap()), (1, b"a\n".to_vec()));
    assert_eq!(journal.write(b"b\n", 1).unwrap(), 2);
    assert_eq!(remove_finished(&mut journal), 0);
    journal.was_read_again(again);
    assert_eq!(journal.start_reading_again(), None);
    assert_eq!(remove_finished(&mut journal), 1);
}

#[test]
fn an_unusable_folder_is_an_error_each_time() {
    let root = tempfile::tempdir().unwrap();
    let mut journal = Journal::new(&root.path().join("gone"), 1, 1, 1000);
    for _ in 0..3 {
        assert!(journal.write(b"a\n", 1).is_err());
    }
    assert_eq!((journal.bytes(), journal.finished()), (0, Vec::new()));
}

#[test]
fn other_names_are_not_journals() {
    for (name, expected) in [
        ("journal-1-2.jsonl", Some((1, 2))),
        ("journal-1-2.json", None),
        ("journal-1.jsonl", None),
        ("journal--1.jsonl", None),
        ("journal-1-2-3.jsonl", None),
        ("journal-99999999999-1.jsonl", None),
    ] {
        assert_eq!(order(name), expected, "{name}");
    }
}
