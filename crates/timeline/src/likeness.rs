//! Whether two sources speak of the same thing, where no id says so.
//!
//! **Invariant:** ids come first: two calls with different exact ids are never one.

use ringfence_event::{Operation, Tool};
use serde_json::Value;

/// How far apart two sources may tell of the same call or prompt, in microseconds. A hook runs
/// before the tool; a transcript is written when the answer is there; telemetry comes in batches
/// with the agent's own times.
pub(crate) const NEAR: i64 = 10_000_000;

/// From how many bytes on a text may be the beginning of another one: some sources cut.
const LEAST_BEGINNING: usize = 60;

/// Whether two tools were called alike.
pub(crate) fn same_tool(one: &Tool, other: &Tool) -> bool {
    if one.name != other.name {
        return false;
    }
    match (&one.operation, &other.operation) {
        (Operation::Shell { command: one, .. }, Operation::Shell { command: other, .. }) => {
            one == other
        }
        // What is written is told with the call, and not with its result.
        (Operation::Write { changes: one }, Operation::Write { changes: other }) => {
            let paths = |changes: &[ringfence_event::Change]| -> Vec<String> {
                changes.iter().map(|change| change.path.clone()).collect()
            };
            paths(one) == paths(other)
        }
        (Operation::Mcp { .. }, Operation::Mcp { .. }) | (Operation::Other, Operation::Other) => {
            one.operation == other.operation && same_input(&one.input, &other.input)
        }
        (one, other) => one == other,
    }
}

fn same_input(one: &Value, other: &Value) -> bool {
    one.is_null() || other.is_null() || one == other
}

/// Whether two texts are one, as far as both tell it.
pub(crate) fn same_text(one: &str, other: &str) -> bool {
    let [one, other] = [one.trim(), other.trim()];
    if one == other {
        return true;
    }
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let short = short
        .trim_end_matches('…')
        .trim_end_matches("[truncated]")
        .trim_end();
    short.len() >= LEAST_BEGINNING && long.starts_with(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_one_when_they_say_the_same() {
        let long = "a sentence that goes on for more than sixty bytes, as prompts of people do";
        let begin = |bytes| long.get(..bytes).unwrap();
        let table = [
            ("hello", " hello\n", true),
            ("hello", "hello there", false),
            (long, begin(62), true),
            (long, &format!("{}…", begin(61)), true),
            (long, long.get(1..).unwrap(), false),
            ("", "", true),
        ];
        for (one, other, same) in table {
            assert_eq!(same_text(one, other), same, "{one} / {other}");
            assert_eq!(same_text(other, one), same, "{other} / {one}");
        }
    }
}
