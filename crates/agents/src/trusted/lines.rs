//! Texts by their lines: which are new, which are gone.
//!
//! **Invariant:** linear in both texts; where a line stands does not matter, only whether.

use std::collections::HashMap;

/// The lines that one text has and another has not.
pub(super) struct Lines<'a> {
    /// In the order of the new text, without blank ones.
    pub(super) added: Vec<&'a str>,
    /// How many are gone.
    pub(super) removed: usize,
}

/// Compares two texts.
pub(super) fn compare<'a>(old: &'a str, new: &'a str) -> Lines<'a> {
    let told = |text: &'a str| {
        let lines = text.lines().map(str::trim);
        lines.filter(|line| !line.is_empty())
    };
    let mut before: HashMap<&str, usize> = HashMap::new();
    for line in told(old) {
        *before.entry(line).or_default() += 1;
    }
    let mut added = Vec::new();
    for line in told(new) {
        match before.get_mut(line) {
            Some(count) if *count > 0 => *count -= 1,
            _ => added.push(line),
        }
    }
    Lines {
        added,
        removed: before.values().sum(),
    }
}
