use super::*;
use ringfence_event::{EventKey, Timestamp, Verdict};
use uuid::Uuid;

fn stamp() -> Stamp {
    Stamp {
        key: EventKey(Uuid::nil()),
        at: Timestamp(0),
        process: None,
    }
}

fn read(route: CollectRoute, source: Option<&str>, payload: &Value) -> HookCall {
    let agent = collected_agent(source);
    read_collected(route, agent, payload.to_string().as_bytes(), stamp()).unwrap()
}

#[test]
fn routes_have_one_name_each() {
    for route in CollectRoute::ALL {
        assert_eq!(CollectRoute::from_name(route.name()), Some(route));
    }
    assert_eq!(CollectRoute::from_name("health"), None);
}

/// What AgentsLeak's common hook sends for a Claude Code call.
fn claude_call(tool: &str, input: &Value) -> Value {
    json!({
        "hook_type": "PreToolUse",
        "session_id": "s-1",
        "session_cwd": "/home/dev/app",
        "tool_name": tool,
        "tool_input": input,
        "tool_use_id": "toolu_01",
        "_metadata": {"timestamp": "2026-11-01T10:00:00Z", "hostname": "box", "username": "dev"},
    })
}

#[test]
fn a_call_is_read_as_the_agents_own() {
    let payload = claude_call("Bash", &json!({"command": "ls"}));
    let call = read(CollectRoute::PreToolUse, Some("claude_code"), &payload);
    let event = &call.event;
    assert_eq!(event.agent, Some(AgentKind::ClaudeCode));
    assert_eq!(event.moment.as_deref(), Some("PreToolUse"));
    assert_eq!(event.session.as_ref().unwrap().as_str(), "s-1");
    assert_eq!(event.cwd.as_deref(), Some("/home/dev/app"));
    assert_eq!(event.call.as_ref().unwrap().id.as_str(), "toolu_01");
    assert_eq!(event.rest["_metadata"]["hostname"], "box");
    assert_eq!(
        event.action.tool().unwrap().operation,
        vocabulary::operation(Meaning::Shell, &json!({"command": "ls"}))
    );
}

/// Whatever the tool is called and however the command comes, it is understood as one.
#[test]
fn no_spelling_of_a_command_is_missed() {
    let long = format!("echo {} ; cat ~/.ssh/id_rsa", "x".repeat(300 * 1024));
    for (tool, input, command) in [
        ("Bash", json!({"command": ["cat", "/a b"]}), "cat '/a b'"),
        ("Shell", json!({"command": "id"}), "id"),
        ("run_terminal_cmd", json!({"command": "id"}), "id"),
        ("run_command", json!({"cmd": "id"}), "id"),
        ("PowerShell", json!({"command": "id"}), "id"),
        ("Bash", json!("{\"command\":\"id\"}"), "id"),
        ("Bash", json!({"command": long}), long.as_str()),
    ] {
        let payload = claude_call(tool, &input);
        let call = read(CollectRoute::PreToolUse, None, &payload);
        let Operation::Shell { command: found, .. } = &call.event.action.tool().unwrap().operation
        else {
            panic!("{tool} {input} is no command");
        };
        assert!(found == command, "{tool}");
    }
}

#[test]
fn the_route_names_the_moment_not_the_payload() {
    let mut payload = claude_call("Bash", &json!({"command": "id"}));
    payload["hook_event_name"] = json!("Notification");
    let call = read(CollectRoute::PreToolUse, None, &payload);
    assert!(matches!(call.event.action, Action::ToolCall { .. }));
    assert_eq!(
        call.answer,
        AnswerKind::ToolGate {
            asking: Asking::Person
        }
    );
}

#[test]
fn results_may_be_texts_or_lists_and_sessions_may_be_missing() {
    for output in [
        json!("done"),
        json!(["a", 1]),
        json!({"stdout": "x"}),
        json!(7),
    ] {
        for name in ["tool_result", "tool_response"] {
            let payload =
                json!({"tool_name": "Bash", "tool_input": {"command": "ls"}, name: output});
            let call = read(CollectRoute::PostToolUse, None, &payload);
            assert_eq!(call.event.session, None);
            let Action::ToolResult { output: found, .. } = &call.event.action else {
                panic!("{name}");
            };
            assert_eq!(*found, output, "{name}");
        }
    }
}

#[test]
fn cursors_fields_get_their_names_back() {
    let payload = json!({
        "session_id": "conv-1",
        "session_cwd": "/p",
        "tool_name": "Shell",
        "tool_input": {"command": "npm test"},
        "tool_result": {"output": "ok"},
        "_cursor": {"generation_id": "g-1", "model": "m", "cursor_version": "1.7.0"},
    });
    let call = read(CollectRoute::PostToolUse, Some("cursor"), &payload);
    assert_eq!(call.event.agent, Some(AgentKind::Cursor));
    assert_eq!(call.event.moment.as_deref(), Some("postToolUse"));
    assert_eq!(call.event.session.as_ref().unwrap().as_str(), "conv-1");
    assert_eq!(call.event.cwd.as_deref(), Some("/p"));
    assert_eq!(call.event.rest["generation_id"], "g-1");
    assert_eq!(call.twin, None);
    let Action::ToolResult { output, .. } = &call.event.action else {
        panic!("{:?}", call.event.action);
    };
    assert_eq!(*output, "ok");
}

#[test]
fn answers_have_the_documented_shapes() {
    let answer = |verdict| Answer {
        verdict,
        reason: "because",
        hint: "",
    };
    let said = |route, source, verdict| {
        let agent = collected_agent(source);
        collected_reply(route, agent, Some("s-1"), &answer(verdict))
    };
    let pre = CollectRoute::PreToolUse;
    for verdict in [Verdict::Allow, Verdict::Alert] {
        assert_eq!(said(pre, None, verdict), json!({}));
        assert_eq!(
            said(pre, Some("cursor"), verdict),
            json!({"decision": "allow"})
        );
    }
    for (verdict, name) in [(Verdict::Ask, "ask"), (Verdict::Deny, "deny")] {
        assert_eq!(
            said(pre, Some("claude_code"), verdict),
            json!({"hookSpecificOutput": {
                "hookEventName": "PreToolUse",
                "permissionDecision": name,
                "permissionDecisionReason": "because",
            }})
        );
        assert_eq!(
            said(pre, Some("cursor"), verdict),
            json!({"decision": "deny", "reason": "because"})
        );
    }
    for (route, status) in [
        (CollectRoute::PostToolUse, "received"),
        (CollectRoute::PostToolUseError, "received"),
        (CollectRoute::PermissionRequest, "received"),
        (CollectRoute::UserPromptSubmit, "received"),
    ] {
        assert_eq!(
            said(route, None, Verdict::Deny),
            json!({"status": status}),
            "{}",
            route.name()
        );
    }
    for (route, status) in [
        (CollectRoute::SessionStart, "session_started"),
        (CollectRoute::SessionEnd, "session_ended"),
        (CollectRoute::SubagentStart, "subagent_started"),
        (CollectRoute::SubagentStop, "subagent_stopped"),
    ] {
        assert_eq!(
            said(route, None, Verdict::Allow),
            json!({"status": status, "session_id": "s-1"}),
            "{}",
            route.name()
        );
    }
}

#[test]
fn garbage_is_an_error_and_a_bare_object_is_read() {
    for route in CollectRoute::ALL {
        for source in [None, Some("cursor")] {
            let agent = collected_agent(source);
            for garbage in [&b""[..], b"[]", b"{", b"\xff\xfe"] {
                assert!(read_collected(route, agent, garbage, stamp()).is_err());
            }
            for odd in [
                json!({}),
                json!({"_cursor": 1, "tool_result": [], "tool_input": null, "session_id": 5}),
            ] {
                let call = read(route, source, &odd);
                assert_eq!(call.event.agent, Some(agent));
            }
        }
    }
}
