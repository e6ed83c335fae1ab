use crate::testing::{Instance, denied, record};
use ringfence_event::{
    Access, Action, Command, FileAccess, FileClass, HostAccess, HostClass, Labels, Source, Usage,
};
use ringfence_store::Record;
use serde_json::Value;

/// An event of a session with these facts.
fn with(number: u64, session: &str, labels: Labels) -> Record {
    let mut record = record(number);
    record.event.session = Some(session.into());
    record.event.cwd = Some(format!("/home/ada/{session}"));
    record.event.labels = labels;
    record
}

/// One request of a session, with so many tokens.
fn used(number: u64, session: &str, model: &str, input: u64) -> Record {
    let mut record = with(number, session, Labels::default());
    record.event.source = Source::Transcript;
    record.event.action = Action::Usage {
        usage: Usage {
            model: Some(model.to_owned()),
            input,
            ..Usage::default()
        },
    };
    record
}

fn filled() -> Instance {
    let file = FileAccess {
        path: ".env".to_owned(),
        full: "/home/ada/one/.env".to_owned(),
        access: Access::Read,
        class: FileClass::ProjectSecret,
        by: "cat".to_owned(),
    };
    let host = HostAccess {
        host: "paste.example".to_owned(),
        class: HostClass::Unknown,
        by: "curl".to_owned(),
    };
    let program = |name: &str| Command {
        program: name.to_owned(),
        ..Command::default()
    };
    let mut reads = with(
        1,
        "one",
        Labels {
            files: vec![file],
            commands: vec![program("cat")],
            ..Labels::default()
        },
    );
    reads.event.action = command("cat .env");
    let mut sends = with(
        2,
        "two",
        Labels {
            hosts: vec![host],
            commands: vec![program("curl")],
            ..Labels::default()
        },
    );
    sends.event.action = command("curl https://paste.example");
    let instance = Instance::start();
    let mut found = denied(6, &["rule-a"]);
    found.event.session = Some("two".into());
    found.event.cwd = Some("/home/ada/two".to_owned());
    instance.keep([
        reads,
        sends,
        used(3, "one", "claude-opus-4-5", 1_000_000),
        used(4, "two", "gpt-5.5", 10_000),
        with(5, "three", Labels::default()),
        found,
    ]);
    instance
}

fn command(line: &str) -> Action {
    let Action::ToolCall { mut tool } = record(0).event.action else {
        unreachable!("it is a tool call");
    };
    tool.input = serde_json::json!({ "command": line });
    tool.operation = ringfence_event::Operation::Shell {
        command: line.to_owned(),
        argv: None,
        cwd: None,
    };
    Action::ToolCall { tool }
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap();
    let mut names: Vec<&str> = (items.iter())
        .map(|row| row["session"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn sessions_are_found_by_what_they_used_and_touched() {
    let instance = filled();
    let all = ["one", "three", "two"];
    for (query, found) in [
        ("", &all[..]),
        ("model=OPUS", &["one"]),
        ("model=none", &[]),
        ("cost=0.001", &["one", "two"]),
        ("cost=1", &["one"]),
        ("cost=0", &all),
        ("cost=1&model=gpt", &[]),
        ("file=/home/ada/one/.env", &["one"]),
        ("file=env", &["one"]),
        ("host=paste.example", &["two"]),
        ("host=paste", &["two"]),
        ("host=other.example", &[]),
        ("process=curl", &["two"]),
        ("process=cat&file=env", &["one"]),
        ("process=curl&file=env", &[]),
    ] {
        let list = instance.read(&format!("/api/v1/sessions?{query}"));
        assert_eq!(names(&list), found, "{query}");
        assert_eq!(list["more"], false, "{query}");
    }
    let spent = instance.read("/api/v1/sessions?model=opus");
    assert_eq!(spent["items"][0]["spent"]["models"][0], "claude-opus-4-5");
    assert_eq!(instance.get("/api/v1/sessions?cost=-1").status, 400);
}

#[test]
fn pages_of_narrowed_sessions_go_on_where_they_ended() {
    let instance = filled();
    let mut found = Vec::new();
    let mut before = String::new();
    loop {
        let list = instance.read(&format!("/api/v1/sessions?cost=0&limit=1{before}"));
        found.extend(names(&list).into_iter().map(str::to_owned));
        let Some(next) = list["next"].as_str() else {
            break;
        };
        before = format!("&before={next}");
    }
    found.sort_unstable();
    assert_eq!(found, ["one", "three", "two"]);
}

#[test]
fn findings_are_found_by_their_project() {
    let instance = filled();
    for (project, count) in [
        ("/home/ada/two", 1),
        ("/home/ada/", 1),
        ("/home/ada/tw", 0),
        ("/home/ada/one", 0),
    ] {
        let list = instance.read(&format!("/api/v1/findings?project={project}"));
        assert_eq!(
            list["items"].as_array().map(Vec::len),
            Some(count),
            "{project}"
        );
    }
}
