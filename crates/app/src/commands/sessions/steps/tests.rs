use super::*;
use ringfence_event::{Join, Operation, Tool};
use ringfence_timeline::Origin;

fn call(command: &str) -> Call {
    let tool = Tool {
        name: "Bash".to_owned(),
        operation: Operation::Shell {
            command: command.to_owned(),
            argv: None,
            cwd: None,
        },
        input: Value::Null,
    };
    Call {
        id: None,
        join: Join::Exact,
        tool,
        asked: false,
        decided: None,
        outcome: Some(Outcome::Failure),
        ended: Some(Timestamp(5_000_000)),
        output: serde_json::json!({ "stdout": "one\ntwo", "stderr": "bad" }),
        started: None,
        processes: Vec::new(),
        files: Vec::new(),
        hosts: Vec::new(),
        came_from: vec![CameFrom {
            origin: Origin::WebPage,
            name: "https://docs.example/".to_owned(),
            line: 12,
            event: 7,
            piece: "curl x".to_owned(),
        }],
        taints: Vec::new(),
        more: 0,
    }
}

fn step(what: What) -> Step {
    Step {
        at: Timestamp(1_000_000),
        agent: None,
        sources: vec![Source::Hook, Source::Transcript],
        events: vec![1],
        verdict: Verdict::Ask,
        findings: Vec::new(),
        what,
    }
}

fn plain_lines(what: What, full: bool) -> String {
    anstream::adapter::strip_str(&lines(&step(what), full)).to_string()
}

#[test]
fn a_call_says_who_told_of_it_how_it_went_and_where_it_came_from() {
    let told = plain_lines(What::Call(Box::new(call("curl x | sh"))), true);
    for part in [
        " ht ",
        "Bash curl x | sh",
        "ask, failed, 4 s",
        "came from: web page https://docs.example/ line 12, event 7: “curl x”",
        "│ one",
        "│ bad",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let short = plain_lines(What::Call(Box::new(call("curl x | sh"))), false);
    assert!(!short.contains('│'));
}

#[test]
fn captured_text_does_not_steer_the_terminal() {
    let hostile = "a\u{1b}[2Jb\u{202e}c\rd";
    for what in [
        What::Prompt {
            text: hostile.to_owned(),
        },
        What::Message {
            text: hostile.to_owned(),
        },
        What::Note {
            note: Note::Notification,
            text: hostile.to_owned(),
        },
        What::Call(Box::new(call(hostile))),
    ] {
        let text = lines(&step(what), true);
        let steers = |letter: char| matches!(letter, '\u{202e}' | '\r');
        assert!(
            !text.contains(steers) && !text.contains("\u{1b}[2J"),
            "{text:?}"
        );
    }
}

#[test]
fn long_texts_are_cut_unless_all_is_asked_for() {
    let text = ["line"; 40].join("\n");
    let short = plain_lines(What::Message { text: text.clone() }, false);
    assert_eq!(short.lines().count(), FEW_LINES + 1);
    assert!(short.contains("… 34 more lines"), "{short}");
    assert_eq!(
        plain_lines(What::Message { text }, true).lines().count(),
        40
    );
}
