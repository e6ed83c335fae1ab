//! Brace expansion: `{a,b}`, `{1..5}`, nested and in a row.
//!
//! **Invariant:** at most [`MOST`] words and [`LONGEST_WORD`] bytes come out, however braces multiply;
//! what would be more stays as typed.

use crate::scan::{byte, character, part, piece_end, rest};
use crate::words::LONGEST_WORD;

/// Most words that one word may become.
const MOST: usize = 64;

/// Deepest nesting that is followed.
const DEEPEST: usize = 8;

/// How often each byte of a word may be looked at in search of the end of an expression.
const MOST_LOOKS: usize = 4;

/// How many more bytes may be looked at in a short word.
const LEAST_LOOKS: usize = 1024;

/// Returns the words that `raw` stands for; nothing when it holds no brace expression.
pub(super) fn expand(raw: &str) -> Option<Vec<String>> {
    // Two words of this length would be more than one word may become.
    if raw.len() > LONGEST_WORD / 2 || !raw.contains('{') || !raw.contains('}') {
        return None;
    }
    if !(raw.contains(',') || raw.contains("..")) {
        return None;
    }
    let words = alternatives(raw, DEEPEST)?;
    (words.len() > 1 || words.first().is_some_and(|word| word != raw)).then_some(words)
}

/// Expands the leftmost brace expression, then what stands in it and behind it.
fn alternatives(raw: &str, depth: usize) -> Option<Vec<String>> {
    let Some((open, close, members)) = first_expression(raw) else {
        return Some(vec![raw.to_owned()]);
    };
    let depth = depth.checked_sub(1)?;
    let before = part(raw, 0, open);
    let mut middles = Vec::new();
    for member in members {
        middles.extend(alternatives(&member, depth)?);
    }
    let ends = alternatives(rest(raw, close), depth)?;
    if middles.len() * ends.len() > MOST || middles.len() * ends.len() * raw.len() > LONGEST_WORD {
        return None;
    }
    let mut words = Vec::with_capacity(middles.len() * ends.len());
    for middle in &middles {
        for end in &ends {
            words.push(format!("{before}{middle}{end}"));
        }
    }
    Some(words)
}

/// Finds the first `{…}` that is a brace expression: its start, the place behind it, its members.
fn first_expression(raw: &str) -> Option<(usize, usize, Vec<String>)> {
    let mut at = 0;
    let mut looks = MOST_LOOKS * raw.len() + LEAST_LOOKS;
    while at < raw.len() {
        match byte(raw, at) {
            b'{' => {
                if looks == 0 {
                    return None;
                }
                if let Some((close, members)) = members(raw, at, &mut looks) {
                    return Some((at, close, members));
                }
                at += 1;
            }
            _ => at = behind(raw, at)?,
        }
    }
    None
}

/// The place behind the letter or quoted piece at `at`.
fn behind(raw: &str, at: usize) -> Option<usize> {
    match byte(raw, at) {
        b'\\' => Some(at + 1 + character(raw, at + 1)),
        b'\'' | b'"' | b'`' => piece_end(raw, at),
        b'$' if matches!(byte(raw, at + 1), b'(' | b'{' | b'\'' | b'"' | b'[') => {
            piece_end(raw, at)
        }
        b'<' | b'>' if byte(raw, at + 1) == b'(' => piece_end(raw, at),
        _ => Some(at + 1),
    }
}

fn members(raw: &str, open: usize, looks: &mut usize) -> Option<(usize, Vec<String>)> {
    let mut depth = 0_usize;
    let mut at = open + 1;
    let mut start = at;
    let mut members = Vec::new();
    while at < raw.len() {
        *looks = looks.checked_sub(1)?;
        match byte(raw, at) {
            b'{' => {
                depth += 1;
                at += 1;
            }
            b'}' if depth > 0 => {
                depth -= 1;
                at += 1;
            }
            b'}' => {
                if members.is_empty() {
                    return Some((at + 1, sequence(part(raw, start, at))?));
                }
                members.push(part(raw, start, at).to_owned());
                return Some((at + 1, members));
            }
            b',' if depth == 0 => {
                members.push(part(raw, start, at).to_owned());
                if members.len() > MOST {
                    return None;
                }
                at += 1;
                start = at;
            }
            _ => at = behind(raw, at)?,
        }
    }
    None
}

/// `1..5`, `a..e`, `1..9..2`.
fn sequence(text: &str) -> Option<Vec<String>> {
    let (first, last) = text.split_once("..")?;
    let (last, step) = match last.split_once("..") {
        Some((last, step)) => (last, step.parse::<i64>().ok()?.unsigned_abs().max(1)),
        None => (last, 1),
    };
    let letter = |text: &str| {
        let mut letters = text.chars();
        let letter = letters.next().filter(char::is_ascii_alphabetic)?;
        letters
            .next()
            .is_none()
            .then_some(i64::from(u32::from(letter)))
    };
    let numbers = (first.parse::<i64>().ok(), last.parse::<i64>().ok());
    let (first, last, letters) = match numbers {
        (Some(first), Some(last)) => (first, last, false),
        _ => (letter(first)?, letter(last)?, true),
    };
    let length = usize::try_from(first.abs_diff(last) / step).ok()?;
    if length >= MOST {
        return None;
    }
    let step = i64::try_from(step).ok()?;
    let mut value = first;
    let mut words = Vec::with_capacity(length + 1);
    for _ in 0..=length {
        let named = u32::try_from(value).ok().and_then(char::from_u32);
        words.push(match named {
            Some(letter) if letters => letter.to_string(),
            _ => value.to_string(),
        });
        value = if first <= last {
            value.checked_add(step).unwrap_or(last)
        } else {
            value.checked_sub(step).unwrap_or(last)
        };
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_expand_as_in_bash() {
        let cases: [(&str, &[&str]); 12] = [
            ("{cat,/etc/passwd}", &["cat", "/etc/passwd"]),
            ("a{b,c}d", &["abd", "acd"]),
            ("{a,b}{c,d}", &["ac", "ad", "bc", "bd"]),
            ("{a,b{1,2}}", &["a", "b1", "b2"]),
            ("{1..3}", &["1", "2", "3"]),
            ("{c..a}", &["c", "b", "a"]),
            ("{1..9..4}", &["1", "5", "9"]),
            ("x{,y}", &["x", "xy"]),
            ("'{a,b}'", &[]),
            ("${a,b}", &[]),
            ("{a}", &[]),
            ("{}", &[]),
        ];
        for (raw, expected) in cases {
            assert_eq!(expand(raw).unwrap_or_default(), expected, "{raw}");
        }
    }

    #[test]
    fn braces_do_not_explode() {
        for raw in [
            "{a,b}".repeat(40),
            "{1..1000000000}".to_owned(),
            "{".repeat(10_000) + ",",
            "{a,".repeat(10_000),
            format!("{}x{}", "{a,".repeat(200), "}".repeat(200)),
            "{1..99999999999999999999}".to_owned(),
            "{-9223372036854775808..9223372036854775807}".to_owned(),
        ] {
            assert!(expand(&raw).is_none_or(|words| words.len() <= MOST));
        }
    }
}
