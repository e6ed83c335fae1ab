//! Letters written as `%41`, `&#65;`, `\x41` or `\u0041`.

use super::{Decoded, Disguise, reads_as_text};

/// Escapes near each other that hide a phrase; fewer are ordinary.
const FEWEST: usize = 5;
/// Bytes between two escapes of one stretch.
const NEAR: usize = 12;
const MOST: usize = 64;

/// Returns each stretch of escapes, decoded.
pub(super) fn decoded(text: &str) -> Vec<Decoded> {
    let mut found = stretches(text, b'%', Disguise::Percent, percent);
    found.extend(stretches(text, b'&', Disguise::Entities, entity));
    found.extend(stretches(text, b'\\', Disguise::Escapes, backslash));
    found
}

/// One escape: the bytes it stands for, and its length.
type Escape = (Vec<u8>, usize);

#[derive(Default)]
struct Stretch {
    start: usize,
    end: usize,
    count: usize,
    bytes: Vec<u8>,
}

fn stretches(
    text: &str,
    sign: u8,
    disguise: Disguise,
    read: fn(&[u8]) -> Option<Escape>,
) -> Vec<Decoded> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut stretch = Stretch::default();
    for at in memchr::memchr_iter(sign, bytes) {
        let Some((letters, length)) = bytes.get(at..).and_then(read) else {
            continue;
        };
        if stretch.count > 0 && at > stretch.end + NEAR {
            close(&mut stretch, disguise, &mut found);
        }
        if stretch.count == 0 {
            stretch.start = at;
        } else {
            let between = bytes.get(stretch.end..at).unwrap_or_default();
            stretch.bytes.extend_from_slice(between);
        }
        stretch.bytes.extend(letters);
        stretch.count += 1;
        stretch.end = at + length;
    }
    close(&mut stretch, disguise, &mut found);
    found
}

fn close(stretch: &mut Stretch, disguise: Disguise, found: &mut Vec<Decoded>) {
    let stretch = std::mem::take(stretch);
    if stretch.count < FEWEST || found.len() >= MOST {
        return;
    }
    let text = String::from_utf8_lossy(&stretch.bytes).into_owned();
    if reads_as_text(&text) {
        found.push(Decoded {
            disguise,
            place: stretch.start..stretch.end,
            text,
        });
    }
}

fn digits(bytes: &[u8], radix: u32, most: usize) -> Option<(u32, usize)> {
    let length = bytes
        .iter()
        .take(most)
        .take_while(|byte| char::from(**byte).is_digit(radix))
        .count();
    let digits = std::str::from_utf8(bytes.get(..length)?).ok()?;
    Some((u32::from_str_radix(digits, radix).ok()?, length))
}

fn letter(code: u32) -> Option<Vec<u8>> {
    char::from_u32(code).map(|letter| letter.to_string().into_bytes())
}

fn percent(rest: &[u8]) -> Option<Escape> {
    let (code, length) = digits(rest.get(1..)?, 16, 2)?;
    (length == 2).then_some((vec![u8::try_from(code).ok()?], 3))
}

fn entity(rest: &[u8]) -> Option<Escape> {
    let named = [
        (b"&lt;".as_slice(), b'<'),
        (b"&gt;", b'>'),
        (b"&amp;", b'&'),
        (b"&quot;", b'"'),
        (b"&apos;", b'\''),
        (b"&nbsp;", b' '),
    ];
    for (name, letter) in named {
        if rest.starts_with(name) {
            return Some((vec![letter], name.len()));
        }
    }
    if rest.get(1) != Some(&b'#') {
        return None;
    }
    let hexadecimal = matches!(rest.get(2), Some(b'x' | b'X'));
    let (radix, head) = if hexadecimal { (16, 3) } else { (10, 2) };
    let (code, length) = digits(rest.get(head..)?, radix, 7)?;
    let closed = usize::from(rest.get(head + length) == Some(&b';'));
    Some((letter(code)?, head + length + closed))
}

fn backslash(rest: &[u8]) -> Option<Escape> {
    let (head, width) = match rest.get(1)? {
        b'x' => (2, 2),
        b'u' if rest.get(2) == Some(&b'{') => {
            let (code, length) = digits(rest.get(3..)?, 16, 6)?;
            return Some((letter(code)?, length + 4));
        }
        b'u' => (2, 4),
        _ => return None,
    };
    let (code, length) = digits(rest.get(head..)?, 16, width)?;
    if length != width {
        return None;
    }
    let bytes = if width == 2 {
        vec![u8::try_from(code).ok()?]
    } else {
        letter(code)?
    };
    Some((bytes, head + width))
}
