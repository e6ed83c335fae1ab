//! Gemini CLI's `settings.json`: groups with a matcher, a shell's command line, a name
//! to switch a hook off by, time-outs in milliseconds. Hooks are on unless
//! `hooksConfig.enabled` is false.

use crate::install::{Hooks, Moment, Node, Shape};
use crate::vocabulary::quoted;
use jsonc_parser::ast::{Object, Value};
use ringfence_event::AgentKind;

const NAME: &str = "ringfence";

pub(super) static HOOKS: Hooks = Hooks {
    agent: AgentKind::Gemini,
    moments: MOMENTS,
    shape: Shape::Groups,
    entry,
    head: None,
    switched_off,
};

/// Left out: `BeforeModel`, `BeforeToolSelection` and `AfterModel`, which carry the
/// whole conversation with each request and each piece of an answer, and `PreCompress`,
/// which 0.61.0 fires before every request, compressed or not.
const MOMENTS: &[Moment] = &[
    moment("BeforeTool", Some("*")),
    moment("AfterTool", Some("*")),
    moment("BeforeAgent", None),
    moment("AfterAgent", None),
    moment("SessionStart", None),
    moment("SessionEnd", None),
    moment("Notification", None),
];

const fn moment(name: &'static str, matcher: Option<&'static str>) -> Moment {
    Moment {
        name,
        matcher,
        timeout: 10_000,
    }
}

fn entry(moment: &Moment, program: &str) -> Node {
    let command = format!("{} hook {}", quoted(program), AgentKind::Gemini);
    let hook = Node::Row(vec![
        ("type", Node::text("command")),
        ("name", Node::text(NAME)),
        ("command", Node::Text(command)),
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
    let settings = root.get_object("hooksConfig")?;
    if settings.get_boolean("enabled").is_some_and(|on| !on.value) {
        return Some("`hooksConfig.enabled` is false");
    }
    let names = &settings.get_array("disabled")?.elements;
    names
        .iter()
        .any(|name| matches!(name, Value::StringLit(text) if text.value == NAME))
        .then_some("`hooksConfig.disabled` names it")
}
