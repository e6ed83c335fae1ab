//! The synthetic stream, read whole; then garbage.

use super::*;
use crate::Interest;
use proptest::prelude::*;

const STREAM: &str = include_str!("../../../tests/fixtures/macos/eslogger.synthetic.jsonl");

fn settings() -> Settings {
    Settings {
        programs: vec!["claude".to_owned()],
        variables: vec!["CLAUDE_CODE_SESSION_ID".to_owned()],
        interests: vec![Interest {
            path: "/Users/ada/.ssh".to_owned(),
            ending: false,
        }],
        guarded: Vec::new(),
    }
}

/// A process that began so many seconds after 07:59.
fn process(pid: u32, second: u64) -> Process {
    Process {
        pid,
        started: (1_795_247_940 + second) * 1_000_000,
    }
}

fn read_all(reader: &mut Reader) -> Vec<Observation> {
    let lines = STREAM.lines();
    lines
        .flat_map(|line| reader.read(line.as_bytes()).unwrap())
        .collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one expected list")]
fn a_stream_is_read_whole() {
    let mut reader = Reader::new(settings());
    let seen = read_all(&mut reader);
    let agent = process(412, 1);
    let child = process(977, 2);
    let file = |activity, path: &str, to: Option<&str>| Deed::File {
        activity,
        path: path.to_owned(),
        to: to.map(str::to_owned),
    };
    let exec = |executable: &str, script: Option<&str>, argv: &[&str], parent| Deed::Exec {
        executable: executable.to_owned(),
        script: script.map(str::to_owned),
        argv: argv.iter().map(|one| (*one).to_owned()).collect(),
        truncated: false,
        cwd: Some("/Users/ada/project".to_owned()),
        environment: vec![("CLAUDE_CODE_SESSION_ID".to_owned(), "s1".to_owned())],
        parent: Process {
            pid: parent,
            started: 0,
        },
    };
    let lost = Losses {
        ring_full: 5,
        ..Losses::default()
    };
    let expected = [
        (
            agent,
            exec("/usr/local/bin/claude", None, &["claude", "-p", "hi"], 400),
        ),
        (agent, Deed::Fork { child }),
        (
            child,
            exec(
                "/bin/sh",
                Some("/Users/ada/project/build.sh"),
                &["sh", "build.sh"],
                412,
            ),
        ),
        (
            child,
            file(FileActivity::Read, "/Users/ada/.ssh/id_rsa", None),
        ),
        (
            child,
            file(FileActivity::Update, "/Users/ada/project/out", None),
        ),
        (
            child,
            file(FileActivity::Rename, "/Users/ada/a", Some("/Users/ada/b")),
        ),
        (child, file(FileActivity::Delete, "/Users/ada/b", None)),
        (
            child,
            Deed::Connect {
                to: Endpoint::Unix {
                    path: "/var/run/docker.sock".to_owned(),
                },
            },
        ),
        (agent, Deed::Lost(lost)),
        (
            child,
            file(FileActivity::Update, "/Users/ada/project/out", None),
        ),
        (
            child,
            Deed::Exit {
                code: None,
                signal: Some(9),
            },
        ),
        (
            agent,
            Deed::Exit {
                code: Some(1),
                signal: None,
            },
        ),
    ];
    let told: Vec<(Process, Deed)> = seen
        .iter()
        .map(|one| (one.process, one.deed.clone()))
        .collect();
    assert_eq!(told, expected);
    assert!(
        seen.iter()
            .all(|one| one.tree == agent && (one.user == 501 || one.process == agent))
    );
    assert_eq!(seen[0].at, 1_795_248_001_000_000);
    assert_eq!(reader.processes(), 0);
    let kept = format!("{seen:?}{reader:?}");
    assert!(
        !kept.contains("synthetic-never-kept"),
        "a secret of the environment was kept"
    );
}

#[test]
fn without_a_root_nothing_is_told_and_a_running_one_can_be_watched() {
    let mut reader = Reader::new(Settings::default());
    assert_eq!(read_all(&mut reader), []);
    let mut reader = Reader::new(Settings::default());
    reader.watch(977);
    let seen = read_all(&mut reader);
    // Its first event begins it: programs it starts, writes, its end.
    assert_eq!(seen.first().map(|one| one.tree), Some(process(977, 2)));
    assert!(seen.len() > 5, "{seen:?}");
}

#[test]
fn bad_lines_are_errors() {
    let mut reader = Reader::new(settings());
    let long = vec![b' '; LONGEST_LINE + 1];
    assert!(matches!(reader.read(&long), Err(LineError::TooLong(_))));
    assert!(matches!(reader.read(b"{"), Err(LineError::Garbage(_))));
    assert!(matches!(
        reader.read(b"{}"),
        Err(LineError::Missing("time"))
    ));
    let no_token = br#"{"time":"2026-11-21T08:00:00Z","process":{"audit_token":[1,2]}}"#;
    assert!(matches!(
        reader.read(no_token),
        Err(LineError::Missing("audit_token"))
    ));
}

proptest! {
    #[test]
    fn damaged_lines_are_read_without_a_panic(
        line in 0..15_usize,
        place in 0..2000_usize,
        byte in any::<u8>(),
    ) {
        let mut reader = Reader::new(settings());
        let mut bytes = STREAM.lines().nth(line).unwrap_or("{}").as_bytes().to_vec();
        let length = bytes.len();
        if let Some(damaged) = bytes.get_mut(place % length) {
            *damaged = byte;
        }
        drop(reader.read(&bytes));
    }
}
