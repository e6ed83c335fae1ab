//! Codex's `hooks.json`: groups as Claude Code has them, a shell's command line,
//! time-outs in seconds. Each entry's text is what the user trusts: changing it means
//! asking the user again.

use crate::install::{Hooks, Moment, Node, Shape};
use crate::vocabulary::quoted;
use ringfence_event::AgentKind;

pub(super) static HOOKS: Hooks = Hooks {
    agent: AgentKind::Codex,
    moments: MOMENTS,
    shape: Shape::Groups,
    entry,
    head: None,
    // The switch is in another file: `features.hooks` in `config.toml`.
    switched_off: |_| None,
};

const MOMENTS: &[Moment] = &[
    moment("PreToolUse", 10),
    moment("PermissionRequest", 10),
    moment("PostToolUse", 10),
    moment("UserPromptSubmit", 10),
    moment("SessionStart", 10),
    // Codex warns of more than three seconds for these two.
    moment("SessionEnd", 3),
    moment("Interrupt", 3),
    moment("Stop", 10),
    moment("SubagentStart", 10),
    moment("SubagentStop", 10),
    moment("PreCompact", 10),
    moment("PostCompact", 10),
];

const fn moment(name: &'static str, timeout: u32) -> Moment {
    Moment {
        name,
        matcher: None,
        timeout,
    }
}

fn entry(moment: &Moment, program: &str) -> Node {
    let command = format!("{} hook {}", quoted(program), AgentKind::Codex);
    let hook = Node::Row(vec![
        ("type", Node::text("command")),
        ("command", Node::Text(command)),
        ("timeout", Node::Number(moment.timeout)),
    ]);
    Node::Row(vec![("hooks", Node::Inline(vec![hook]))])
}
