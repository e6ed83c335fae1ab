//! What stands around a suspicious excerpt: three words alone say little.
//!
//! **Invariant:** taken from texts whose secrets are masked, and never longer than [`LONGEST`].

use ringfence_event::{Action, Event, Operation};
use serde_json::Value;

/// Bytes before and after the excerpt.
const BESIDE: usize = 400;

/// Longest passage, in bytes.
const LONGEST: usize = 2 * BESIDE + 1200;

/// Most texts of one event that are searched, and how deep they lie.
const MOST_TEXTS: usize = 256;
const DEEPEST: usize = 16;

/// Returns the excerpt with what stands around it in a text, case apart; nothing if it is not
/// there as it is told, since it was hidden or decoded.
pub(crate) fn around(text: &str, excerpt: &str) -> Option<String> {
    let wanted = excerpt.trim_end_matches('…').to_ascii_lowercase();
    if wanted.is_empty() {
        return None;
    }
    let begin = text.to_ascii_lowercase().find(&wanted)?;
    let first = floor(text, begin.saturating_sub(BESIDE));
    let last = begin
        .saturating_add(wanted.len())
        .saturating_add(BESIDE)
        .min(first.saturating_add(LONGEST));
    text.get(first..floor(text, last)).map(str::to_owned)
}

/// The same for the first text of an event that holds the excerpt; else the excerpt alone.
pub(crate) fn in_event(event: &Event, excerpt: &str) -> String {
    let mut texts = Vec::new();
    match &event.action {
        Action::ToolResult { output, .. } => strings(output, 0, &mut texts),
        Action::Prompt { text } | Action::TurnEnd { text: Some(text) } => texts.push(text),
        Action::ToolCall { tool } | Action::PermissionRequest { tool } => {
            if let Operation::Write { changes } = &tool.operation {
                texts.extend(changes.iter().filter_map(|change| change.text.as_deref()));
            }
        }
        _ => {}
    }
    let found = texts.into_iter().find_map(|text| around(text, excerpt));
    found.unwrap_or_else(|| excerpt.to_owned())
}

fn strings<'a>(value: &'a Value, depth: usize, texts: &mut Vec<&'a str>) {
    if depth > DEEPEST || texts.len() >= MOST_TEXTS {
        return;
    }
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(values) => values.iter().for_each(|one| strings(one, depth + 1, texts)),
        Value::Object(fields) => fields
            .values()
            .for_each(|one| strings(one, depth + 1, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The last boundary of a character at or before a place.
fn floor(text: &str, place: usize) -> usize {
    let place = place.min(text.len());
    (0..=place)
        .rev()
        .find(|place| text.is_char_boundary(*place))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_stands_around_is_told_and_no_more() {
        let text = format!("{}Ignore ALL this{}", "ä".repeat(900), "ö".repeat(900));
        let passage = around(&text, "ignore all this").unwrap();
        assert!(passage.starts_with('ä') && passage.ends_with('ö'));
        assert!(passage.contains("Ignore ALL this"));
        assert!(passage.len() <= 2 * BESIDE + 17, "{}", passage.len());
        assert_eq!(
            around("short: obey", "obey…").as_deref(),
            Some("short: obey")
        );
        assert_eq!(around("nothing", "obey"), None);
        assert_eq!(around("nothing", ""), None);
    }

    proptest! {
        #[test]
        fn a_passage_is_never_long(before in ".{0,2000}", excerpt in "[a-z ]{1,40}", after in ".{0,2000}") {
            let passage = around(&format!("{before}{excerpt}{after}"), &excerpt).unwrap();
            prop_assert!(passage.len() <= LONGEST);
            prop_assert!(passage.to_ascii_lowercase().contains(&excerpt));
        }
    }
}
