//! What Claude Code keeps in files beside a transcript: who started a subagent, and results that
//! are too long for a line.

use crate::bound;
use crate::fields::Fields;
use crate::history::Page;
use ringfence_event::{Action, Outcome};
use serde_json::Value;

/// Reads what stands beside a subagent's transcript: who started it.
pub(crate) fn read_meta(mut fields: Fields, page: &mut Page<'_>) {
    let id = page.state.name.clone();
    let id = id.strip_suffix(".meta.json").unwrap_or(&id);
    let id = id.strip_prefix("agent-").unwrap_or(id).to_owned();
    page.in_session(Some(page.state.above.clone()));
    let name = fields.text("agentType");
    let call = fields.text("toolUseId");
    page.identify(Some(format!("subagent {id}")));
    page.subagent = Some(id);
    page.keep(fields);
    let action = Action::SubagentStart { name };
    match call {
        Some(call) => page.tell_call(&call, action),
        None => page.tell(action),
    }
}

/// Reads a long result that stands in a file of its own, named for its call.
pub(crate) fn read_result(text: &str, page: &mut Page<'_>) {
    let name = page.state.name.clone();
    let call = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(call, _)| call);
    page.in_session(Some(page.state.above.clone()));
    page.identify(Some(format!("result {call}")));
    let tool = page.state.calls.close(call);
    page.tell_call(
        call,
        Action::ToolResult {
            tool,
            outcome: Outcome::Unknown,
            output: Value::String(bound::text(text.to_owned())),
        },
    );
}
