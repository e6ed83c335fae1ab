use super::*;
use crate::sensor::translate;
use ringfence_event::{Access, Decision, FileAccess, ProcessRef, Timestamp, Unsaid, UnsaidKind};
use std::collections::BTreeMap;

fn record(at: i64, pid: u32, action: Action) -> Record {
    let mut event = translate::blank(Timestamp(at), action);
    event.process = Some(ProcessRef {
        pid,
        started: 1,
        executable: None,
    });
    Record {
        event,
        decision: Decision::from_findings(Vec::new()),
    }
}

fn start(at: i64, pid: u32) -> Record {
    let action = Action::Exec {
        argv: vec!["true".to_owned()],
        parent: None,
        environment: BTreeMap::new(),
        script: None,
        error: None,
    };
    record(at, pid, action)
}

fn end(at: i64, pid: u32, code: i32) -> Record {
    let code = Some(code);
    record(at, pid, Action::Exit { code, signal: None })
}

fn change(activity: FileActivity, path: &str, to: Option<&str>) -> Record {
    let action = Action::File {
        path: path.to_owned(),
        activity,
        to: to.map(str::to_owned),
        error: None,
    };
    record(1, 7, action)
}

fn unsaid() -> Unsaid {
    Unsaid {
        kind: UnsaidKind::TrustedFile,
        said: String::new(),
        done: String::new(),
    }
}

/// What is kept, each as its kind and its rest, and how many there were.
fn gathered(records: Vec<Record>) -> (Vec<(&'static str, Value)>, u64) {
    let mut gathered = Gathered::default();
    for record in records {
        gathered.add(record);
    }
    let (records, seen) = gathered.finish();
    let kept = records
        .into_iter()
        .map(|Record { event, .. }| (event.action.kind(), Value::Object(event.rest)));
    (kept.collect(), seen)
}

#[test]
fn a_good_end_stands_with_its_start_and_any_other_alone() {
    let none = || json!({});
    let ended = |after: u64| json!({ "ended": { "code": 0, "microseconds": after } });
    assert_eq!(
        gathered(vec![start(10, 1), start(20, 2), end(35, 1, 0)]),
        (vec![("exec", ended(25)), ("exec", none())], 3)
    );
    assert_eq!(
        gathered(vec![start(10, 1), end(20, 1, 1), end(30, 2, 0)]),
        (
            vec![("exec", none()), ("exit", none()), ("exit", none())],
            3
        )
    );
    // A process that becomes another program ends as that one.
    assert_eq!(
        gathered(vec![
            start(10, 1),
            start(12, 1),
            end(20, 1, 0),
            end(21, 1, 0)
        ]),
        (
            vec![("exec", none()), ("exec", ended(8)), ("exit", none())],
            4
        )
    );
    let mut told = end(20, 1, 0);
    told.event.labels.unsaid.push(unsaid());
    assert_eq!(
        gathered(vec![start(10, 1), told]),
        (vec![("exec", none()), ("exit", none())], 2)
    );
}

#[test]
fn changes_of_a_builds_output_in_one_directory_are_one_event_with_all_names() {
    use FileActivity::{Create, Delete, Link, Read};
    let mut twice = change(Create, "/p/target/a/2", None);
    twice.event.rest.insert("times".to_owned(), 2.into());
    let (kept, seen) = gathered(vec![
        change(Create, "/p/target/a/1", None),
        twice,
        change(Create, "/p/target/b/3", None),
        change(Delete, "/p/target/a/1", None),
        change(Create, "/p/src/4", None),
        change(Create, "/p/src/5", None),
        change(Link, "/p/target/a/6", Some("/p/target/b/6")),
        change(Link, "/p/target/a/7", Some("/p/target/b/8")),
        change(Link, "/p/target/a/7", Some("/p/src/8")),
        change(Read, "/p/target/a/9", None),
        change(Read, "/p/target/a/9", None),
        change(Create, "/p/target/a/10", None),
    ]);
    let expected = [
        json!({ "names": ["1", "2", "10"], "times": 4 }),
        json!({}),
        json!({}),
        json!({}),
        json!({}),
        json!({ "names": ["6", "8"], "times": 2 }),
        json!({}),
        json!({}),
        json!({}),
    ];
    assert_eq!(seen, 12);
    let kept: Vec<Value> = kept.into_iter().map(|(_, rest)| rest).collect();
    assert_eq!(kept, expected);
}

#[test]
fn what_is_more_than_a_builds_output_is_kept_by_itself() {
    use FileActivity::Create;
    let mut telling = change(Create, "/p/node_modules/2", None);
    telling.event.labels.unsaid.push(unsaid());
    let mut guarded = change(Create, "/p/node_modules/3", None);
    guarded.event.labels.files.push(FileAccess {
        path: "/p/node_modules/3".to_owned(),
        full: "/p/node_modules/3".to_owned(),
        access: Access::Write,
        class: FileClass::GitHook,
        by: "node".to_owned(),
    });
    let mut other = change(Create, "/p/node_modules/4", None);
    other.event.process = record(1, 8, Action::Other).event.process;
    let all = vec![
        change(Create, "/p/node_modules/1", None),
        telling,
        guarded,
        other,
    ];
    let (kept, seen) = gathered(all);
    assert_eq!((kept.len(), seen), (4, 4));
    assert!(kept.iter().all(|(_, rest)| *rest == json!({})));
}

#[test]
fn one_event_has_no_more_names_than_it_can_hold() {
    let many = (0..=MOST_NAMES * 2)
        .map(|number| change(FileActivity::Delete, &format!("/p/target/{number}"), None));
    let (kept, seen) = gathered(many.collect());
    let times: Vec<u64> = kept
        .iter()
        .map(|(_, rest)| rest["times"].as_u64().unwrap_or(1))
        .collect();
    assert_eq!(seen, MOST_NAMES as u64 * 2 + 1);
    assert_eq!(times, [MOST_NAMES as u64, MOST_NAMES as u64, 1]);
}
