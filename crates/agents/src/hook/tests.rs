use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use uuid::Uuid;

fn stamp() -> Stamp {
    Stamp {
        key: EventKey(Uuid::nil()),
        at: Timestamp(0),
        process: None,
    }
}

fn read(agent: AgentKind, payload: &Value) -> HookCall {
    read_hook(agent, payload.to_string().as_bytes(), stamp()).unwrap()
}

/// Every fixture of an agent: `<version>/<name>` and its bytes, in order.
fn fixtures(agent: AgentKind) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(agent.name());
    let mut found = Vec::new();
    for version in fs::read_dir(&folder).unwrap() {
        let version = version.unwrap();
        for file in fs::read_dir(version.path()).unwrap() {
            let file = file.unwrap();
            let name = format!(
                "{}/{}",
                version.file_name().display(),
                file.path().file_stem().unwrap().display()
            );
            found.push((name, fs::read(file.path()).unwrap()));
        }
    }
    found.sort();
    assert!(found.len() > 15, "{agent}");
    found
}

fn snapshots_of(agent: AgentKind) {
    for (name, payload) in fixtures(agent) {
        let call = read_hook(agent, &payload, stamp()).unwrap();
        let name = format!("{agent}/{name}").replace('/', "__");
        insta::assert_snapshot!(name, shown(&call));
    }
}

/// The event without what is the same in all of them, and what goes with it.
fn shown(call: &HookCall) -> String {
    let mut event = serde_json::to_value(&call.event).unwrap();
    let fields = event.as_object_mut().unwrap();
    for same in ["key", "at", "source", "agent", "labels"] {
        fields.remove(same);
    }
    let event = serde_json::to_string_pretty(&event).unwrap();
    format!("{event}\nanswer: {:?}\ntwin: {:?}", call.answer, call.twin)
}

#[test]
fn claude_code_fixtures() {
    snapshots_of(AgentKind::ClaudeCode);
}

#[test]
fn codex_fixtures() {
    snapshots_of(AgentKind::Codex);
}

#[test]
fn gemini_fixtures() {
    snapshots_of(AgentKind::Gemini);
}

#[test]
fn cursor_fixtures() {
    snapshots_of(AgentKind::Cursor);
}

#[test]
fn what_is_not_known_is_kept() {
    for agent in AgentKind::HOOKED {
        let payload = json!({
            "hook_event_name": "NewMoment",
            "cwd": 7,
            "novelty": {"deep": [1, "x"]},
        });
        let call = read(agent, &payload);
        assert_eq!(call.event.action, Action::Other);
        assert_eq!(call.event.moment.as_deref(), Some("NewMoment"));
        assert_eq!(call.event.cwd, None);
        assert_eq!(
            Value::Object(call.event.rest),
            json!({"cwd": 7, "novelty": {"deep": [1, "x"]}})
        );
        assert_eq!(call.answer, AnswerKind::Observe);
    }
}

#[test]
fn an_empty_object_is_an_event() {
    for agent in AgentKind::HOOKED {
        let call = read(agent, &json!({}));
        assert_eq!(
            (call.event.moment, call.event.action),
            (None, Action::Other)
        );
    }
}

#[test]
fn an_unknown_tool_is_kept_with_its_arguments() {
    for (agent, moment) in [
        (AgentKind::ClaudeCode, "PreToolUse"),
        (AgentKind::Codex, "PreToolUse"),
        (AgentKind::Gemini, "BeforeTool"),
        (AgentKind::Cursor, "preToolUse"),
    ] {
        let payload = json!({
            "hook_event_name": moment,
            "tool_name": "Teleport",
            "tool_input": {"to": "mars", "command": "x"},
        });
        let tool = ringfence_event::Tool {
            name: "Teleport".to_owned(),
            operation: ringfence_event::Operation::Other,
            input: json!({"to": "mars", "command": "x"}),
        };
        assert_eq!(
            read(agent, &payload).event.action,
            Action::ToolCall { tool }
        );
    }
}

#[test]
fn cursors_two_hooks_for_one_call_are_twins() {
    let fixtures = fixtures(AgentKind::Cursor);
    let twin = |name: &str| {
        let name = format!("published/{name}");
        let (_, payload) = fixtures.iter().find(|(known, _)| *known == name).unwrap();
        read_hook(AgentKind::Cursor, payload, stamp()).unwrap().twin
    };
    for (first, second) in [
        ("preToolUse-Shell", "beforeShellExecution"),
        ("preToolUse-MCP", "beforeMCPExecution"),
        ("preToolUse-Read", "beforeReadFile"),
        ("postToolUse-Shell", "afterShellExecution"),
    ] {
        let (first, second) = (twin(first).unwrap(), twin(second).unwrap());
        assert_eq!(first.group, second.group);
        assert_eq!(
            (first.side, second.side),
            (TwinSide::First, TwinSide::Second)
        );
    }
    assert_ne!(
        twin("preToolUse-Shell").unwrap().group,
        twin("postToolUse-Shell").unwrap().group
    );
    for alone in [
        "preToolUse-Write",
        "preToolUse-Grep",
        "stop",
        "beforeSubmitPrompt",
    ] {
        assert_eq!(twin(alone), None, "{alone}");
    }
}

#[test]
fn long_texts_are_cut_but_the_command_is_judged_whole() {
    let command = format!("{}; cat ~/.ssh/id_rsa", "true;".repeat(100_000));
    let payload = json!({
        "hook_event_name": "PreToolUse",
        "tool_name": "Bash",
        "tool_input": {"command": command},
        "note": "n".repeat(100_000),
    });
    let call = read(AgentKind::ClaudeCode, &payload);
    let tool = call.event.action.tool().unwrap();
    let ringfence_event::Operation::Shell {
        command: judged, ..
    } = &tool.operation
    else {
        panic!("{:?}", tool.operation);
    };
    assert_eq!(judged, &command);
    let marked = |value: &Value| value.as_str().unwrap().ends_with(" bytes more)");
    assert!(marked(&tool.input["command"]));
    assert!(marked(&call.event.rest["note"]));
}

/// Any JSON, up to some depth.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        let key = prop::sample::select(vec![
            "hook_event_name",
            "tool_name",
            "tool_input",
            "command",
            "file_path",
            "edits",
            "new_string",
            "prompt",
            "content",
            "session_id",
            "cwd",
            "x",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..5).prop_map(|map| Value::Object(
                map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
            )),
        ]
    })
}

/// One fixture with one field replaced.
fn mutated(agent: AgentKind, which: usize, place: usize, with: &Value) -> Value {
    let fixtures = fixtures(agent);
    let (_, payload) = &fixtures[which % fixtures.len()];
    let mut payload: Value = serde_json::from_slice(payload).unwrap();
    let fields = payload.as_object_mut().unwrap();
    let key = fields.keys().nth(place % fields.len()).unwrap().clone();
    fields.insert(key, with.clone());
    payload
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_are_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for agent in AgentKind::HOOKED {
            let read = read_hook(agent, &bytes, stamp());
            let may_be_an_object = bytes.contains(&b'{');
            prop_assert!(read.is_err() || may_be_an_object);
        }
    }

    #[test]
    fn any_object_is_an_event(value in any_json()) {
        for agent in AgentKind::HOOKED {
            let read = read_hook(agent, value.to_string().as_bytes(), stamp());
            prop_assert_eq!(read.is_ok(), value.is_object());
        }
    }

    #[test]
    fn a_fixture_with_a_strange_field_is_an_event(
        which in any::<usize>(), place in any::<usize>(), with in any_json(),
    ) {
        for agent in AgentKind::HOOKED {
            let payload = mutated(agent, which, place, &with);
            let call = read(agent, &payload);
            let text = serde_json::to_string(&call.event).unwrap();
            let again: Event = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(again, call.event);
        }
    }

    #[test]
    fn a_cut_fixture_is_an_error(which in any::<usize>(), cut in 0.0..1.0_f64) {
        for agent in AgentKind::HOOKED {
            let fixtures = fixtures(agent);
            let (_, payload) = &fixtures[which % fixtures.len()];
            let text = payload.trim_ascii();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a small file")]
            let end = (text.len() as f64 * cut) as usize;
            prop_assert!(read_hook(agent, &text[..end], stamp()).is_err());
        }
    }
}
