//! Git's configuration as one JSON value. Source: git-config(1), "CONFIGURATION FILE".
//!
//! **Invariant:** any text gives a value, in time linear in it; a line that is no setting is skipped.

use serde_json::{Map, Value};

/// Reads a configuration: sections and names in lower case, subsections as they are.
pub(super) fn read_config(text: &str) -> Value {
    let mut all: Map<String, Value> = Map::new();
    let mut section: Vec<String> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut line = line.trim();
        if let Some(inside) = line.strip_prefix('[') {
            let (head, rest) = inside.split_once(']').unwrap_or((inside, ""));
            section = section_of(head);
            line = rest.trim();
        }
        if line.is_empty() || line.starts_with(['#', ';']) || section.is_empty() {
            continue;
        }
        let mut whole = line.to_owned();
        while whole.ends_with('\\') && whole.len() < LONGEST {
            whole.pop();
            whole.push_str(lines.next().unwrap_or_default());
        }
        let (name, value) = match whole.split_once('=') {
            Some((name, value)) => (name, unquoted(value)),
            // A name alone means true.
            None => (whole.as_str(), "true".to_owned()),
        };
        put(&mut all, &section, &name.trim().to_ascii_lowercase(), value);
    }
    Value::Object(all)
}

/// Longest setting that goes over several lines, in bytes.
const LONGEST: usize = 16 * 1024;

/// `core`, or `filter "lfs"`.
fn section_of(head: &str) -> Vec<String> {
    let (name, rest) = head.split_once(char::is_whitespace).unwrap_or((head, ""));
    let mut parts = vec![name.trim().to_ascii_lowercase()];
    let below = rest.trim().trim_matches('"');
    if !below.is_empty() {
        parts.push(below.to_owned());
    }
    parts
}

/// Without quotes and without the comment behind it.
fn unquoted(value: &str) -> String {
    let mut text = String::new();
    let mut quoted = false;
    let mut letters = value.trim().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => quoted = !quoted,
            '\\' => text.extend(letters.next()),
            '#' | ';' if !quoted => break,
            other => text.push(other),
        }
    }
    text.trim_end().to_owned()
}

/// A name that stands more than once has a list of values.
fn put(all: &mut Map<String, Value>, section: &[String], name: &str, value: String) {
    let mut table = all;
    for part in section {
        let below = table
            .entry(part.clone())
            .or_insert_with(|| Value::Object(Map::new()));
        // `[alias]` and `[alias "x"]` can stand beside each other.
        let Value::Object(inside) = below else {
            return;
        };
        table = inside;
    }
    match table.get_mut(name) {
        None => {
            table.insert(name.to_owned(), Value::from(value));
        }
        Some(Value::Array(values)) => values.push(Value::from(value)),
        Some(Value::Object(_)) => {}
        Some(one) => *one = Value::Array(vec![one.take(), Value::from(value)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_configuration_is_read_as_git_reads_it() {
        let text = "# c\n[core]\n\thooksPath = \"/tmp/a b\" ; why\n\tbare\n[filter \"lfs\"] clean = x\\\ny\n\
            [url \"https://evil.example/\"]\n insteadOf = https://a/\n insteadOf = https://b/\nstray\n[";
        assert_eq!(
            read_config(text),
            json!({
                "core": { "hookspath": "/tmp/a b", "bare": "true" },
                "filter": { "lfs": { "clean": "xy" } },
                "url": { "https://evil.example/": { "insteadof": ["https://a/", "https://b/"], "stray": "true" } },
            })
        );
    }
}
