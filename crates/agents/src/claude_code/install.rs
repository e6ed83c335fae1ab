//! Claude Code's `settings.json`: groups with a matcher; the exec form of a hook needs
//! no shell; time-outs in seconds.

use crate::install::{Hooks, Moment, Node, Shape};
use jsonc_parser::ast::{Object, Value};
use ringfence_event::AgentKind;

pub(super) static HOOKS: Hooks = Hooks {
    agent: AgentKind::ClaudeCode,
    moments: MOMENTS,
    shape: Shape::Groups,
    entry,
    head: None,
    switched_off,
};

/// Left out: `WorktreeCreate` and `WorktreeRemove` (a hook there replaces Claude
/// Code's own work), `FileChanged` (needs the names of files to watch), `MessageDisplay`
/// (once for each few words) and `PostToolBatch` (what `PostToolUse` has told already).
const MOMENTS: &[Moment] = &[
    with_matcher("PreToolUse"),
    with_matcher("PostToolUse"),
    with_matcher("PostToolUseFailure"),
    with_matcher("PermissionRequest"),
    with_matcher("PermissionDenied"),
    moment("UserPromptSubmit"),
    moment("UserPromptExpansion"),
    moment("SessionStart"),
    // All hooks of this moment share a second and a half.
    Moment {
        name: "SessionEnd",
        matcher: None,
        timeout: 1,
    },
    moment("Stop"),
    moment("StopFailure"),
    moment("SubagentStart"),
    moment("SubagentStop"),
    moment("PreCompact"),
    moment("PostCompact"),
    moment("PreModelSwitch"),
    moment("PostModelSwitch"),
    moment("Notification"),
    moment("Setup"),
    moment("TeammateIdle"),
    moment("TaskCreated"),
    moment("TaskCompleted"),
    moment("Elicitation"),
    moment("ElicitationResult"),
    moment("ConfigChange"),
    moment("InstructionsLoaded"),
    moment("CwdChanged"),
    moment("DirectoryAdded"),
];

const fn moment(name: &'static str) -> Moment {
    Moment {
        name,
        matcher: None,
        timeout: 10,
    }
}

const fn with_matcher(name: &'static str) -> Moment {
    Moment {
        name,
        matcher: Some("*"),
        timeout: 10,
    }
}

fn entry(moment: &Moment, program: &str) -> Node {
    let hook = Node::Row(vec![
        ("type", Node::text("command")),
        ("command", Node::text(program)),
        (
            "args",
            Node::Inline(vec![
                Node::text("hook"),
                Node::text(AgentKind::ClaudeCode.name()),
            ]),
        ),
        ("timeout", Node::Number(moment.timeout)),
    ]);
    let mut group = Vec::new();
    if let Some(matcher) = moment.matcher {
        group.push(("matcher", Node::text(matcher)));
    }
    group.push(("hooks", Node::Inline(vec![hook])));
    Node::Row(group)
}

fn switched_off(root: &Object<'_>) -> Option<&'static str> {
    match &root.get("disableAllHooks")?.value {
        Value::BooleanLit(off) if off.value => Some("`disableAllHooks` is true"),
        _ => None,
    }
}
