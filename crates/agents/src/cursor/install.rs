//! Cursor's `hooks.json`: a list of hooks for each moment, a shell's command line,
//! time-outs in seconds. `failClosed` stays unset: what a hook that cannot run means
//! is the user's choice.

use crate::install::{Hooks, Moment, Node, Shape};
use crate::vocabulary::quoted;
use ringfence_event::AgentKind;

pub(super) static HOOKS: Hooks = Hooks {
    agent: AgentKind::Cursor,
    moments: MOMENTS,
    shape: Shape::Handlers,
    entry,
    head: Some(("version", 1)),
    switched_off: |_| None,
};

const MOMENTS: &[Moment] = &[
    moment("preToolUse"),
    moment("postToolUse"),
    moment("postToolUseFailure"),
    moment("beforeShellExecution"),
    moment("afterShellExecution"),
    moment("beforeMCPExecution"),
    moment("afterMCPExecution"),
    moment("beforeReadFile"),
    moment("afterFileEdit"),
    moment("beforeTabFileRead"),
    moment("afterTabFileEdit"),
    moment("beforeSubmitPrompt"),
    moment("sessionStart"),
    moment("sessionEnd"),
    moment("subagentStart"),
    moment("subagentStop"),
    moment("preCompact"),
    moment("stop"),
    moment("afterAgentResponse"),
    moment("afterAgentThought"),
    moment("workspaceOpen"),
];

const fn moment(name: &'static str) -> Moment {
    Moment {
        name,
        matcher: None,
        timeout: 10,
    }
}

fn entry(moment: &Moment, program: &str) -> Node {
    let command = format!("{} hook {}", quoted(program), AgentKind::Cursor);
    Node::Row(vec![
        ("command", Node::Text(command)),
        ("timeout", Node::Number(moment.timeout)),
    ])
}
