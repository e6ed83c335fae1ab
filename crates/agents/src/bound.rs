//! Events stay small: one long string is cut, and says how much is missing.

use serde_json::Value;

/// Longest string that is kept in an event, in bytes.
const LONGEST_TEXT: usize = 64 * 1024;

/// Longest command line that is kept, in bytes: it is judged whole.
const LONGEST_COMMAND: usize = 1024 * 1024;

/// Cuts a text to [`LONGEST_TEXT`].
pub(crate) fn text(text: String) -> String {
    cut(text, LONGEST_TEXT)
}

/// Cuts a command line to [`LONGEST_COMMAND`].
pub(crate) fn command(text: String) -> String {
    cut(text, LONGEST_COMMAND)
}

/// Cuts every string in a value to [`LONGEST_TEXT`]. The JSON reader's own limit
/// bounds the depth.
pub(crate) fn value(mut value: Value) -> Value {
    bound(&mut value);
    value
}

/// The same for a whole object, its keys too.
pub(crate) fn map(mut map: serde_json::Map<String, Value>) -> serde_json::Map<String, Value> {
    bound_all(&mut map);
    map
}

fn bound(value: &mut Value) {
    match value {
        Value::String(long) if long.len() > LONGEST_TEXT => *long = text(std::mem::take(long)),
        Value::Array(items) => items.iter_mut().for_each(bound),
        Value::Object(map) => bound_all(map),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn bound_all(map: &mut serde_json::Map<String, Value>) {
    if map.keys().any(|key| key.len() > LONGEST_TEXT) {
        let entries = std::mem::take(map).into_iter();
        *map = entries.map(|(key, item)| (text(key), item)).collect();
    }
    for (_key, item) in map.iter_mut() {
        bound(item);
    }
}

fn cut(mut text: String, limit: usize) -> String {
    if text.len() <= limit {
        return text;
    }
    let kept = text.floor_char_boundary(limit);
    let missing = text.len() - kept;
    text.truncate(kept);
    text.push_str(&format!("… ({missing} bytes more)"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn long_strings_are_cut_between_characters() {
        let long = "é".repeat(LONGEST_TEXT);
        let kept = format!(
            "{}… ({LONGEST_TEXT} bytes more)",
            "é".repeat(LONGEST_TEXT / 2)
        );
        assert_eq!(
            value(json!({"a": [long, 1, "short"]})),
            json!({"a": [kept, 1, "short"]})
        );
        let odd = format!("a{}", "é".repeat(LONGEST_TEXT / 2));
        assert_eq!(
            text(odd.clone()).split('…').next(),
            odd.get(..LONGEST_TEXT - 1)
        );
    }

    #[test]
    fn a_command_is_kept_longer() {
        let line = "x".repeat(LONGEST_COMMAND);
        assert_eq!(command(line.clone()), line);
        assert!(command(line + "y").ends_with("x… (1 bytes more)"));
    }
}
