//! Shell patterns (`*`, `?`, `[…]`) against text.
//!
//! **Invariant:** never worse than the product of both lengths; longer pairs than [`LIMIT`] do not match.

/// Longest product of pattern and text length that is tried.
const LIMIT: usize = 1 << 20;

/// Whether `text` matches `pattern` as a whole.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    if pattern.len().saturating_mul(text.len().max(1)) > LIMIT {
        return false;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at, place));
            at += 1;
        } else if let Some(next) = one(&pattern, at, text.get(place).copied()) {
            at = next;
            place += 1;
        } else if let Some((back, taken)) = star {
            star = Some((back, taken + 1));
            at = back + 1;
            place = taken + 1;
        } else {
            return false;
        }
    }
    pattern.iter().skip(at).all(|letter| *letter == '*')
}

/// Matches one letter; returns where the pattern goes on.
fn one(pattern: &[char], at: usize, letter: Option<char>) -> Option<usize> {
    let letter = letter?;
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '\\' => (pattern.get(at + 1) == Some(&letter)).then_some(at + 2),
        '[' => class(pattern, at, letter),
        same => (*same == letter).then_some(at + 1),
    }
}

fn class(pattern: &[char], at: usize, letter: char) -> Option<usize> {
    let mut next = at + 1;
    let negated = matches!(pattern.get(next), Some('!' | '^'));
    next += usize::from(negated);
    let first = next;
    let mut found = false;
    loop {
        let member = *pattern.get(next)?;
        if member == ']' && next > first {
            break;
        }
        let end = match (pattern.get(next + 1), pattern.get(next + 2)) {
            (Some('-'), Some(end)) if *end != ']' => {
                next += 2;
                *end
            }
            _ => member,
        };
        found |= (member..=end).contains(&letter);
        next += 1;
    }
    (found != negated).then_some(next + 1)
}

/// Whether a word holds a pattern.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || (text.contains('[') && text.contains(']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_a_shell() {
        let cases = [
            ("c?t", "cat", true),
            ("c?t", "cut", true),
            ("c?t", "coat", false),
            ("*", "", true),
            ("*.rs", "a.rs", true),
            ("ba[rs]h", "bash", true),
            ("ba[!s]h", "bash", false),
            ("[a-c]at", "bat", true),
            ("[a-c]at", "rat", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("[", "[", false),
            ("\\*", "*", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
