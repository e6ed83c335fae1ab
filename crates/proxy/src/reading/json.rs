//! JSON read where it stands: spans of members, and every string with the path to it.
//!
//! **Invariant:** one pass, no recursion, no copy but of strings that are asked for. What is not JSON
//! gives fewer strings, never an error: a reader of copies must not care.

use std::ops::Range;

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A member of an object.
    Member(String),
    /// An element of an array.
    Element(usize),
}

/// Steps that a path keeps; deeper strings are still shown.
const DEEPEST: usize = 64;
/// The longest name in a path, in bytes.
const LONGEST_NAME: usize = 64;

/// Writes a path as findings say it: `messages[3].content[1].text`.
pub(crate) fn path(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Member(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Step::Element(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

/// Returns the end of the string that begins at `start` with its quote.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Returns the end of the value that begins at `start`.
fn value_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                if depth <= 1 {
                    return if depth == 0 { at } else { at + 1 };
                }
                depth -= 1;
            }
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count()
}

/// What a string between quotes says; `None` if it is not one.
pub(crate) fn unquote(token: &[u8]) -> Option<String> {
    match serde_json::from_slice(token) {
        Ok(text) => Some(text),
        // Half of a pair of surrogates, a raw control character: what can be read is read.
        Err(_) => loose(token),
    }
}

fn loose(token: &[u8]) -> Option<String> {
    let inside = token.strip_prefix(b"\"")?;
    let inside = inside.strip_suffix(b"\"").unwrap_or(inside);
    let mut text = Vec::with_capacity(inside.len());
    let mut at = 0;
    while let Some(byte) = inside.get(at) {
        if *byte != b'\\' {
            text.push(*byte);
            at += 1;
            continue;
        }
        let escaped = inside.get(at + 1).copied().unwrap_or_default();
        at += 2;
        match escaped {
            b'n' => text.push(b'\n'),
            b't' => text.push(b'\t'),
            b'r' => text.push(b'\r'),
            b'b' | b'f' => text.push(b' '),
            b'u' => {
                let digits = inside.get(at..at + 4).unwrap_or_default();
                let digits = std::str::from_utf8(digits).unwrap_or_default();
                let letter = u32::from_str_radix(digits, 16)
                    .ok()
                    .and_then(char::from_u32);
                let letter = letter.unwrap_or(char::REPLACEMENT_CHARACTER);
                text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                at += 4;
            }
            0 => {}
            other => text.push(other),
        }
    }
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// The members of an object, by name, with the spans of their values; `None` if it is none.
pub(crate) fn members(bytes: &[u8]) -> Option<Vec<(String, Range<usize>)>> {
    let mut found = Vec::new();
    let mut at = skip_space(bytes, 0);
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    at = skip_space(bytes, at + 1);
    while bytes.get(at) == Some(&b'"') {
        let end = string_end(bytes, at);
        let name = unquote(bytes.get(at..end)?)?;
        at = skip_space(bytes, end);
        if bytes.get(at) != Some(&b':') {
            break;
        }
        let start = skip_space(bytes, at + 1);
        let end = value_end(bytes, start);
        found.push((name, start..end));
        at = skip_space(bytes, end);
        if bytes.get(at) != Some(&b',') {
            break;
        }
        at = skip_space(bytes, at + 1);
    }
    Some(found)
}

/// The spans of an array's elements; `None` if it is none.
pub(crate) fn elements(bytes: &[u8], array: Range<usize>) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let mut at = skip_space(bytes, array.start);
    if bytes.get(at) != Some(&b'[') {
        return None;
    }
    at = skip_space(bytes, at + 1);
    while at < array.end && bytes.get(at) != Some(&b']') {
        let end = value_end(bytes, at);
        if end <= at {
            break;
        }
        found.push(at..end);
        at = skip_space(bytes, end);
        if bytes.get(at) != Some(&b',') {
            break;
        }
        at = skip_space(bytes, at + 1);
    }
    Some(found)
}

/// One open bracket.
enum Open {
    Object,
    Array(usize),
}

/// Shows the span of every string of a JSON text, names of members too, with the path to it.
pub(crate) fn strings(bytes: &[u8], show: &mut dyn FnMut(&[Step], Range<usize>)) {
    let mut walk = Walk::default();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = string_end(bytes, at);
                let after = skip_space(bytes, end);
                if bytes.get(after) == Some(&b':') && walk.in_object() {
                    walk.name(bytes.get(at..end).unwrap_or_default());
                }
                show(&walk.steps, at..end);
                at = end;
                continue;
            }
            b'{' => walk.open(Open::Object),
            b'[' => walk.open(Open::Array(0)),
            b'}' | b']' => walk.close(),
            b',' => walk.next(),
            _ => {}
        }
        at += 1;
    }
}

#[derive(Default)]
struct Walk {
    open: Vec<Open>,
    /// Brackets beyond [`DEEPEST`].
    beyond: usize,
    steps: Vec<Step>,
}

impl Walk {
    fn in_object(&self) -> bool {
        self.beyond == 0 && matches!(self.open.last(), Some(Open::Object))
    }

    fn name(&mut self, token: &[u8]) {
        let mut name = unquote(token).unwrap_or_default();
        if name.len() > LONGEST_NAME {
            name.truncate(name.floor_char_boundary(LONGEST_NAME));
        }
        self.steps.truncate(self.open.len().saturating_sub(1));
        self.steps.push(Step::Member(name));
    }

    fn open(&mut self, bracket: Open) {
        if self.open.len() >= DEEPEST {
            self.beyond += 1;
            return;
        }
        if matches!(bracket, Open::Array(_)) {
            self.steps.truncate(self.open.len());
            self.open.push(bracket);
            self.steps.push(Step::Element(0));
        } else {
            self.open.push(bracket);
        }
    }

    fn close(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        self.open.pop();
        self.steps.truncate(self.open.len());
    }

    fn next(&mut self) {
        if self.beyond > 0 {
            return;
        }
        if let Some(Open::Array(index)) = self.open.last_mut() {
            *index += 1;
            let index = *index;
            self.steps.truncate(self.open.len().saturating_sub(1));
            self.steps.push(Step::Element(index));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<(String, String)> {
        let mut shown = Vec::new();
        strings(text.as_bytes(), &mut |steps, span| {
            let token = unquote(&text.as_bytes()[span]).unwrap();
            shown.push((path(steps), token));
        });
        shown
    }

    #[test]
    fn each_string_is_shown_with_its_path() {
        let text = r#"{"a":[{"b":"x\"y"},"z",[["\u0041"]]],"c":{"d":1,"e":"f"}}"#;
        let wanted = [
            ("a", "a"),
            ("a[0].b", "b"),
            ("a[0].b", "x\"y"),
            ("a[1]", "z"),
            ("a[2][0][0]", "A"),
            ("c", "c"),
            ("c.d", "d"),
            ("c.e", "e"),
            ("c.e", "f"),
        ];
        let wanted = wanted.map(|(path, text)| (path.to_owned(), text.to_owned()));
        assert_eq!(shown(text), wanted);
    }

    #[test]
    fn members_and_elements_are_spans() {
        let text = br#" {"a" : [1, {"x":"],"}, "s" ] , "b":2,"c":"}"} "#;
        let found = members(text).unwrap();
        let spans: Vec<_> = found
            .iter()
            .map(|(name, span)| {
                (
                    name.as_str(),
                    std::str::from_utf8(&text[span.clone()]).unwrap(),
                )
            })
            .collect();
        assert_eq!(
            spans,
            [
                ("a", r#"[1, {"x":"],"}, "s" ]"#),
                ("b", "2"),
                ("c", "\"}\"")
            ]
        );
        let inside = elements(text, found[0].1.clone()).unwrap();
        let inside: Vec<_> = inside
            .into_iter()
            .map(|span| std::str::from_utf8(&text[span]).unwrap().trim_end())
            .collect();
        assert_eq!(inside, ["1", r#"{"x":"],"}"#, "\"s\""]);
        assert_eq!(members(b"[1]"), None);
        assert_eq!(elements(b"{}", 0..2), None);
    }

    #[test]
    fn what_is_half_a_letter_is_still_read() {
        assert_eq!(unquote(br#""a\ud800b""#).unwrap(), "a\u{fffd}b");
        assert_eq!(unquote(b"\"a\nb\\q\"").unwrap(), "a\nbq");
        assert_eq!(unquote(b"12"), None);
    }

    proptest! {
        #[test]
        fn garbage_ends(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            strings(&bytes, &mut |_, span| assert!(span.end <= bytes.len()));
            for (_, span) in members(&bytes).unwrap_or_default() {
                prop_assert!(bytes.get(span.clone()).is_some());
                elements(&bytes, span);
            }
        }

        #[test]
        fn every_string_of_a_document_is_shown(texts in proptest::collection::vec(".{0,20}", 0..8)) {
            let document = serde_json::json!({"k": texts, "n": {"m": texts}});
            let shown = shown(&document.to_string());
            for text in &texts {
                prop_assert_eq!(shown.iter().filter(|(_, shown)| shown == text).count() >= 2, true);
            }
        }
    }
}
