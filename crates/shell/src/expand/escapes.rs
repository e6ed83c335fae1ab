//! Backslash escapes: `$'…'` (bash manual, ANSI-C quoting), `echo -e`, `printf`.
//!
//! **Invariant:** bytes that are no UTF-8 become replacement characters; the text never grows.

/// Which escapes count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `$'…'` and the format of `printf`: octal is `\NNN`.
    Quoted,
    /// `echo -e` and `printf %b`: octal is `\0NNN` (and `\NNN`).
    Echo,
}

/// Resolves the escapes in `text`; what is no escape stays.
pub(crate) fn unescape(text: &str, style: Style) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            push(&mut bytes, letter);
            continue;
        }
        let Some(kind) = letters.next() else {
            bytes.push(b'\\');
            break;
        };
        match kind {
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'e' | 'E' => bytes.push(27),
            'f' => bytes.push(12),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'v' => bytes.push(11),
            '\\' => bytes.push(b'\\'),
            '\'' | '"' | '?' if style == Style::Quoted => push(&mut bytes, kind),
            'x' => match number(&mut letters, 16, 2, 0) {
                Some(value) => bytes.push(low_byte(value)),
                None => bytes.extend_from_slice(b"\\x"),
            },
            'u' | 'U' => {
                let digits = if kind == 'u' { 4 } else { 8 };
                let value = number(&mut letters, 16, digits, 0).and_then(char::from_u32);
                push(&mut bytes, value.unwrap_or('\u{fffd}'));
            }
            'c' if style == Style::Quoted => {
                let control = letters.next().map_or(0, |letter| u32::from(letter) & 0x1f);
                bytes.push(low_byte(control));
            }
            'c' => break,
            '0'..='7' => {
                let digits = if style == Style::Echo && kind == '0' {
                    3
                } else {
                    2
                };
                let first = kind.to_digit(8).unwrap_or(0);
                let value = number(&mut letters, 8, digits, first).unwrap_or(first);
                bytes.push(low_byte(value));
            }
            _ => {
                bytes.push(b'\\');
                push(&mut bytes, kind);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn push(bytes: &mut Vec<u8>, letter: char) {
    bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

fn low_byte(value: u32) -> u8 {
    u8::try_from(value & 0xff).unwrap_or(0)
}

/// Reads up to `digits` digits; nothing when there is none.
fn number(
    letters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    base: u32,
    digits: usize,
    start: u32,
) -> Option<u32> {
    let mut value = start;
    let mut found = false;
    for _ in 0..digits {
        let Some(digit) = letters.peek().and_then(|letter| letter.to_digit(base)) else {
            break;
        };
        value = value.wrapping_mul(base).wrapping_add(digit);
        found = true;
        letters.next();
    }
    found.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_resolve() {
        let cases = [
            (r"\x63url", Style::Quoted, "curl"),
            (r"\143\x61t", Style::Quoted, "cat"),
            (r"\u0063at", Style::Quoted, "cat"),
            (r"a\tb\n", Style::Quoted, "a\tb\n"),
            (r"it\'s", Style::Quoted, "it's"),
            (r"\0143at", Style::Echo, "cat"),
            (r"\q", Style::Echo, r"\q"),
            (r"end\", Style::Echo, r"end\"),
            (r"\x", Style::Echo, r"\x"),
            (r"a\cb", Style::Echo, "a"),
        ];
        for (text, style, expected) in cases {
            assert_eq!(unescape(text, style), expected, "{text}");
        }
    }
}
