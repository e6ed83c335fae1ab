use super::*;
use crate::memory::Memory;
use crate::places::Places;
use crate::sensor::translate;
use ringfence_event::{CallRef, FileActivity, Join, ProcessRef, Timestamp, ToolCallId};
use ringfence_event::{Unsaid, UnsaidKind, Verdict};
use std::collections::BTreeMap;
use std::fs;

fn start(argv: &[&str]) -> Event {
    let action = Action::Exec {
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        parent: Some(ProcessRef {
            pid: 6,
            started: 60,
            executable: None,
        }),
        environment: BTreeMap::new(),
        script: None,
        error: None,
    };
    let mut event = translate::blank(Timestamp(1), action);
    event.agent = Some(AgentKind::Codex);
    event.session = Some(SessionId("s".to_owned()));
    event.call = Some(CallRef {
        id: ToolCallId("c".to_owned()),
        join: Join::Exact,
    });
    event.process = Some(ProcessRef {
        pid: 7,
        started: 70,
        executable: Some("/usr/bin/git".to_owned()),
    });
    event.cwd = Some("/home/dev/project".to_owned());
    event.labels.ancestors = vec!["sh".to_owned(), "codex".to_owned()];
    event
}

type Change = fn(&mut Event);

#[test]
fn the_same_start_has_the_same_sign_and_any_other_text_another() {
    let first = start(&["git", "status"]);
    let mut again = start(&["git", "status"]);
    again.at = Timestamp(2);
    again.process = again.process.map(|process| ProcessRef {
        pid: 8,
        started: 80,
        ..process
    });
    assert_ne!(first.key, again.key);
    assert_eq!(sign(&first), sign(&again));

    let changes: [Change; 12] = [
        |event| event.action = start(&["git", "stat", "us"]).action,
        |event| event.action = start(&["git status"]).action,
        |event| {
            event.action = Action::Exit {
                code: Some(0),
                signal: None,
            }
        },
        |event| event.agent = Some(AgentKind::ClaudeCode),
        |event| event.session = None,
        |event| event.session = Some(SessionId("t".to_owned())),
        |event| event.call = None,
        |event| event.cwd = Some("/home/dev/other".to_owned()),
        |event| {
            event.process = event.process.take().map(|process| ProcessRef {
                executable: None,
                ..process
            });
        },
        |event| event.labels.ancestors = vec!["sh".to_owned()],
        |event| drop(event.rest.insert("truncated".to_owned(), true.into())),
        |event| {
            if let Action::Exec {
                environment,
                script,
                ..
            } = &mut event.action
            {
                environment.insert("TRACEPARENT".to_owned(), "1".to_owned());
                *script = Some("/bin/x".to_owned());
            }
        },
    ];
    let mut signs = vec![sign(&first)];
    for change in changes {
        let mut event = first.clone();
        change(&mut event);
        let sign = sign(&event);
        assert!(sign.is_some() && !signs.contains(&sign), "{event:?}");
        signs.push(sign);
    }
}

#[test]
fn what_is_too_long_or_was_not_said_or_is_no_start_has_no_sign() {
    let long = "x".repeat(LONGEST + 1);
    assert_eq!(sign(&start(&["git", &long])), None);
    let mut unsaid = start(&["git"]);
    unsaid.labels.unsaid.push(Unsaid {
        kind: UnsaidKind::NoCall,
        said: String::new(),
        done: String::new(),
    });
    assert_eq!(sign(&unsaid), None);
    let mut file = start(&["git"]);
    file.action = Action::File {
        path: "/a".to_owned(),
        activity: FileActivity::Create,
        to: None,
        error: None,
    };
    assert_eq!(sign(&file), None);
}

/// Judges what the sensor saw with all of our rules.
fn judged(judge: &Judge, familiar: &mut Familiar, event: Event) -> (Labels, Verdict, usize) {
    let memory = Memory::default();
    let record = judge.seen(event, None, &memory, familiar, |_, _| {});
    let found = record.decision.findings.len();
    (record.event.labels, record.decision.verdict, found)
}

#[test]
fn the_second_time_is_judged_as_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let below = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(&path).unwrap();
        path
    };
    let places = Places {
        home: below("home"),
        config: below("config"),
        data: below("data"),
        state: below("state"),
        runtime: below("runtime"),
    };
    let judge = Arc::new(Judge::load(&places).unwrap());
    let mut familiar = Familiar::default();
    familiar.follow(&judge);
    let secret = format!("ghp_{}", "R8k2mQ7vX4nB9sT1wY6zL3pD5fH0jC2aG4eK");
    let unleashed = ["claude", "-p", "x", "--dangerously-skip-permissions"];
    let cases: [(&[&str], &str, bool); 4] = [
        (&["git", "status"], "sh", true),
        (&["cc", "-c", "a.c", "-o", "a.o"], "make", true),
        (&unleashed, "npm install", false),
        (&["echo", &secret], "sh", false),
    ];
    for (argv, above, is_familiar) in cases {
        let mut event = start(argv);
        event.labels.ancestors = vec![above.to_owned()];
        let first = judged(&judge, &mut familiar, event.clone());
        let is_known = familiar.recall(sign(&event).unwrap(), &mut event.clone());
        assert_eq!(is_known, is_familiar, "{argv:?}");
        let alone = judged(&judge, &mut Familiar::default(), event.clone());
        assert_eq!(judged(&judge, &mut familiar, event), first, "{argv:?}");
        assert_eq!(alone, first, "{argv:?}");
        assert!(!first.0.commands.is_empty(), "{argv:?}");
    }
    assert_eq!(familiar.known.len(), 2);
    familiar.follow(&Arc::new(Judge::load(&places).unwrap()));
    assert_eq!(familiar.known.len(), 0);
}
