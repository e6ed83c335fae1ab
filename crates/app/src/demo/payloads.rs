//! What each agent tells its hooks of a step, in its own dialect, as `ringfence-agents` reads it.

use super::script::{Does, Session};
use ringfence_event::AgentKind;
use serde_json::{Value, json};
use std::borrow::Cow;

/// A step in an agent's words.
enum Told {
    /// Something is told, once.
    Once(&'static str, Value),
    /// A tool is called with these arguments, and gives this back.
    Tool(Cow<'static, str>, Value, Value),
}

/// Returns the payloads of a step: what is told before it, and after it.
pub(super) fn payloads(session: &Session, number: usize, does: &Does) -> (Value, Option<Value>) {
    let (base, told, moments) = match session.agent {
        AgentKind::Cursor => (cursor_base(session, number), cursor(does), CURSOR),
        AgentKind::Gemini => (gemini_base(session), gemini(does), GEMINI),
        AgentKind::Codex => (claude_base(session, number), codex(does), CLAUDE),
        _ => (claude_base(session, number), claude(does), CLAUDE),
    };
    let whole = |moment: &str, more: &Value| {
        let moment = json!({ "hook_event_name": moment });
        with(with(base.clone(), &moment), more)
    };
    match told {
        Told::Once(moment, more) => (whole(moment, &more), None),
        Told::Tool(name, input, output) => {
            let call = json!({ "tool_name": name, "tool_input": input });
            let after = with(call.clone(), &json!({ (moments.output): output }));
            (
                whole(moments.before, &call),
                Some(whole(moments.after, &after)),
            )
        }
    }
}

/// What an agent calls the moments of a tool call, and what it gave back.
#[derive(Clone, Copy)]
struct Moments {
    before: &'static str,
    after: &'static str,
    output: &'static str,
}

const CLAUDE: Moments = Moments {
    before: "PreToolUse",
    after: "PostToolUse",
    output: "tool_response",
};
const GEMINI: Moments = Moments {
    before: "BeforeTool",
    after: "AfterTool",
    output: "tool_response",
};
const CURSOR: Moments = Moments {
    before: "preToolUse",
    after: "postToolUse",
    output: "tool_output",
};

fn with(mut base: Value, more: &Value) -> Value {
    if let (Some(base), Some(more)) = (base.as_object_mut(), more.as_object()) {
        base.extend(more.clone());
    }
    base
}

fn claude_base(session: &Session, number: usize) -> Value {
    json!({ "session_id": session.id, "cwd": session.cwd, "model": session.model(), "permission_mode": "default",
        "tool_use_id": format!("call_{}_{number}", session.id) })
}

fn gemini_base(session: &Session) -> Value {
    json!({ "session_id": session.id, "cwd": session.cwd })
}

fn cursor_base(session: &Session, number: usize) -> Value {
    json!({ "conversation_id": session.id, "session_id": session.id, "model": session.model(),
        "generation_id": format!("{}-{number}", session.id), "workspace_roots": [session.cwd],
        "cwd": session.cwd, "tool_use_id": format!("tool_{number}") })
}

/// What Claude Code and Codex both tell in the same words.
fn talk(does: &Does) -> Option<Told> {
    Some(match does {
        Does::Start => Told::Once("SessionStart", json!({ "source": "startup" })),
        Does::Prompt(text) => Told::Once("UserPromptSubmit", json!({ "prompt": text })),
        Does::Say(text) => Told::Once(
            "Stop",
            json!({ "stop_hook_active": false, "last_assistant_message": text }),
        ),
        _ => return None,
    })
}

fn claude(does: &Does) -> Told {
    match does {
        Does::Run {
            command, prints, ..
        } => Told::Tool(
            "Bash".into(),
            json!({ "command": command }),
            json!({ "stdout": prints, "stderr": "", "interrupted": false }),
        ),
        Does::Read { path, text } => Told::Tool(
            "Read".into(),
            json!({ "file_path": path }),
            json!({ "type": "text", "file": { "filePath": path, "content": text } }),
        ),
        Does::Write { path, text } => Told::Tool(
            "Write".into(),
            json!({ "file_path": path, "content": text }),
            json!({ "type": "update", "filePath": path }),
        ),
        Does::Fetch { url, prints } => Told::Tool(
            "WebFetch".into(),
            json!({ "url": url, "prompt": "What does it say about the setup?" }),
            json!({ "code": 200, "codeText": "OK", "result": prints, "url": url }),
        ),
        Does::Mcp {
            server,
            tool,
            prints,
        } => Told::Tool(
            format!("mcp__{server}__{tool}").into(),
            json!({ "state": "open" }),
            json!([{ "type": "text", "text": prints }]),
        ),
        other => talk(other).unwrap_or(Told::Once("Notification", json!({}))),
    }
}

fn codex(does: &Does) -> Told {
    let shell = |command: String, prints: &str| {
        Told::Tool("Bash".into(), json!({ "command": command }), json!(prints))
    };
    match does {
        Does::Run {
            command, prints, ..
        } => shell(command.clone(), prints),
        Does::Read { path, text } => shell(format!("sed -n 1,200p {path}"), text),
        Does::Fetch { url, prints } => shell(format!("curl -s {url}"), prints),
        Does::Write { path, text } => {
            let patch = format!(
                "*** Begin Patch\n*** Add File: {path}\n+{}\n*** End Patch",
                text.trim_end()
            );
            Told::Tool(
                "apply_patch".into(),
                json!({ "command": patch }),
                json!("Success."),
            )
        }
        other => talk(other).unwrap_or(Told::Once("Notification", json!({}))),
    }
}

fn gemini(does: &Does) -> Told {
    let tool = |name: &'static str, input, output: &str| {
        let output = json!({ "llmContent": output, "returnDisplay": output });
        Told::Tool(Cow::Borrowed(name), input, output)
    };
    match does {
        Does::Start => Told::Once("SessionStart", json!({ "source": "startup" })),
        Does::Prompt(text) => Told::Once("BeforeAgent", json!({ "prompt": text })),
        Does::Say(text) => Told::Once(
            "AfterAgent",
            json!({ "prompt_response": text, "stop_hook_active": false }),
        ),
        Does::Run {
            command, prints, ..
        } => tool("run_shell_command", json!({ "command": command }), prints),
        Does::Read { path, text } => tool("read_file", json!({ "file_path": path }), text),
        Does::Write { path, text } => {
            let input = json!({ "file_path": path, "content": text });
            tool("write_file", input, "written")
        }
        Does::Fetch { url, prints } => {
            let input = json!({ "prompt": format!("Read {url}") });
            tool("web_fetch", input, prints)
        }
        Does::Mcp { .. } => Told::Once("Notification", json!({})),
    }
}

fn cursor(does: &Does) -> Told {
    let tool = |name: &'static str, input, output: &str| {
        let output = json!({ "stdout": output, "exitCode": 0 }).to_string();
        Told::Tool(Cow::Borrowed(name), input, Value::from(output))
    };
    match does {
        Does::Start => Told::Once("sessionStart", json!({ "composer_mode": "agent" })),
        Does::Prompt(text) => Told::Once("beforeSubmitPrompt", json!({ "prompt": text })),
        Does::Say(text) => Told::Once("afterAgentResponse", json!({ "text": text })),
        Does::Run {
            command, prints, ..
        } => tool("Shell", json!({ "command": command }), prints),
        Does::Read { path, text } => tool("Read", json!({ "file_path": path }), text),
        Does::Write { path, text } => {
            let input = json!({ "file_path": path, "content": text });
            tool("Write", input, "")
        }
        Does::Fetch { url, prints } => {
            let input = json!({ "command": format!("curl -s {url}") });
            tool("Shell", input, prints)
        }
        Does::Mcp { .. } => Told::Once("notification", json!({})),
    }
}
