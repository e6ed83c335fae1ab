//! Gemini CLI's dialect: `decision: "deny"` with a `reason` for the model, and a
//! `systemMessage` for the user. No output means no opinion.

use crate::answer::{AnswerKind, Decided, Message, Reply, json};
use serde_json::json;

pub(super) fn render(kind: &AnswerKind, message: &Message) -> Reply {
    let text = json!(&message.text);
    let told = ("systemMessage", text.clone());
    match (kind, message.verdict) {
        (AnswerKind::Notice | AnswerKind::Observe, _) | (_, Decided::Tell) => json([told]),
        (
            AnswerKind::ToolGate { .. }
            | AnswerKind::PermissionGate
            | AnswerKind::PromptGate
            | AnswerKind::ResultGate
            | AnswerKind::ChangeGate,
            Decided::Ask | Decided::Stop,
        ) => json([("decision", json!("deny")), ("reason", text), told]),
    }
}
