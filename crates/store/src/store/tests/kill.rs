//! What was acknowledged outlives `kill -9`, and nothing is stored twice.
//!
//! The child is this test binary again, told by its environment to append until
//! it is killed. It prints each number when it is acknowledged.

use super::*;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};

const ROOT: &str = "RINGFENCE_STORE_TEST_ROOT";
const FIRST: &str = "RINGFENCE_STORE_TEST_FIRST";
const ROUNDS: u64 = 25;

/// Starts this test again, as a child that works in `root`.
pub(super) fn again(test: &str, root: &Path, through: Option<&str>) -> Command {
    let program = std::env::current_exe().unwrap();
    let arguments = ["--exact", test, "--nocapture", "--test-threads=1"];
    let mut command = match through {
        None => Command::new(program),
        Some(script) => {
            let mut shell = Command::new("/bin/sh");
            shell.args(["-c", script, "sh"]).arg(program);
            shell
        }
    };
    command
        .args(arguments)
        .env(ROOT, root)
        .stdout(Stdio::piped());
    command
}

/// Where the child works; `None` in the parent.
pub(super) fn child_root() -> Option<std::path::PathBuf> {
    std::env::var_os(ROOT).map(Into::into)
}

/// The numbers that the child acknowledges; they stand behind `ack ` in its output.
pub(super) fn acknowledged(child: &mut Child) -> impl Iterator<Item = u64> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).filter_map(|line| {
        let (_, number) = line.split_once("ack ")?;
        number.parse().ok()
    })
}

/// Appends, spools and takes in for ever. What is spooled is acknowledged too.
fn work(root: &Path, first: u64) -> ! {
    let options = Options {
        journal_bytes: 8192,
        queue: 64,
        ..Options::default()
    };
    let store = Store::open(folders(root), options).unwrap();
    for number in first.. {
        let text = number.to_string();
        match number % 7 {
            0 => store
                .append(denied(number, &text, &["r"]))
                .map(drop)
                .unwrap(),
            1 => spool::put(&folders(root), &record(number, &text))
                .map(drop)
                .unwrap(),
            2 => {
                spool::put(&folders(root), &record(number, &text)).unwrap();
                store.take_spool().unwrap();
            }
            _ => store.append(record(number, &text)).map(drop).unwrap(),
        }
        println!("ack {number}");
    }
    unreachable!("there are enough numbers");
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_doubled() {
    if let Some(root) = child_root() {
        let first = std::env::var(FIRST).unwrap().parse().unwrap();
        work(&root, first);
    }
    let root = tempfile::tempdir().unwrap();
    let test = "store::tests::kill::nothing_acknowledged_is_lost_and_nothing_doubled";
    let mut promised = BTreeSet::new();
    let mut random = std::process::id().into();
    for round in 0..ROUNDS {
        let first = round * 1_000_000 + 1;
        let mut command = again(test, root.path(), None);
        let mut child = command.env(FIRST, first.to_string()).spawn().unwrap();
        random = next(random);
        let enough = usize::try_from(random % 400).unwrap() + 1;
        let mut numbers = acknowledged(&mut child);
        promised.extend(numbers.by_ref().take(enough));
        child.kill().unwrap();
        // What it said before the signal came counts too.
        promised.extend(numbers);
        child.wait().unwrap();
    }
    // What the killed daemon left can be read before another one has run.
    let reader = Reader::open(&folders(root.path())).unwrap().unwrap();
    assert!(reader.last_seq().unwrap() > 0);
    drop(reader);
    let store = open(root.path());
    store.close().unwrap();
    let stored = commands(root.path());
    let distinct: BTreeSet<u64> = stored.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(stored.len(), distinct.len(), "stored twice");
    let lost: Vec<&u64> = promised.difference(&distinct).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    assert!(promised.len() >= usize::try_from(ROUNDS).unwrap());
    assert_eq!(journals(root.path()), 0);
    let reader = Reader::open(&folders(root.path())).unwrap().unwrap();
    let denied = distinct.iter().filter(|number| *number % 7 == 0).count();
    assert_eq!(
        reader.stats(None, None).unwrap().findings,
        u64::try_from(denied).unwrap()
    );
}

/// A random number as Knuth's MMIX makes them.
fn next(random: u64) -> u64 {
    random
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407)
        >> 1
}

#[test]
fn files_are_private_whatever_the_umask() {
    if let Some(root) = child_root() {
        let store = open(&root);
        append(&store, 1..=3);
        spool::put(&folders(&root), &record(4, "4")).unwrap();
        std::fs::write(folders(&root).spool.join("x.json"), "garbage").unwrap();
        store.take_spool().unwrap();
        spool::put(&folders(&root), &record(5, "5")).unwrap();
        let seen = check_modes(&folders(&root).data);
        assert!(seen >= 9, "{seen}");
        println!("ack 1");
        return;
    }
    let test = "store::tests::kill::files_are_private_whatever_the_umask";
    for umask in ["000", "777", "022"] {
        let root = tempfile::tempdir().unwrap();
        let script = format!("umask {umask}; exec \"$@\"");
        let mut child = again(test, root.path(), Some(&script)).spawn().unwrap();
        assert_eq!(
            acknowledged(&mut child).collect::<Vec<_>>(),
            [1],
            "umask {umask}"
        );
        assert!(child.wait().unwrap().success());
    }
}

/// Returns how many files and folders were looked at. What is in `bad` keeps the
/// mode it came with; the folder is closed to others.
fn check_modes(folder: &Path) -> usize {
    let mode = |path: &Path| std::fs::symlink_metadata(path).unwrap().mode() & 0o7777;
    assert_eq!(mode(folder), 0o700, "{}", folder.display());
    let entries = std::fs::read_dir(folder).unwrap();
    let counts = entries.map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return check_modes(&path);
        }
        let is_ours = !folder.ends_with("bad");
        assert!(!is_ours || mode(&path) == 0o600, "{}", path.display());
        1
    });
    1 + counts.sum::<usize>()
}
