//! Fields of one section in a JSON file set, and set back.

use super::super::edit::{self, Container, Item};
use super::super::node::{Layout, Node};
use super::super::{EditError, Removal, syntax};
use super::Replaced;
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;
use std::collections::BTreeMap;

/// A section's fields with their values, as JSON.
pub(super) type Fields = BTreeMap<String, serde_json::Value>;

/// Returns the fields of a section; none if it is not there.
pub(super) fn fields(text: &str, section: &str) -> Result<Fields, EditError> {
    if syntax::is_blank(text) {
        return Ok(Fields::new());
    }
    let (_, body) = syntax::without_mark(text);
    syntax::with_root(body, |root| {
        let Some(object) = object(root, section)? else {
            return Ok(Fields::new());
        };
        let each = object.properties.iter().filter_map(|property| {
            let value = serde_json::from_str(raw(body, &property.value)).ok()?;
            Some((property.name.as_str().to_owned(), value))
        });
        Ok(each.collect())
    })?
}

/// Sets fields of a section. A section that is not there is made.
pub(super) fn set(
    text: &str,
    section: &'static str,
    fields: Vec<(&'static str, Node)>,
) -> Result<(String, Vec<Replaced>), EditError> {
    let (mark, body) = syntax::without_mark(text);
    if syntax::is_blank(body) {
        let layout = Layout::default();
        let table = Node::Table(vec![(section, Node::Table(fields))]);
        let text = format!("{}\n", layout.print(&table, ""));
        let mut replaced = vec![the_file()];
        replaced.extend(made(&text, section)?);
        return Ok((text, replaced));
    }
    let layout = Layout::of(body);
    let found = syntax::with_root(body, |root| Ok(object(root, section)?.is_some()))??;
    if !found {
        let item = Item::Field(section, Node::Table(fields));
        let text = syntax::with_root(body, |root| {
            edit::append(body, &Container::object(root), &item, &layout)
        })?;
        let made = made(&text, section)?;
        return Ok((format!("{mark}{text}"), made));
    }
    let mut text = body.to_owned();
    let mut replaced = Vec::new();
    for (name, node) in fields {
        let after = layout.print(&node, "");
        let (next, before) = set_one(&text, section, name, node, &layout)?;
        if next != text {
            replaced.push(Replaced {
                path: vec![section.to_owned(), name.to_owned()],
                before,
                after,
            });
        }
        text = next;
    }
    Ok((format!("{mark}{text}"), replaced))
}

/// Says that the file was made, and held nothing else.
fn the_file() -> Replaced {
    Replaced {
        path: Vec::new(),
        before: None,
        after: String::new(),
    }
}

fn made(text: &str, section: &str) -> Result<Vec<Replaced>, EditError> {
    let after = syntax::with_root(text, |root| {
        syntax::field(root, section).map(|value| raw(text, value).to_owned())
    })?;
    Ok(vec![Replaced {
        path: vec![section.to_owned()],
        before: None,
        after: after.unwrap_or_default(),
    }])
}

/// Sets one field; returns what stood there.
fn set_one(
    text: &str,
    section: &str,
    name: &'static str,
    node: Node,
    layout: &Layout,
) -> Result<(String, Option<String>), EditError> {
    syntax::with_root(text, |root| {
        let Some(object) = object(root, section)? else {
            return Ok((text.to_owned(), None));
        };
        match syntax::field(object, name) {
            Some(value) => {
                let before = raw(text, value).to_owned();
                let new = layout.print(&node, "");
                Ok((replace(text, value, &new), Some(before)))
            }
            None => {
                let item = Item::Field(name, node);
                let container = Container::object(object);
                Ok((edit::append(text, &container, &item, layout), None))
            }
        }
    })?
}

/// Sets back what still stands as it was written, last first.
pub(super) fn undo(current: &str, replaced: &[Replaced]) -> Result<Removal, EditError> {
    let (mark, body) = syntax::without_mark(current);
    let mut text = body.to_owned();
    for one in replaced.iter().rev() {
        text = match one.path.as_slice() {
            [section, name] => undo_one(&text, section, name, one)?,
            [section] => undo_section(&text, section, &one.after)?,
            _ => text,
        };
    }
    let made = replaced.first().is_some_and(|one| *one == the_file());
    if made && text.split_whitespace().collect::<String>() == "{}" {
        return Ok(Removal::Empty);
    }
    Ok(Removal::Text(format!("{mark}{text}")))
}

fn undo_one(text: &str, section: &str, name: &str, one: &Replaced) -> Result<String, EditError> {
    syntax::with_root(text, |root| {
        let Some(object) = object(root, section)? else {
            return Ok(text.to_owned());
        };
        let Some(value) = syntax::field(object, name) else {
            return Ok(text.to_owned());
        };
        if !is_same(raw(text, value), &one.after) {
            return Ok(text.to_owned());
        }
        Ok(match &one.before {
            Some(before) => replace(text, value, before),
            None => without(text, object, name),
        })
    })?
}

/// Takes out a section that was made, or of it what was written, if others have put something there.
fn undo_section(text: &str, section: &str, after: &str) -> Result<String, EditError> {
    let written: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(after).unwrap_or_default();
    let mut text = text.to_owned();
    let others = |object: &Object<'_>, text: &str| {
        object.properties.iter().any(|property| {
            let value = written.get(property.name.as_str());
            value.is_none_or(|value| !is_same(raw(text, &property.value), &value.to_string()))
        })
    };
    let is_ours = syntax::with_root(&text, |root| {
        Ok(object(root, section)?.is_some_and(|object| !others(object, &text)))
    })??;
    if is_ours {
        return syntax::with_root(&text, |root| without(&text, root, section));
    }
    for (name, value) in written.iter().rev() {
        let one = Replaced {
            path: Vec::new(),
            before: None,
            after: value.to_string(),
        };
        text = undo_one(&text, section, name, &one)?;
    }
    Ok(text)
}

/// The first setting that does not stand as it was written.
pub(super) fn gone(current: &str, replaced: &[Replaced]) -> Option<String> {
    for one in replaced {
        let section = one.path.first().map(String::as_str).unwrap_or_default();
        let found = fields(current, section).unwrap_or_default();
        let after: serde_json::Value = serde_json::from_str(&one.after).unwrap_or_default();
        let wanted: Vec<(String, serde_json::Value)> = match (one.path.get(1), after) {
            (Some(name), after) => vec![(name.clone(), after)],
            (None, serde_json::Value::Object(written)) => written.into_iter().collect(),
            (None, _) => Vec::new(),
        };
        for (name, value) in wanted {
            if found.get(&name) != Some(&value) {
                return Some(format!("{section}.{name}"));
            }
        }
    }
    None
}

fn object<'a, 'b>(
    root: &'b Object<'a>,
    section: &str,
) -> Result<Option<&'b Object<'a>>, EditError> {
    match syntax::field(root, section) {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(EditError::WrongType {
            key: section.to_owned(),
            expected: "an object",
        }),
    }
}

fn without(text: &str, object: &Object<'_>, name: &str) -> String {
    let mut properties = object.properties.iter();
    match properties.rposition(|property| property.name.as_str() == name) {
        Some(index) => edit::remove(text, &Container::object(object), index),
        None => text.to_owned(),
    }
}

fn raw<'t>(text: &'t str, value: &Value<'_>) -> &'t str {
    let range = value.range();
    text.get(range.start..range.end).unwrap_or_default()
}

fn replace(text: &str, value: &Value<'_>, new: &str) -> String {
    let range = value.range();
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    format!("{before}{new}{after}")
}

/// Whether two pieces say the same; agents write their settings anew in their own way.
fn is_same(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    one == other || read(one).is_some_and(|value| Some(value) == read(other))
}
