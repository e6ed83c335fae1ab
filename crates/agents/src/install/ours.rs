//! Which entries in a settings file are Ringfence's, whatever path they call.

use super::edit::Container;
use super::{EditError, Hooks, Shape, syntax};
use jsonc_parser::ast::{Array, Object, Value};
use ringfence_event::AgentKind;

/// Most entries of ours that are taken out of one file.
const MOST: usize = 500;

/// The name of our program, without directory.
const PROGRAM: &str = "ringfence";

/// One entry of ours.
pub(super) struct Found {
    moment: String,
    /// The path that it calls.
    program: String,
    matcher: Option<String>,
}

/// All entries of ours in a file.
pub(super) struct Survey {
    pub(super) found: Vec<Found>,
}

impl Survey {
    /// Nothing needs to be done.
    pub(super) fn is_what_is_wanted(&self, hooks: &Hooks, program: &str) -> bool {
        self.what_is_different(hooks, program).is_none()
    }

    /// In what way the entries are not those that installing would make.
    pub(super) fn what_is_different(&self, hooks: &Hooks, program: &str) -> Option<String> {
        if let Some(other) = self.found.iter().find(|found| found.program != program) {
            return Some(format!("a hook calls another program, `{}`", other.program));
        }
        let on = |name: &str| {
            self.found
                .iter()
                .filter(|found| found.moment == name)
                .count()
        };
        let missing: Vec<_> = hooks
            .moments
            .iter()
            .map(|moment| moment.name)
            .filter(|name| on(name) == 0)
            .collect();
        if !missing.is_empty() {
            return Some(format!("no hook on {}", missing.join(", ")));
        }
        for moment in hooks.moments {
            if on(moment.name) > 1 {
                return Some(format!("more than one hook on {}", moment.name));
            }
        }
        for found in &self.found {
            if !hooks
                .moments
                .iter()
                .any(|moment| moment.name == found.moment)
            {
                return Some(format!("a hook on {} that does no good", found.moment));
            }
            if let Some(matcher) = &found.matcher {
                return Some(format!(
                    "the hook on {} sees only `{matcher}`",
                    found.moment
                ));
            }
        }
        None
    }
}

/// Finds all entries of ours, and makes sure that hooks can be edited at all.
pub(super) fn survey(hooks: &Hooks, root: &Object<'_>) -> Result<Survey, EditError> {
    let mut found = Vec::new();
    let Some(value) = syntax::field(root, "hooks") else {
        return Ok(Survey { found });
    };
    let Value::Object(table) = value else {
        return Err(EditError::WrongType {
            key: "hooks".to_owned(),
            expected: "an object",
        });
    };
    for property in &table.properties {
        let name = property.name.as_str();
        let Value::Array(list) = &property.value else {
            if hooks.moments.iter().any(|moment| moment.name == name) {
                return Err(EditError::WrongType {
                    key: format!("hooks.{name}"),
                    expected: "a list",
                });
            }
            continue;
        };
        for entry in objects(list) {
            for handler in handlers(hooks.shape, entry) {
                if let Some(program) = program_of(hooks.agent, handler) {
                    found.push(Found {
                        moment: name.to_owned(),
                        program,
                        matcher: narrowed_by(entry),
                    });
                }
            }
        }
    }
    if found.len() > MOST {
        return Err(EditError::TooMany { limit: MOST });
    }
    Ok(Survey { found })
}

/// A piece to be cut out.
pub(super) enum Cut {
    /// One item of a container.
    Item(Container, usize),
    /// The last item of the file's object, which this is, and the one before it.
    LastTwo(Container, usize),
    /// The file holds nothing else.
    Everything,
}

/// Finds the last piece of ours (what was put in last goes out first): a hook in a group of the user's, or else the largest
/// piece around it that was made for it alone.
pub(super) fn next_cut(hooks: &Hooks, text: &str, root: &Object<'_>) -> Option<Cut> {
    let Value::Object(table) = syntax::field(root, "hooks")? else {
        return None;
    };
    for (place, property) in table.properties.iter().enumerate().rev() {
        let Value::Array(list) = &property.value else {
            continue;
        };
        for (index, element) in list.elements.iter().enumerate().rev() {
            let Value::Object(entry) = element else {
                continue;
            };
            let Some(inside) = cut_inside(hooks, entry) else {
                continue;
            };
            if let Inside::Hook(container, index) = inside {
                return Some(Cut::Item(container, index));
            }
            let container = Container::array(list);
            if !container.was_made_for_its_item(text) {
                return Some(Cut::Item(container, index));
            }
            return Some(cut_around(hooks, text, root, table, place));
        }
    }
    None
}

/// Where in an entry something of ours is.
enum Inside {
    /// The whole entry.
    All,
    /// One hook beside others.
    Hook(Container, usize),
}

fn cut_inside(hooks: &Hooks, entry: &Object<'_>) -> Option<Inside> {
    let is_ours = |handler: &Object<'_>| program_of(hooks.agent, handler).is_some();
    if hooks.shape == Shape::Handlers {
        return is_ours(entry).then_some(Inside::All);
    }
    let Value::Array(list) = syntax::field(entry, "hooks")? else {
        return None;
    };
    let ours = |value: &Value<'_>| value.as_object().is_some_and(is_ours);
    let index = list.elements.iter().rposition(ours)?;
    if list.elements.iter().all(ours) {
        return Some(Inside::All);
    }
    Some(Inside::Hook(Container::array(list), index))
}

/// The list of a moment was made for our entry: so perhaps was what is around it.
fn cut_around(
    hooks: &Hooks,
    text: &str,
    root: &Object<'_>,
    table: &Object<'_>,
    place: usize,
) -> Cut {
    let container = Container::object(table);
    if !container.was_made_for_its_item(text) {
        return Cut::Item(container, place);
    }
    let position = |name: &str| {
        let mut properties = root.properties.iter();
        properties.rposition(|property| property.name.as_str() == name)
    };
    let index = position("hooks").unwrap_or_default();
    let outer = Container::object(root);
    // The head was written together with the hooks: it goes with them.
    if let Some((name, _)) = hooks.head
        && let Some(head) = position(name)
        && head + 1 == index
        && root.properties.len() == index + 1
    {
        if head == 0 && is_only_content(text, root) {
            return Cut::Everything;
        }
        return Cut::LastTwo(outer, index);
    }
    if outer.was_made_for_its_item(text) && is_only_content(text, root) {
        return Cut::Everything;
    }
    Cut::Item(outer, index)
}

/// The file has no comment, and its first field stands on a line of its own.
fn is_only_content(text: &str, root: &Object<'_>) -> bool {
    let blank = |from: usize, to: usize| {
        let between = text.get(from..to).unwrap_or_default();
        between
            .chars()
            .all(|letter| letter.is_whitespace() || letter == ',')
    };
    let first = text.get(root.range.start + 1..).unwrap_or_default();
    let mut end = root.range.start + 1;
    for property in &root.properties {
        if !blank(end, property.range.start) {
            return false;
        }
        end = property.range.end;
    }
    first
        .trim_start_matches([' ', '\t', '\r'])
        .starts_with('\n')
        && blank(0, root.range.start)
        && blank(end, root.range.end.saturating_sub(1))
        && blank(root.range.end, text.len())
}

fn objects<'b, 'a>(list: &'b Array<'a>) -> impl Iterator<Item = &'b Object<'a>> {
    list.elements.iter().filter_map(Value::as_object)
}

fn handlers<'b, 'a>(shape: Shape, entry: &'b Object<'a>) -> Vec<&'b Object<'a>> {
    match (shape, syntax::field(entry, "hooks")) {
        (Shape::Handlers, _) => vec![entry],
        (Shape::Groups, Some(Value::Array(list))) => objects(list).collect(),
        (Shape::Groups, _) => Vec::new(),
    }
}

/// The matcher of an entry, unless it matches everything.
fn narrowed_by(entry: &Object<'_>) -> Option<String> {
    match syntax::field(entry, "matcher")? {
        Value::StringLit(text) if matches!(text.value.as_ref(), "" | "*" | ".*") => None,
        Value::StringLit(text) => Some(text.value.to_string()),
        _ => None,
    }
}

/// The program that a hook calls, if it is `ringfence hook <agent>`.
fn program_of(agent: AgentKind, handler: &Object<'_>) -> Option<String> {
    let Value::StringLit(command) = syntax::field(handler, "command")? else {
        return None;
    };
    let program = match syntax::field(handler, "args") {
        Some(Value::Array(args)) => {
            let mut words = args.elements.iter().map(|word| match word {
                Value::StringLit(text) => Some(text.value.as_ref()),
                _ => None,
            });
            let is_hook = words.next()? == Some("hook");
            let names_agent = AgentKind::from_name(words.next()??) == Some(agent);
            (is_hook && names_agent && words.next().is_none()).then(|| command.value.to_string())?
        }
        _ => called_by(agent, &command.value)?,
    };
    let name = program.rsplit(['/', '\\']).next()?;
    (name == PROGRAM).then_some(program)
}

/// The program of the command line `<program> hook <agent>`, without quotes.
fn called_by(agent: AgentKind, line: &str) -> Option<String> {
    let (rest, name) = line.trim().rsplit_once(char::is_whitespace)?;
    if AgentKind::from_name(name) != Some(agent) {
        return None;
    }
    let (program, word) = rest.trim_end().rsplit_once(char::is_whitespace)?;
    if word != "hook" {
        return None;
    }
    let program = program.trim();
    let inside = |quote: char| program.strip_prefix(quote)?.strip_suffix(quote);
    Some(match (inside('\''), inside('"')) {
        (Some(inner), _) => inner.replace(r"'\''", "'"),
        (None, Some(inner)) => inner.to_owned(),
        (None, None) => program.to_owned(),
    })
}
