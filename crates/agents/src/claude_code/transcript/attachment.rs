//! What Claude Code puts before its model beside the conversation: files that were named with `@`,
//! notes about itself, and what hooks said.

use crate::bound;
use crate::fields::Fields;
use crate::history::Page;
use ringfence_event::{Action, Change, ChangeKind, HookCounts, Operation, Outcome, Tool};
use serde_json::Value;

/// Attachments with which the agent tells its model about itself.
const STANDING: &[&str] = &[
    "agent_listing_delta",
    "date",
    "deferred_tools_delta",
    "environment",
    "mcp_instructions_delta",
    "model",
    "output_style",
    "plan_mode",
    "prompt_snapshot",
    "remote_session_change",
    "session_context",
    "skill_listing",
    "task_reminder",
    "todo_reminder",
    "total_tokens_reminder",
];

/// Reads a line of the type `attachment`.
pub(super) fn read(mut fields: Fields, page: &mut Page<'_>) {
    let Value::Object(attached) = fields.value("attachment") else {
        page.unknown(fields);
        return;
    };
    let mut attached = Fields::new(attached);
    let kind = attached.see_text("type").unwrap_or_default().to_owned();
    page.moment = Some(format!("attachment:{kind}"));
    if let Some(end) = kind.strip_prefix("hook_") {
        hook(end, attached, page);
        return;
    }
    match kind.as_str() {
        // A file that was named with `@` in a prompt: no tool reads it, and no hook is told.
        "file" | "directory" | "pdf_reference" => {
            let path = attached.text("filename").or_else(|| attached.text("path"));
            let output = bound::value(attached.value("content"));
            let tool = Tool {
                name: "@".to_owned(),
                operation: Operation::Read {
                    paths: path.into_iter().collect(),
                },
                input: Value::Null,
            };
            page.tell(Action::ToolResult {
                tool,
                outcome: Outcome::Success,
                output,
            });
        }
        "edited_text_file" => {
            let path = attached.text("filename").unwrap_or_default();
            let changes = vec![Change {
                path,
                change: ChangeKind::Update,
                text: attached.text("snippet"),
            }];
            let tool = Tool {
                name: "edited_text_file".to_owned(),
                operation: Operation::Write { changes },
                input: Value::Null,
            };
            page.tell(Action::ToolResult {
                tool,
                outcome: Outcome::Success,
                output: Value::Null,
            });
        }
        "queued_command" => page.tell(Action::Prompt {
            text: attached.text("prompt").unwrap_or_default(),
        }),
        kind if STANDING.contains(&kind) => page.quiet(),
        _ => page.unknown(attached),
    }
}

/// `hook_success`, `hook_blocking_error`, `hook_cancelled` and their kin: a hook did run.
fn hook(end: &str, mut attached: Fields, page: &mut Page<'_>) {
    let one = |yes: bool| u64::from(yes);
    let blocked = matches!(end, "blocking_error" | "stopped_continuation");
    let cancelled = end == "cancelled";
    let failed = matches!(end, "non_blocking_error" | "error_during_execution");
    let counts = HookCounts {
        hooks: 1,
        succeeded: one(!(blocked || cancelled || failed)),
        blocked: one(blocked),
        failed: one(failed),
        cancelled: one(cancelled),
        milliseconds: attached.value("durationMs").as_u64().unwrap_or(0),
    };
    let moment = attached.text("hookEvent").unwrap_or_default();
    let name = attached.text("hookName");
    let call = attached.text("toolUseID").filter(|id| !id.is_empty());
    page.keep(attached);
    let action = Action::HookRun {
        moment,
        name,
        counts,
    };
    match call {
        Some(call) => page.tell_call(&call, action),
        None => page.tell(action),
    }
}
