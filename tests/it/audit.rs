//! What is on record cannot be changed behind our back without being noticed; and
//! whoever wants it gets each day's events as lines of JSON.

use ringfence_event::AgentKind;
use ringfence_tests::home::Home;
use ringfence_tests::payload::ShellCall;
use ringfence_tests::run::Run;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::MetadataExt;

/// A home with five events on record, and nobody who writes.
fn recorded() -> Home {
    let home = Home::new().with_key();
    home.up();
    record(&home);
    home
}

fn record(home: &Home) {
    for number in 1..=5 {
        let command = match number {
            4 => "cat ~/.ssh/id_rsa".to_owned(),
            number => format!("echo {number}"),
        };
        let call = ShellCall {
            session: "session-1",
            call: &format!("call-{number}"),
            cwd: "/home/dev/project",
            command: &command,
        };
        drop(
            home.hook("claude-code", &call.payload(AgentKind::ClaudeCode))
                .ok(),
        );
    }
    home.down();
}

/// Changes a database of the record, as somebody with the user's rights could.
fn tamper(home: &Home, file: &str, statements: &[&str]) {
    let program = "
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
for statement in sys.argv[2:]:
    assert database.execute(statement).rowcount > 0, statement
database.commit()
";
    let mut python = home.command("python3");
    python.args(["-c", program]).arg(home.data().join(file));
    drop(Run::of(python.args(statements)).ok());
}

fn verify(home: &Home) -> (Run, Value) {
    let run = home.ringfence(&["audit", "verify", "--json"]);
    let report: Value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("no report: {error}: {run:#?}"));
    (run, report["report"].clone())
}

#[test]
fn a_record_as_it_was_written_is_whole() {
    let home = Home::new();
    let (run, report) = verify(&home);
    assert_eq!(
        (run.code(), &report["events"]),
        (0, &0.into()),
        "{report:#}"
    );

    let home = recorded();
    let (run, report) = verify(&home);
    assert_eq!(
        (run.code(), &report["events"]),
        (0, &5.into()),
        "{report:#}"
    );
    let told = home.ringfence(&["audit", "verify"]).ok().stdout;
    assert!(
        told.contains("whole") && told.contains("5 events"),
        "{told}"
    );

    // Also while the daemon writes.
    home.up();
    let (run, report) = verify(&home);
    assert_eq!(
        (run.code(), &report["events"]),
        (0, &5.into()),
        "{report:#}"
    );
}

#[test]
fn a_change_is_noticed_and_its_place_is_named() {
    let segment = "events/seg-00001.db";
    for (what, statements) in [
        (
            "a verdict",
            &["UPDATE event SET verdict = 0 WHERE seq = 4"] as &[&str],
        ),
        ("a time", &["UPDATE event SET at = at + 1 WHERE seq = 4"]),
        (
            "what was done",
            &["UPDATE event SET body = (SELECT body FROM event WHERE seq = 1) WHERE seq = 4"],
        ),
        (
            "a subject",
            &[
                "UPDATE str SET val = val || '.pub' WHERE id = (SELECT subject FROM event WHERE seq = 4)",
            ],
        ),
        ("an event less", &["DELETE FROM event WHERE seq = 4"]),
        (
            "a seal",
            &["UPDATE seal SET root = zeroblob(32) WHERE last >= 4"],
        ),
        (
            "a seal less",
            &["DELETE FROM seal WHERE first <= 4 AND last >= 4"],
        ),
    ] {
        let home = recorded();
        tamper(&home, segment, statements);
        let (run, report) = verify(&home);
        assert_eq!(run.code(), 1, "{what}: {report:#}");
        let named = report["problems"]
            .as_array()
            .expect("problems")
            .iter()
            .any(|problem| {
                let (first, last) = (problem["first"].as_i64(), problem["last"].as_i64());
                first.is_some_and(|first| first <= 4) && last.is_some_and(|last| last >= 4)
            });
        assert!(named, "{what}: {report:#}");
        let told = home.ringfence(&["audit", "verify"]);
        assert_eq!(told.code(), 1, "{what}: {told:#?}");
        assert!(told.stdout.contains("not whole"), "{what}: {told:#?}");
    }
}

#[test]
fn an_end_that_was_cut_off_is_noticed() {
    let home = recorded();
    tamper(
        &home,
        "events/seg-00001.db",
        &[
            "DELETE FROM event WHERE seq >= 4",
            "DELETE FROM seal WHERE last >= 4",
        ],
    );
    let (run, report) = verify(&home);
    assert_eq!(run.code(), 1, "{report:#}");

    let home = recorded();
    for file in ["seg-00001.db", "seg-00001.fts.db"] {
        fs::remove_file(home.data().join("events").join(file)).expect("a segment");
    }
    let run = home.ringfence(&["audit", "verify"]);
    assert_eq!(run.code(), 1, "a whole file is missing: {run:#?}");
}

#[test]
fn a_record_that_was_written_anew_is_another() {
    let home = recorded();
    let head = home.ringfence(&["audit", "head"]).ok().stdout;
    let head = head.trim();
    let holds = |home: &Home| home.ringfence(&["audit", "verify", "--head", head]).code();
    assert_eq!(holds(&home), 0);

    home.up();
    record(&home);
    assert_eq!(holds(&home), 0, "it has grown, and still holds that state");

    // Whoever may write there may also throw it all away and begin again.
    fs::remove_dir_all(home.data()).expect("the record");
    home.up();
    record(&home);
    assert_eq!(verify(&home).0.code(), 0, "whole in itself");
    assert_eq!(holds(&home), 1);
    assert_eq!(
        home.ringfence(&["audit", "verify", "--head", "nonsense"])
            .code(),
        1
    );
}

#[test]
fn who_wants_it_gets_a_file_for_each_day() {
    let home = Home::new().with_key();
    home.configure("daily_files = true\n");
    for round in 1..=2 {
        home.up();
        record(&home);
        let mut lines = Vec::new();
        for file in fs::read_dir(home.data().join("daily")).expect("the daily files") {
            let path = file.expect("a file").path();
            assert!(
                path.extension().is_some_and(|ending| ending == "jsonl"),
                "{path:?}"
            );
            let mode = path.metadata().expect("its mode").mode();
            assert_eq!(mode & 0o777, 0o600, "{path:?}");
            let text = fs::read_to_string(&path).expect("a daily file");
            assert!(text.ends_with('\n'), "{path:?}");
            lines.extend(text.lines().map(|line| -> Value {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
            }));
        }
        lines.sort_by_key(|line| line["event"]["at"].as_str().map(str::to_owned));
        let commands: Vec<&Value> = lines
            .iter()
            .map(|line| &line["event"]["action"]["tool"]["operation"]["command"])
            .collect();
        let once = ["echo 1", "echo 2", "echo 3", "cat ~/.ssh/id_rsa", "echo 5"];
        assert_eq!(commands, once.repeat(round), "{lines:#?}");
        let ids: std::collections::BTreeSet<&str> = lines
            .iter()
            .filter_map(|line| line["id"].as_str())
            .collect();
        assert_eq!(ids.len(), lines.len(), "each event once");
    }
}

#[test]
fn who_does_not_want_them_has_no_daily_files() {
    let home = recorded();
    let daily = home.data().join("daily");
    assert!(!daily.exists() || fs::read_dir(daily).expect("a folder").next().is_none());
}
