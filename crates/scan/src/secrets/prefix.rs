//! Whether every match of an expression begins with a keyword: then a rule need not look at
//! what stands before one.
//!
//! **Invariant:** a yes is certain; a no may only be slower.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Returns whether every match begins with one of the words, in any case of ASCII; with `exact`,
/// words that have capitals count only as they are written.
pub(crate) fn begins_with(regex: &str, words: &[&[u8]], exact: bool) -> bool {
    let parsed = ParserBuilder::new()
        .utf8(false)
        .unicode(false)
        .build()
        .parse(regex);
    parsed.is_ok_and(|hir| leads(&hir, words, exact))
}

fn leads(hir: &Hir, words: &[&[u8]], exact: bool) -> bool {
    match hir.kind() {
        HirKind::Alternation(branches) => branches.iter().all(|one| leads(one, words, exact)),
        HirKind::Capture(group) => leads(&group.sub, words, exact),
        HirKind::Concat(parts) => {
            let is_look = |part: &&Hir| matches!(part.kind(), HirKind::Look(_));
            let looks = parts.iter().take_while(is_look).count();
            let rest = parts.get(looks..).unwrap_or_default();
            let first = rest.first();
            words.iter().any(|word| starts(rest, word, exact))
                || first.is_some_and(|first| leads(first, words, exact))
        }
        _ => words
            .iter()
            .any(|word| starts(std::slice::from_ref(hir), word, exact)),
    }
}

/// Whether the parts, one after the other, can only begin with the word.
fn starts(parts: &[Hir], word: &[u8], exact: bool) -> bool {
    let as_written = exact && word.iter().any(u8::is_ascii_uppercase);
    let same = |one: u8, other: u8| one == other || !as_written && one.eq_ignore_ascii_case(&other);
    let mut left = word;
    for part in parts {
        let Some((next, rest)) = left.split_first() else {
            return true;
        };
        match part.kind() {
            HirKind::Literal(literal) => {
                let count = literal.0.len().min(left.len());
                let (here, after) = left.split_at(count);
                if !literal
                    .0
                    .iter()
                    .zip(here)
                    .all(|(one, other)| same(*one, *other))
                {
                    return false;
                }
                left = after;
            }
            HirKind::Class(Class::Bytes(class)) => {
                let fits = (class.ranges().iter())
                    .all(|range| (range.start()..=range.end()).all(|byte| same(byte, *next)));
                if !fits || class.ranges().is_empty() {
                    return false;
                }
                left = rest;
            }
            _ => return false,
        }
    }
    left.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certain_is_said() {
        let table = [
            (r"\bghp_[A-Za-z0-9]{36}", "ghp_", false, true),
            (r"(?i)\bghp_[a-z]{3}", "ghp_", false, true),
            (r"(?i)akia[a-z]{3}", "AKIA", true, false),
            (r"AKIA[a-z]{3}", "AKIA", true, true),
            (r"\b(sk-[a-z]{3})", "sk-", false, true),
            (r"\b((?:x|y)sk-[a-z]{3})", "sk-", false, false),
            (r"(?:sk-|tk-)[a-z]", "sk-", false, false),
            (r"[a-z]k-", "sk-", false, false),
            (r"s?k-", "k-", false, false),
            (r"sk", "sk-", false, false),
            (r"(", "sk-", false, false),
        ];
        for (regex, word, exact, wanted) in table {
            let said = begins_with(regex, &[word.as_bytes()], exact);
            assert_eq!(said, wanted, "{regex}");
        }
        assert!(begins_with(r"(?:sk-|tk-)[a-z]", &[b"sk-", b"tk-"], false));
    }
}
