use super::*;
use crate::yaml::{Document, parse};

fn read(text: &str) -> Result<Example, String> {
    let document = Document { text, line: 1 };
    let node = parse(&document).unwrap();
    Example::read(&node).map_err(|problem| problem.to_string())
}

#[test]
fn short_forms_are_read() {
    let text = |text: &str| text.to_owned();
    let cases = [
        ("command: cat x", ExampleAction::Command(text("cat x"))),
        ("read: ~/.netrc", ExampleAction::Read(text("~/.netrc"))),
        (
            "{write: a, text: b}",
            ExampleAction::Write {
                path: text("a"),
                text: Some(text("b")),
            },
        ),
        ("delete: a", ExampleAction::Delete(text("a"))),
        (
            "fetch: 'https://x'",
            ExampleAction::Fetch(text("https://x")),
        ),
        (
            "{tool: send, server: mail}",
            ExampleAction::Tool {
                name: text("send"),
                server: Some(text("mail")),
                input: None,
            },
        ),
        ("prompt: hello", ExampleAction::Prompt(text("hello"))),
    ];
    for (source, action) in cases {
        let expected = Example { action, cwd: None };
        assert_eq!(read(source).unwrap(), expected, "{source}");
    }
    let placed = read("{command: ls, cwd: /srv}").unwrap();
    assert_eq!(placed.event().cwd.as_deref(), Some("/srv"));
}

#[test]
fn what_is_no_example_is_refused() {
    let cases = [
        ("cat x", "`examples` must be a list of maps"),
        ("cmd: x", "unknown key `cmd`"),
        ("{command: x, read: y}", "only action"),
        ("{command: x, text: y}", "`text` goes with `write`"),
        ("{read: x, server: y}", "`server` and `input` with `tool`"),
        ("{read: x, input: '{}'}", "`server` and `input` with `tool`"),
        ("{tool: x, input: '{'}", "`input` must be JSON in quotes"),
        ("{command: [x]}", "`command` must be text"),
        ("cwd: /", "`command` is missing"),
    ];
    for (source, wanted) in cases {
        let message = read(source).unwrap_err();
        assert!(message.contains(wanted), "{source}: {message}");
    }
}

#[test]
fn an_example_stands_for_a_tool_call() {
    let event = read("{write: a.txt, text: b}").unwrap().event();
    let change = Change {
        path: "a.txt".to_owned(),
        change: ChangeKind::Create,
        text: Some("b".to_owned()),
    };
    assert_eq!(
        event.action,
        Action::ToolCall {
            tool: Tool {
                name: "Write".to_owned(),
                operation: Operation::Write {
                    changes: vec![change]
                },
                input: serde_json::Value::Null,
            }
        }
    );
}
