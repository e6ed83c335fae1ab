//! Codex's dialect: Claude Code's words, but an unknown or unsupported field makes
//! the whole answer void and lets the call run: no `ask`, no `suppressOutput`, no bare
//! `reason`.

use crate::answer::{AnswerKind, Decided, Message, Reply, json};
use serde_json::json;

pub(super) fn render(kind: &AnswerKind, message: &Message) -> Reply {
    let text = &message.text;
    let told = ("systemMessage", json!(text));
    let decided = match (kind, message.verdict) {
        (AnswerKind::Notice | AnswerKind::Observe, _) | (_, Decided::Tell) => return json([told]),
        (AnswerKind::ToolGate { .. }, Decided::Ask | Decided::Stop) => vec![(
            "hookSpecificOutput",
            json!({
                "hookEventName": "PreToolUse",
                "permissionDecision": "deny",
                "permissionDecisionReason": text,
            }),
        )],
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
    json(decided.into_iter().chain([told]))
}
