//! Codex: `exporter` below `[otel]` in `config.toml`.
//!
//! Source: Codex's documentation, "Configuration"; tried with version 0.169.0.

use super::super::{EditError, Removal};
use super::{Collector, ExportError, Exporting, Replaced};
use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// Largest `config.toml` that is edited, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

const SECTION: &str = "otel";
const EXPORTER: &str = "exporter";
const HTTP: &str = "otlp-http";

pub(super) fn export(current: &str, endpoint: &str) -> Result<Exporting, ExportError> {
    let mut document = read(current)?;
    let own = format!("{endpoint}/v1/logs");
    let mut collector = Collector::default();
    let section = match document.get_mut(SECTION) {
        None => None,
        Some(item) => Some(item.as_table_like_mut().ok_or_else(wrong)?),
    };
    let Some(section) = section else {
        // A block at the end, in bytes that are known: taking it out gives back what was there.
        let block = block(current, &own);
        return Ok(Exporting {
            text: format!("{current}{block}"),
            replaced: vec![Replaced {
                path: vec![SECTION.to_owned()],
                before: None,
                after: block,
            }],
            collector,
        });
    };
    let exporter = section.get(EXPORTER);
    let mut settings = InlineTable::new();
    if let Some(before) = exporter {
        collector.logs = collector_of(before, &mut settings)?;
    }
    settings.insert("endpoint", own.into());
    if !settings.contains_key("protocol") {
        settings.insert("protocol", "binary".into());
    }
    let mut wanted = InlineTable::new();
    wanted.insert(HTTP, Value::InlineTable(settings));
    let wanted = Value::InlineTable(wanted);
    let before = exporter.map(|item| whole(item, EXPORTER));
    if exporter.is_some_and(|item| same(item, &wanted)) {
        return Ok(Exporting {
            text: current.to_owned(),
            replaced: Vec::new(),
            collector,
        });
    }
    let after = wanted.to_string();
    put(section, Item::Value(wanted));
    Ok(Exporting {
        text: document.to_string(),
        replaced: vec![Replaced {
            path: vec![SECTION.to_owned(), EXPORTER.to_owned()],
            before,
            after,
        }],
        collector,
    })
}

/// Where the logs went; what else was said of it is kept for us to be told so, too.
fn collector_of(
    exporter: &Item,
    settings: &mut InlineTable,
) -> Result<Option<String>, ExportError> {
    let elsewhere = |how: &str| ExportError::Elsewhere {
        how: how.to_owned(),
    };
    if exporter.as_str() == Some("none") {
        return Ok(None);
    }
    let Some(table) = exporter.as_table_like() else {
        return Err(elsewhere("in a way that is not known here"));
    };
    let Some(http) = table.get(HTTP).and_then(Item::as_table_like) else {
        return Err(elsewhere("by gRPC"));
    };
    if http.contains_key("tls") {
        return Err(elsewhere("with certificates of its own"));
    }
    let mut address = None;
    for (name, item) in http.iter() {
        if name == "endpoint" {
            address = item.as_str().map(str::to_owned);
        } else if let Ok(value) = item.clone().into_value() {
            settings.insert(name, value);
        }
    }
    Ok(address)
}

/// Puts a value where one stands already, with the remark behind that, or else behind the last one.
fn put(section: &mut dyn TableLike, mut new: Item) {
    match section.get_mut(EXPORTER) {
        Some(old) => {
            if let (Some(old), Some(new)) = (old.as_value(), new.as_value_mut()) {
                new.decor_mut().clone_from(old.decor());
            }
            *old = new;
        }
        None => drop(section.insert(EXPORTER, new)),
    }
}

fn block(current: &str, own: &str) -> String {
    let newline = if current.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let gap = match current {
        "" => String::new(),
        text if text.ends_with('\n') => newline.to_owned(),
        _ => format!("{newline}{newline}"),
    };
    format!(
        "{gap}[{SECTION}]{newline}{EXPORTER} = {{ {HTTP} = {{ endpoint = \"{own}\", protocol = \"binary\" }} }}{newline}"
    )
}

pub(super) fn undo(current: &str, replaced: &[Replaced]) -> Result<Removal, ExportError> {
    let mut text = current.to_owned();
    for one in replaced.iter().rev() {
        if one.path.len() == 1 {
            text = without_block(&text, &one.after)?;
            if text.is_empty() {
                return Ok(Removal::Empty);
            }
            continue;
        }
        let mut document = read(&text)?;
        let Some(section) = section(&mut document) else {
            continue;
        };
        let wanted: Option<Value> = one.after.trim().parse().ok();
        let stands = section.get(EXPORTER);
        if !stands.is_some_and(|item| wanted.is_some_and(|wanted| same(item, &wanted))) {
            continue;
        }
        match &one.before {
            None => drop(section.remove(EXPORTER)),
            Some(before) => {
                if let Some(item) = read(before)?.remove(EXPORTER) {
                    put(section, item);
                }
            }
        }
        text = document.to_string();
    }
    Ok(Removal::Text(text))
}

/// Takes the block out as it was written; or, where others have written into it, our line of it.
fn without_block(text: &str, block: &str) -> Result<String, ExportError> {
    let mut document = read(text)?;
    let section = section(&mut document);
    let alone = section.as_ref().is_some_and(|section| section.len() == 1);
    if let (true, Some((before, after))) = (alone, text.rsplit_once(block)) {
        return Ok(format!("{before}{after}"));
    }
    let mut written = read(block)?;
    let wanted = written.remove(SECTION).and_then(|item| {
        let exporter = item.as_table_like()?.get(EXPORTER)?.clone();
        exporter.into_value().ok()
    });
    let Some(section) = section else {
        return Ok(text.to_owned());
    };
    let stands = section.get(EXPORTER);
    if !stands.is_some_and(|item| wanted.is_some_and(|wanted| same(item, &wanted))) {
        return Ok(text.to_owned());
    }
    section.remove(EXPORTER);
    if section.is_empty() {
        document.remove(SECTION);
    }
    Ok(document.to_string())
}

/// The setting that does not stand as it was written.
pub(super) fn gone(current: &str, replaced: &[Replaced]) -> Option<String> {
    let name = || Some(format!("{SECTION}.{EXPORTER}"));
    for one in replaced {
        let wanted = if one.path.len() == 1 {
            let mut written = read(&one.after).ok()?;
            let exporter = section(&mut written)?.get(EXPORTER)?.clone();
            exporter.into_value().ok()
        } else {
            one.after.trim().parse().ok()
        };
        let Ok(mut document) = read(current) else {
            return name();
        };
        let stands = section(&mut document).and_then(|section| section.get(EXPORTER));
        if !stands.is_some_and(|item| wanted.is_some_and(|wanted: Value| same(item, &wanted))) {
            return name();
        }
    }
    None
}

fn section(document: &mut DocumentMut) -> Option<&mut dyn TableLike> {
    document.get_mut(SECTION)?.as_table_like_mut()
}

fn read(text: &str) -> Result<DocumentMut, ExportError> {
    if text.len() > LARGEST {
        return Err(EditError::TooLarge { limit: LARGEST }.into());
    }
    text.parse()
        .map_err(|error: toml_edit::TomlError| ExportError::Toml {
            what: error.message().to_owned(),
        })
}

fn wrong() -> ExportError {
    EditError::WrongType {
        key: SECTION.to_owned(),
        expected: "a table",
    }
    .into()
}

/// An item as a document of its own.
fn whole(item: &Item, name: &str) -> String {
    let mut table = Table::new();
    table.insert(name, item.clone());
    DocumentMut::from(table).to_string()
}

/// Whether two say the same, however they are written.
fn same(item: &Item, value: &Value) -> bool {
    let plain = |item: Item| {
        let mut table = Table::new();
        table.insert("x", item);
        toml_edit::de::from_document::<serde_json::Value>(DocumentMut::from(table)).ok()
    };
    let one = plain(item.clone());
    one.is_some() && one == plain(Item::Value(value.clone()))
}
