//! Cursor's dialect: `permission` before tools, `continue` before a prompt. An empty
//! object leaves its own prompt in place (no output at all would count as broken where
//! the user has set `failClosed`); it has no message that goes with a permission it
//! decides itself, so an alert is silent.

use crate::answer::{AnswerKind, Decided, Message, Reply, json};
use serde_json::json;

pub(super) fn silence() -> Reply {
    json([])
}

pub(super) fn render(kind: &AnswerKind, message: &Message) -> Reply {
    let text = json!(&message.text);
    let user = ("user_message", text.clone());
    match (kind, message.verdict) {
        (AnswerKind::ToolGate { .. } | AnswerKind::PermissionGate, Decided::Ask) => {
            json([("permission", json!("ask")), user, ("agent_message", text)])
        }
        (AnswerKind::ToolGate { .. } | AnswerKind::PermissionGate, Decided::Stop) => {
            json([("permission", json!("deny")), user, ("agent_message", text)])
        }
        (AnswerKind::PromptGate, Decided::Ask | Decided::Stop) => {
            json([("continue", json!(false)), user])
        }
        (_, Decided::Tell)
        | (
            AnswerKind::ResultGate
            | AnswerKind::ChangeGate
            | AnswerKind::Notice
            | AnswerKind::Observe,
            _,
        ) => silence(),
    }
}
