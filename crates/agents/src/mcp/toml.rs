//! MCP servers in TOML: Codex's `[mcp_servers.NAME]`.

use super::{List, Server, Text};
use crate::install::EditError;
use toml_edit::{Document, Item, TableLike, Value};

pub(super) fn servers(text: &str) -> Result<Vec<Server>, EditError> {
    let document: Document<String> = text
        .parse()
        .map_err(|error: toml_edit::TomlError| broken(text, &error))?;
    let Some(servers) = document.get("mcp_servers").and_then(Item::as_table_like) else {
        return Ok(Vec::new());
    };
    let servers = servers.iter();
    Ok(servers
        .filter_map(|(name, item)| server(name, item))
        .collect())
}

fn broken(text: &str, error: &toml_edit::TomlError) -> EditError {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..text.floor_char_boundary(at)).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    EditError::Broken {
        line: before.matches('\n').count() + 1,
        column: before.get(line..).unwrap_or_default().chars().count() + 1,
        what: error.message().to_owned(),
    }
}

fn server(name: &str, item: &Item) -> Option<Server> {
    let (table, lead): (&dyn TableLike, _) = match item {
        // Of `mcp_servers.x.command = …` nothing says where a line after it belongs.
        Item::Table(table) if !table.is_dotted() => (table, "\nargs = "),
        Item::Value(Value::InlineTable(table)) if !table.is_dotted() => (table, ", args = "),
        _ => return None,
    };
    let arguments = match table.get("args") {
        None => None,
        Some(item) => {
            let list = item.as_array()?;
            Some(List {
                span: list.span()?,
                items: list.iter().map(text).collect::<Option<_>>()?,
            })
        }
    };
    Some(Server {
        name: name.to_owned(),
        command: text(table.get("command")?.as_value()?)?,
        arguments,
        lead,
    })
}

fn text(value: &Value) -> Option<Text> {
    Some(Text {
        value: value.as_str()?.to_owned(),
        span: value.span()?,
    })
}
