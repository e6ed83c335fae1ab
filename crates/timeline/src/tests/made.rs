//! Events made by hand, for attacks and their benign twins.

use crate::Recorded;
use ringfence_event::{
    Access, Action, AgentKind, CallRef, Change, ChangeKind, Event, EventKey, FileAccess, FileClass,
    HostAccess, HostClass, InjectionLevel, InjectionMark, Join, Labels, LeakMark, Operation,
    Outcome, SecretMark, SessionId, Source, Timestamp, Tool, ToolCallId, Verdict,
};
use serde_json::{Value, json};

pub(crate) const CWD: &str = "/home/dev/project";

/// One thing that happened, at second `at`.
pub(crate) fn event(at: i64, action: Action) -> Event {
    Event {
        key: EventKey(uuid::Uuid::from_u128(u128::try_from(at).unwrap() + 1)),
        at: Timestamp(1_795_000_000_000_000 + at * 1_000_000),
        source: Source::Transcript,
        agent: Some(AgentKind::ClaudeCode),
        moment: None,
        session: Some(SessionId::from("one")),
        call: None,
        process: None,
        cwd: Some(CWD.to_owned()),
        action,
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    }
}

pub(crate) fn prompt(at: i64, text: &str) -> Event {
    event(
        at,
        Action::Prompt {
            text: text.to_owned(),
        },
    )
}

pub(crate) fn message(at: i64, text: &str) -> Event {
    event(
        at,
        Action::Message {
            text: text.to_owned(),
        },
    )
}

fn with_call(at: i64, id: &str, action: Action) -> Event {
    Event {
        call: Some(CallRef {
            id: ToolCallId::from(id),
            join: Join::Exact,
        }),
        ..event(at, action)
    }
}

pub(crate) fn call(at: i64, id: &str, tool: Tool) -> Event {
    with_call(at, id, Action::ToolCall { tool })
}

pub(crate) fn result(at: i64, id: &str, tool: Tool, output: &str) -> Event {
    let action = Action::ToolResult {
        tool,
        outcome: Outcome::Success,
        output: Value::String(output.to_owned()),
    };
    with_call(at, id, action)
}

fn tool(name: &str, operation: Operation, input: Value) -> Tool {
    Tool {
        name: name.to_owned(),
        operation,
        input,
    }
}

pub(crate) fn shell(command: &str) -> Tool {
    let operation = Operation::Shell {
        command: command.to_owned(),
        argv: None,
        cwd: None,
    };
    tool("Bash", operation, Value::Null)
}

pub(crate) fn read(path: &str) -> Tool {
    let paths = vec![path.to_owned()];
    tool("Read", Operation::Read { paths }, Value::Null)
}

pub(crate) fn write(path: &str, text: &str) -> Tool {
    let change = Change {
        path: path.to_owned(),
        change: ChangeKind::Update,
        text: Some(text.to_owned()),
    };
    let changes = vec![change];
    tool("Edit", Operation::Write { changes }, Value::Null)
}

pub(crate) fn fetch(url: &str) -> Tool {
    let urls = vec![url.to_owned()];
    tool("WebFetch", Operation::Fetch { urls }, Value::Null)
}

pub(crate) fn search(query: &str) -> Tool {
    let query = query.to_owned();
    tool("WebSearch", Operation::WebSearch { query }, Value::Null)
}

pub(crate) fn mcp(server: &str, name: &str, input: &str) -> Tool {
    let operation = Operation::Mcp {
        server: server.to_owned(),
        tool: name.to_owned(),
    };
    tool(name, operation, json!({ "input": input }))
}

pub(crate) fn agent(prompt: &str) -> Tool {
    let prompt = prompt.to_owned();
    tool("Agent", Operation::Subagent { prompt }, Value::Null)
}

pub(crate) fn by(id: &str, parent: Option<&str>, mut event: Event) -> Event {
    event.rest.insert("agent_id".to_owned(), json!(id));
    if let Some(parent) = parent {
        event.rest.insert("parentAgentId".to_owned(), json!(parent));
    }
    event
}

pub(crate) fn reads(mut event: Event, path: &str) -> Event {
    event.labels.files.push(FileAccess {
        path: path.to_owned(),
        full: path.to_owned(),
        access: Access::Read,
        class: FileClass::Other,
        by: "cat".to_owned(),
    });
    event
}

pub(crate) fn asks(mut event: Event, host: &str) -> Event {
    event.labels.hosts.push(HostAccess {
        host: host.to_owned(),
        class: HostClass::Unknown,
        by: "curl".to_owned(),
    });
    event
}

pub(crate) fn injected(mut event: Event, excerpt: &str) -> Event {
    event.labels.injections.push(InjectionMark {
        origin: "fetched_page".to_owned(),
        level: InjectionLevel::Alert,
        score: 40,
        rules: vec!["orders".to_owned()],
        excerpt: excerpt.to_owned(),
        place: 0,
        hidden: Vec::new(),
    });
    event
}

pub(crate) fn secret(mut event: Event, fingerprint: &str) -> Event {
    event.labels.secrets.push(SecretMark {
        kind: "aws-access-key-id".to_owned(),
        masked: "AKIA…WXYZ".to_owned(),
        fingerprint: fingerprint.to_owned(),
        generic: false,
    });
    event
}

pub(crate) fn leaks(mut event: Event, fingerprint: &str) -> Event {
    event.labels.leaks.push(LeakMark {
        fingerprint: fingerprint.to_owned(),
        form: "base64".to_owned(),
        split: false,
    });
    event
}

pub(crate) fn stored(seq: i64, event: Event) -> Recorded {
    Recorded {
        seq,
        event,
        verdict: Verdict::Allow,
        findings: Vec::new(),
    }
}
