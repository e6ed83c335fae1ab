//! MCP servers in JSON with comments: `mcpServers`, of the user and, in Claude Code's file, of projects.

use super::{List, Server, Text};
use crate::install::{EditError, field, is_blank, with_root, without_mark};
use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged;

pub(super) fn servers(text: &str) -> Result<Vec<Server>, EditError> {
    if is_blank(text) {
        return Ok(Vec::new());
    }
    let mut found = with_root(text, |root| {
        let mut found = Vec::new();
        of_object(root, &mut found);
        if let Some(Value::Object(projects)) = field(root, "projects") {
            for project in &projects.properties {
                if let Value::Object(project) = &project.value {
                    of_object(project, &mut found);
                }
            }
        }
        found
    })?;
    let mark = without_mark(text).0.len();
    for server in &mut found {
        let list = server.arguments.iter_mut();
        let texts = list.flat_map(|list| {
            let items = list.items.iter_mut().map(|item| &mut item.span);
            items.chain([&mut list.span])
        });
        for span in texts.chain([&mut server.command.span]) {
            *span = span.start + mark..span.end + mark;
        }
    }
    Ok(found)
}

fn of_object(object: &Object<'_>, found: &mut Vec<Server>) {
    if let Some(Value::Object(servers)) = field(object, "mcpServers") {
        found.extend(servers.properties.iter().filter_map(server));
    }
}

fn server(property: &ObjectProp<'_>) -> Option<Server> {
    let Value::Object(fields) = &property.value else {
        return None;
    };
    let arguments = match field(fields, "args") {
        None => None,
        Some(Value::Array(list)) => Some(List {
            span: list.range.start..list.range.end,
            items: list.elements.iter().map(text).collect::<Option<_>>()?,
        }),
        Some(_) => return None,
    };
    Some(Server {
        name: property.name.as_str().to_owned(),
        command: text(field(fields, "command")?)?,
        arguments,
        lead: ", \"args\": ",
    })
}

fn text(value: &Value<'_>) -> Option<Text> {
    let Value::StringLit(literal) = value else {
        return None;
    };
    let range = literal.range();
    Some(Text {
        span: range.start..range.end,
        value: literal.value.to_string(),
    })
}
