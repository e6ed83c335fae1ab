use super::*;
use ringfence_event::{
    Change, ChangeKind, Difference, DifferenceKind, EventKey, FileActivity, Labels, Outcome,
    Source, Timestamp, Transport,
};
use uuid::Uuid;

fn event(action: Action) -> Event {
    Event {
        key: EventKey(Uuid::nil()),
        at: Timestamp(0),
        source: Source::Hook,
        agent: None,
        moment: Some("SomethingNew".to_owned()),
        session: None,
        call: None,
        process: None,
        cwd: None,
        action,
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    }
}

fn tool(operation: Operation) -> Action {
    Action::ToolResult {
        tool: Tool {
            name: "TodoWrite".to_owned(),
            operation,
            input: serde_json::Value::Null,
        },
        outcome: Outcome::Success,
        output: serde_json::Value::Null,
    }
}

fn text(value: &str) -> String {
    value.to_owned()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn says_what_each_action_is_about() {
    let cases = [
        (
            Action::SessionStart {
                reason: Some(text("startup")),
                model: Some(text("opus")),
            },
            "startup, opus",
        ),
        (Action::SessionEnd { reason: None }, ""),
        (
            Action::Prompt {
                text: text("fix the\nbug"),
            },
            "fix the\\nbug",
        ),
        (
            Action::ConfigChange {
                path: Some(text("/a")),
                layer: None,
                changes: vec![Difference {
                    kind: DifferenceKind::Setting,
                    text: text("`a` 1 → 2"),
                }],
            },
            "/a: `a` 1 → 2",
        ),
        (
            Action::Exec {
                argv: vec![text("git"), text("status")],
                parent: None,
                environment: std::collections::BTreeMap::new(),
                script: None,
                error: None,
            },
            "git status",
        ),
        (
            Action::Exit {
                code: None,
                signal: Some(9),
            },
            "signal 9",
        ),
        (
            Action::File {
                path: text("/a"),
                activity: FileActivity::Rename,
                to: Some(text("/b")),
                error: None,
            },
            "/a, /b",
        ),
        (
            Action::Connect {
                address: text("::1"),
                port: 443,
                transport: Transport::Tcp,
                error: None,
            },
            "::1 port 443",
        ),
        (
            Action::Connect {
                address: text("/run/docker.sock"),
                port: 0,
                transport: Transport::Unix,
                error: None,
            },
            "/run/docker.sock",
        ),
        (
            Action::DnsQuery {
                name: text("example.org"),
                record: text("TXT"),
                error: None,
            },
            "example.org TXT",
        ),
        (Action::Other, "SomethingNew"),
        (
            tool(Operation::Shell {
                command: text("ls -l"),
                argv: None,
                cwd: None,
            }),
            "ls -l",
        ),
        (
            tool(Operation::Read {
                paths: vec![text("a"), text("b")],
            }),
            "a, b",
        ),
        (
            tool(Operation::Write {
                changes: vec![Change {
                    path: text("a.rs"),
                    change: ChangeKind::Update,
                    text: None,
                }],
            }),
            "a.rs",
        ),
        (
            tool(Operation::Search {
                path: Some(text("src")),
                pattern: Some(text("fn")),
            }),
            "fn in src",
        ),
        (
            tool(Operation::Search {
                path: Some(text("src")),
                pattern: None,
            }),
            "in src",
        ),
        (
            tool(Operation::Fetch {
                urls: vec![text("https://docs.example")],
            }),
            "https://docs.example",
        ),
        (
            tool(Operation::Mcp {
                server: text("files"),
                tool: text("list"),
            }),
            "files/list",
        ),
        (tool(Operation::Other), "TodoWrite"),
    ];
    for (action, expected) in cases {
        assert_eq!(summary(&event(action)), expected);
    }
}

#[test]
fn nothing_steers_the_terminal() {
    for (raw, shown) in [
        ("\u{1b}[2Jhi", "\\u{1b}[2Jhi"),
        ("a\u{202e}b", "a\\u{202e}b"),
        ("a\u{2066}b\u{2069}", "a\\u{2066}b\\u{2069}"),
        ("\u{9b}31m\u{7f}\0", "\\u{9b}31m\\u{7f}\\u{0}"),
        ("x\u{200b}y\u{feff}", "x\\u{200b}y\\u{feff}"),
        ("\u{e0041}", "\\u{e0041}"),
        ("tab\tline\r\n", "tab\\tline\\r\\n"),
        ("grün 日本 🚀", "grün 日本 🚀"),
    ] {
        assert_eq!(visible(raw), shown);
        assert_eq!(summary(&event(Action::Prompt { text: text(raw) })), shown);
    }
}

#[test]
fn a_line_stays_short_and_whole() {
    for unit in ["x", "\u{1b}", "日", "\n"] {
        let line = summary(&event(Action::Prompt {
            text: unit.repeat(100_000),
        }));
        assert!(line.chars().count() <= MAX_CHARACTERS, "{unit:?}");
        assert!(line.ends_with('…'), "{unit:?}");
    }
    let paths = vec![text("a/path"); 100_000];
    let line = summary(&event(tool(Operation::Read { paths })));
    assert!(line.chars().count() <= MAX_CHARACTERS && line.ends_with('…'));
    let fits = "x".repeat(MAX_CHARACTERS - 1);
    assert_eq!(summary(&event(Action::Prompt { text: fits.clone() })), fits);
}
