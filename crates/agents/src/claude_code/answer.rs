//! Claude Code's dialect: JSON on standard output, exit code 0. `hookSpecificOutput`
//! decides on tools, `decision: "block"` on everything else; `systemMessage` is shown
//! to the user. No output leaves the decision to Claude Code's own rules.

use crate::answer::{AnswerKind, Decided, Message, Reply, json};
use serde_json::json;

pub(super) fn render(kind: &AnswerKind, message: &Message) -> Reply {
    let text = &message.text;
    let told = ("systemMessage", json!(text));
    let decided = match (kind, message.verdict) {
        (AnswerKind::Notice | AnswerKind::Observe, _) | (_, Decided::Tell) => return json([told]),
        (AnswerKind::ToolGate { .. }, Decided::Ask) => tool_decision("ask", text),
        (AnswerKind::ToolGate { .. }, Decided::Stop) => tool_decision("deny", text),
        (AnswerKind::PermissionGate, _) => vec![(
            "hookSpecificOutput",
            json!({
                "hookEventName": "PermissionRequest",
                "decision": { "behavior": "deny", "message": text },
            }),
        )],
        (AnswerKind::PromptGate | AnswerKind::ResultGate | AnswerKind::ChangeGate, _) => {
            vec![("decision", json!("block")), ("reason", json!(text))]
        }
    };
    // Asking shows the reason to the user already.
    if message.verdict == Decided::Ask {
        return json(decided);
    }
    json(decided.into_iter().chain([told]))
}

fn tool_decision(decision: &str, reason: &str) -> Vec<(&'static str, serde_json::Value)> {
    vec![(
        "hookSpecificOutput",
        json!({
            "hookEventName": "PreToolUse",
            "permissionDecision": decision,
            "permissionDecisionReason": reason,
        }),
    )]
}
