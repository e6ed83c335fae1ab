//! Hooks in and out of an agent's settings file, without harm to anything else in it:
//! comments, order, indentation and the user's own hooks stay as they are.
//!
//! **Invariant:** text in, text out. Installing twice changes nothing more, and
//! uninstalling takes out exactly what installing put in.

mod edit;
mod exporting;
mod node;
mod ours;
mod syntax;

use crate::agent;
use edit::Container;
pub use exporting::{
    Collector, ExportError, Exporting, Replaced, Variable, export, export_by_hand, export_path,
    still_exports, undo_export,
};
use jsonc_parser::ast::{Object, Value};
use node::Layout;
pub(crate) use node::Node;
use ours::Survey;
use ringfence_event::AgentKind;
pub(crate) use syntax::{field, is_blank, with_root, without_mark};

/// Why a settings file is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Larger than is edited.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Ringfence has no hooks for this agent.
    #[error("Ringfence has no hooks for this agent; it reads what the agent writes down")]
    NoHooks,
    /// Not JSON, not even with comments.
    #[error("the file is broken at line {line}, column {column}: {what}")]
    Broken {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// It holds no object.
    #[error("the file holds no JSON object")]
    NotAnObject,
    /// Something else stands where hooks belong.
    #[error("`{key}` is not {expected}")]
    WrongType {
        /// Where (`hooks.PreToolUse`).
        key: String,
        /// What it should be.
        expected: &'static str,
    },
    /// Too many entries of ours to be an accident.
    #[error("the file holds more than {limit} hooks of Ringfence: take them out by hand")]
    TooMany {
        /// The limit.
        limit: usize,
    },
}

/// What is left after uninstalling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// The file with this text.
    Text(String),
    /// Nothing but what we made: the file can go.
    Empty,
}

/// Whether an agent's hooks are in its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookState {
    /// There is no hook of Ringfence.
    Absent,
    /// Every moment is hooked, to the program that was asked about.
    Installed,
    /// There are hooks of Ringfence, but not the ones that installing would make.
    Stale {
        /// What is different.
        why: String,
    },
    /// The hooks are there, and the agent is told not to run any.
    Off {
        /// By what.
        why: String,
    },
    /// The file cannot be read.
    Unreadable {
        /// Why.
        why: String,
    },
}

/// How an agent's hooks are written.
pub(crate) struct Hooks {
    /// Whose they are.
    pub(crate) agent: AgentKind,
    /// Every moment that is hooked.
    pub(crate) moments: &'static [Moment],
    /// What stands in the list of a moment.
    pub(crate) shape: Shape,
    /// One entry of that list.
    pub(crate) entry: fn(&Moment, program: &str) -> Node,
    /// What a new file says before the hooks.
    pub(crate) head: Option<(&'static str, u32)>,
    /// Whether the file tells the agent to run no hooks, and by what.
    pub(crate) switched_off: fn(&Object<'_>) -> Option<&'static str>,
}

/// One moment that is hooked.
pub(crate) struct Moment {
    /// The agent's name for it.
    pub(crate) name: &'static str,
    /// Which tools or causes, if the moment has such.
    pub(crate) matcher: Option<&'static str>,
    /// In the agent's own unit.
    pub(crate) timeout: u32,
}

/// What stands in the list of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Groups with a matcher and a list of hooks.
    Groups,
    /// The hooks themselves.
    Handlers,
}

/// Returns the settings with Ringfence's hooks in; the same text if they are in already.
/// `program` is the absolute path of Ringfence.
pub fn install(
    agent: AgentKind,
    current: Option<&str>,
    program: &str,
) -> Result<String, EditError> {
    let hooks = agent::of(agent).hooks().ok_or(EditError::NoHooks)?;
    let current = current.unwrap_or_default();
    if syntax::is_blank(current) {
        return Ok(fresh(hooks, program));
    }
    let survey = syntax::with_root(current, |root| ours::survey(hooks, root))??;
    if survey.is_what_is_wanted(hooks, program) {
        return Ok(current.to_owned());
    }
    let clean = match take_out(hooks, current)? {
        Removal::Text(text) => text,
        Removal::Empty => return Ok(fresh(hooks, program)),
    };
    let (mark, body) = syntax::without_mark(&clean);
    Ok(format!("{mark}{}", put_in(hooks, body, program)?))
}

/// Returns the settings without Ringfence's hooks, those of other paths included.
pub fn uninstall(agent: AgentKind, current: &str) -> Result<Removal, EditError> {
    match agent::of(agent).hooks() {
        Some(hooks) if !syntax::is_blank(current) => take_out(hooks, current),
        _ => Ok(Removal::Text(current.to_owned())),
    }
}

/// Returns whether the hooks are in and would run.
pub fn inspect(agent: AgentKind, current: Option<&str>, program: &str) -> HookState {
    let current = current.unwrap_or_default();
    let Some(hooks) = agent::of(agent).hooks() else {
        return HookState::Absent;
    };
    if syntax::is_blank(current) {
        return HookState::Absent;
    }
    let looked = syntax::with_root(current, |root| {
        let survey = ours::survey(hooks, root)?;
        Ok((survey, (hooks.switched_off)(root)))
    });
    let (survey, off) = match looked.and_then(|inner| inner) {
        Ok(found) => found,
        Err(error) => {
            return HookState::Unreadable {
                why: error.to_string(),
            };
        }
    };
    if survey.found.is_empty() {
        return HookState::Absent;
    }
    if let Some(by) = off {
        return HookState::Off { why: by.to_owned() };
    }
    match survey.what_is_different(hooks, program) {
        Some(why) => HookState::Stale { why },
        None => HookState::Installed,
    }
}

/// Returns whether settings tell the agent to run no hooks, and by what. They may be a project's, in
/// which no hook of ours stands.
pub fn switched_off(agent: AgentKind, settings: &str) -> Option<&'static str> {
    let hooks = agent::of(agent).hooks()?;
    syntax::with_root(settings, |root| (hooks.switched_off)(root)).ok()?
}

/// Returns what the user must do before the hooks run.
pub fn after_install(agent: AgentKind) -> Option<&'static str> {
    agent::of(agent).after_install()
}

/// A file with nothing but our hooks.
fn fresh(hooks: &Hooks, program: &str) -> String {
    let mut fields = Vec::new();
    if let Some((name, number)) = hooks.head {
        fields.push((name, Node::Number(number)));
    }
    fields.push(("hooks", all(hooks, program)));
    let layout = Layout::default();
    let mut text = layout.print(&Node::Table(fields), "");
    text.push('\n');
    text
}

fn all(hooks: &Hooks, program: &str) -> Node {
    let lists = hooks.moments.iter().map(|moment| {
        let entry = (hooks.entry)(moment, program);
        (moment.name, Node::List(vec![entry]))
    });
    Node::Table(lists.collect())
}

/// Puts the hooks into a file that has none of ours.
fn put_in(hooks: &Hooks, body: &str, program: &str) -> Result<String, EditError> {
    let layout = Layout::of(body);
    let has_hooks = syntax::with_root(body, |root| root.get("hooks").is_some())?;
    let mut text = body.to_owned();
    if !has_hooks {
        if let Some((name, number)) = hooks.head {
            text = syntax::with_root(&text, |root| match root.get(name) {
                Some(_) => text.clone(),
                None => {
                    let item = edit::Item::Field(name, Node::Number(number));
                    edit::append(&text, &Container::object(root), &item, &layout)
                }
            })?;
        }
        let item = edit::Item::Field("hooks", all(hooks, program));
        return syntax::with_root(&text, |root| {
            edit::append(&text, &Container::object(root), &item, &layout)
        });
    }
    for moment in hooks.moments {
        text = syntax::with_root(&text, |root| {
            let entry = (hooks.entry)(moment, program);
            let Some(Value::Object(table)) = syntax::field(root, "hooks") else {
                return text.clone();
            };
            match syntax::field(table, moment.name) {
                Some(Value::Array(list)) => {
                    let item = edit::Item::Element(entry);
                    edit::append(&text, &Container::array(list), &item, &layout)
                }
                _ => {
                    let item = edit::Item::Field(moment.name, Node::List(vec![entry]));
                    edit::append(&text, &Container::object(table), &item, &layout)
                }
            }
        })?;
    }
    Ok(text)
}

/// Takes out everything of ours, one entry after another: each cut moves what follows.
fn take_out(hooks: &Hooks, current: &str) -> Result<Removal, EditError> {
    let (mark, body) = syntax::without_mark(current);
    let mut text = body.to_owned();
    loop {
        let cut = syntax::with_root(&text, |root| {
            ours::survey(hooks, root).map(|_: Survey| ours::next_cut(hooks, &text, root))
        })??;
        match cut {
            None => return Ok(Removal::Text(format!("{mark}{text}"))),
            Some(ours::Cut::Everything) => return Ok(Removal::Empty),
            Some(ours::Cut::LastTwo(container, index)) => {
                let without_last = edit::remove(&text, &container, index);
                text = syntax::with_root(&without_last, |root| {
                    edit::remove(&without_last, &Container::object(root), index - 1)
                })?;
            }
            Some(ours::Cut::Item(container, index)) => {
                text = edit::remove(&text, &container, index);
            }
        }
    }
}

#[cfg(test)]
mod tests;
