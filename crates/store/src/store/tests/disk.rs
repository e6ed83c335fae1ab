//! A disk that takes nothing is said, survived, and got over.
//!
//! The child has a real limit on the size of every file it writes (`ulimit -f`,
//! in blocks of 512 bytes), so that `write` fails with EFBIG.

use super::kill::{acknowledged, again, child_root};
use super::*;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::process::Command;

/// Runs the child to its end; returns what it acknowledged.
fn run(command: &mut Command) -> BTreeSet<u64> {
    let mut child = command.spawn().unwrap();
    let numbers = acknowledged(&mut child).collect();
    assert!(child.wait().unwrap().success());
    numbers
}

fn limited(blocks: u32) -> String {
    format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"")
}

fn stored(root: &Path) -> BTreeSet<u64> {
    let all = commands(root);
    let distinct: BTreeSet<u64> = all.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(all.len(), distinct.len(), "stored twice");
    distinct
}

#[test]
fn the_journal_holds_what_the_database_cannot() {
    if let Some(root) = child_root() {
        let options = Options {
            journal_bytes: 32 << 10,
            ..Options::default()
        };
        let store = Store::open(folders(&root), options).unwrap();
        for number in 1..=2000 {
            assert_eq!(
                store.append(record(number, &number.to_string())).unwrap(),
                Kept::Journal
            );
            println!("ack {number}");
        }
        assert!(matches!(
            store.flush(),
            Err(StoreError::NotCommitted { .. })
        ));
        let health = store.health();
        assert!(health.last_error.unwrap().contains("write events"));
        assert!(health.since.is_some() && health.queued > 0);
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let test = "store::tests::disk::the_journal_holds_what_the_database_cannot";
    // 256 KiB: enough for the tables and some events, not for all of them.
    let promised = run(&mut again(test, root.path(), Some(&limited(512))));
    assert_eq!(promised.len(), 2000);
    assert!(journals(root.path()) > 0);
    open(root.path()).close().unwrap();
    assert_eq!(stored(root.path()), promised);
    assert_eq!(journals(root.path()), 0);
}

/// No file of this process may grow beyond so many bytes, until it is told otherwise.
fn limit(bytes: Option<u64>) {
    let maximum = getrlimit(Resource::Fsize).maximum;
    let current = bytes.or(maximum);
    setrlimit(Resource::Fsize, Rlimit { current, maximum }).unwrap();
}

#[test]
fn memory_holds_what_the_journal_cannot_until_there_is_room() {
    if let Some(root) = child_root() {
        let options = Options {
            queue: 20,
            ..Options::default()
        };
        let store = Store::open(folders(&root), options).unwrap();
        append(&store, 1..=10);
        store.flush().unwrap();
        limit(Some(1));
        let kept = append(&store, 11..=30);
        let full = store.append(record(31, "31"));
        let flushed = store.flush();
        let health = store.health();
        limit(None);
        assert_eq!(kept, BTreeSet::from([Kept::Memory]));
        assert!(matches!(full, Err(StoreError::Full)));
        assert!(matches!(flushed, Err(StoreError::NotCommitted { .. })));
        assert_eq!(
            (health.queued, health.kept_in_memory, health.dropped),
            (20, 20, 1)
        );
        assert!(health.last_error.is_some());
        // It recovers by itself, without being asked.
        eventually(|| store.health().queued == 0);
        assert_eq!(append(&store, 32..=40), BTreeSet::from([Kept::Journal]));
        store.flush().unwrap();
        // The words for the search follow on a thread of their own.
        eventually(|| store.health().last_error.is_none());
        let health = store.health();
        assert_eq!((health.kept_in_memory, health.since), (0, None));
        println!("ack 1");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let test = "store::tests::disk::memory_holds_what_the_journal_cannot_until_there_is_room";
    let script = "trap '' XFSZ; exec \"$@\"";
    assert_eq!(run(&mut again(test, root.path(), Some(script))).len(), 1);
    assert_eq!(
        stored(root.path()),
        (1..=40).filter(|number| *number != 31).collect()
    );
}

#[test]
fn closing_on_a_full_disk_counts_what_is_lost() {
    if let Some(root) = child_root() {
        let store = open(&root);
        append(&store, 1..=5);
        limit(Some(1));
        let kept = append(&store, 6..=8);
        let queue = Arc::clone(&store.queue);
        let closed = store.close();
        let health = queue.health();
        limit(None);
        assert_eq!(kept, BTreeSet::from([Kept::Memory]));
        assert!(closed.is_err());
        assert_eq!(health.dropped, 3);
        println!("ack 1");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let test = "store::tests::disk::closing_on_a_full_disk_counts_what_is_lost";
    let script = "trap '' XFSZ; exec \"$@\"";
    assert_eq!(run(&mut again(test, root.path(), Some(script))).len(), 1);
    open(root.path()).close().unwrap();
    assert_eq!(stored(root.path()), (1..=5).collect());
}
