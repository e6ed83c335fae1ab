use super::*;
use crate::samples::record;
use ringfence_event::{Access, FileAccess, FileClass, HostAccess, HostClass, Outcome};
use serde_json::json;

fn with(operation: Operation) -> Event {
    let mut event = record(1, "").event;
    event.action = Action::ToolCall {
        tool: Tool {
            name: "Tool".to_owned(),
            operation,
            input: Value::Null,
        },
    };
    event
}

fn texts(of: &[&str]) -> Vec<String> {
    of.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn subjects() {
    let mut read = with(Operation::Read {
        paths: texts(&["a.rs", "b.rs"]),
    });
    assert_eq!(subject(&read), Some("a.rs"));
    read.labels.files = vec![FileAccess {
        path: "a.rs".to_owned(),
        full: "/home/ada/a.rs".to_owned(),
        access: Access::Read,
        class: FileClass::Project,
        by: "Read".to_owned(),
    }];
    assert_eq!(subject(&read), Some("/home/ada/a.rs"));
    let mut fetch = with(Operation::Fetch {
        urls: texts(&["https://example.com/x"]),
    });
    fetch.labels.hosts = vec![HostAccess {
        host: "example.com".to_owned(),
        class: HostClass::Unknown,
        by: "WebFetch".to_owned(),
    }];
    assert_eq!(subject(&fetch), Some("example.com"));
    let long = "x".repeat(MAX_SUBJECT + 1);
    let too_long = with(Operation::Read { paths: vec![long] });
    for nothing in [too_long, with(Operation::Other), record(1, "ls").event] {
        assert_eq!(subject(&nothing), None);
    }
}

#[test]
fn words_of_events() {
    let mut event = with(Operation::Shell {
        command: "cargo test".to_owned(),
        argv: None,
        cwd: None,
    });
    assert_eq!(words(&event, "unused"), "Tool cargo test");
    let Action::ToolCall { tool } = event.action else {
        unreachable!("as made above");
    };
    event.action = Action::ToolResult {
        tool,
        outcome: Outcome::Success,
        output: json!({"code": 0, "out": ["one", {"two": "three"}, null]}),
    };
    assert_eq!(words(&event, "unused"), "Tool cargo test one three");
    event.action = Action::Other;
    assert_eq!(words(&event, "a summary"), "a summary");
    event.action = Action::Exec {
        argv: vec!["git".to_owned(), "status".to_owned()],
        parent: None,
        environment: std::collections::BTreeMap::new(),
        script: None,
        error: None,
    };
    assert_eq!(words(&event, "unused"), "git status");
    event.action = Action::Exit {
        code: Some(0),
        signal: None,
    };
    assert_eq!(words(&event, "unused"), "");
}

#[test]
fn huge_texts_are_cut_between_characters() {
    let mut event = record(1, &"日".repeat(MAX_TEXT)).event;
    let found = words(&event, "");
    assert!(found.len() <= MAX_TEXT && found.len() > MAX_TEXT - 8);
    event.action = Action::ToolResult {
        tool: event.action.tool().unwrap().clone(),
        outcome: Outcome::Success,
        output: json!("x".repeat(MAX_TEXT)),
    };
    assert!(words(&event, "").len() <= MAX_TEXT);
    event.action = Action::ToolResult {
        tool: record(1, "ls").event.action.tool().unwrap().clone(),
        outcome: Outcome::Success,
        output: json!(vec!["日本"; MAX_TEXT]),
    };
    let found = words(&event, "");
    assert!((MAX_OUTPUT..MAX_OUTPUT + 16).contains(&found.len()));
}
