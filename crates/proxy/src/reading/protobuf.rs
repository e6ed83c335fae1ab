//! The readable strings of a message in Protocol Buffers whose schema nobody published (Cursor).
//!
//! Any run of bytes with a length may be a string or a message: what reads as one is taken for one.
//! More than strings to look at is not promised.

/// Messages inside of messages that are entered.
const DEEPEST: usize = 12;
/// Shorter strings are names and numbers.
const SHORTEST: usize = 8;
/// Fields of one message that are read, all levels together.
const MOST_FIELDS: usize = 100_000;

/// Shows each string with the numbers of the fields that lead to it (`1.2.5`).
pub(crate) fn strings(message: &[u8], show: &mut dyn FnMut(&str, &str)) {
    let mut left = MOST_FIELDS;
    if !is_message(message) {
        if let Ok(text) = std::str::from_utf8(message)
            && text.len() >= SHORTEST
        {
            show("", text);
        }
        return;
    }
    enter(message, "", 0, &mut left, show);
}

fn enter(
    message: &[u8],
    path: &str,
    depth: usize,
    left: &mut usize,
    show: &mut dyn FnMut(&str, &str),
) {
    let mut rest = message;
    while let Some((number, value, after)) = field(rest) {
        rest = after;
        let Some(bytes) = value else {
            continue;
        };
        if *left == 0 {
            return;
        }
        *left -= 1;
        let path = if path.is_empty() {
            number.to_string()
        } else {
            format!("{path}.{number}")
        };
        let text = std::str::from_utf8(bytes)
            .ok()
            .filter(|text| is_readable(text));
        match text {
            Some(text) if text.len() >= SHORTEST => show(&path, text),
            _ if depth < DEEPEST && is_message(bytes) => enter(bytes, &path, depth + 1, left, show),
            _ => {}
        }
    }
}

fn is_readable(text: &str) -> bool {
    let odd = text
        .chars()
        .filter(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'));
    odd.count() == 0
}

/// Whether the bytes are fields to their end.
fn is_message(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while !rest.is_empty() {
        match field(rest) {
            Some((_, _, after)) => rest = after,
            None => return false,
        }
    }
    !bytes.is_empty()
}

/// A field: its number, its bytes if it has a length, and what follows.
type Field<'a> = (u64, Option<&'a [u8]>, &'a [u8]);

/// Reads one field (Protocol Buffers documentation, "Encoding").
fn field(bytes: &[u8]) -> Option<Field<'_>> {
    let (tag, rest) = varint(bytes)?;
    let number = tag >> 3;
    if number == 0 {
        return None;
    }
    match tag & 7 {
        0 => varint(rest).map(|(_, rest)| (number, None, rest)),
        1 => Some((number, None, rest.get(8..)?)),
        2 => {
            let (length, rest) = varint(rest)?;
            let (value, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            Some((number, Some(value), rest))
        }
        5 => Some((number, None, rest.get(4..)?)),
        _ => None,
    }
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        let shift = u32::try_from(at * 7).ok()?;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_at_any_depth() {
        let mut inner = vec![0x0a, 11];
        inner.extend_from_slice(b"hello world");
        let mut message = vec![0x08, 0x96, 0x01, 0x1a, 13];
        message.extend_from_slice(&inner);
        message.extend_from_slice(&[0x22, 10]);
        message.extend_from_slice("grüße an".as_bytes());
        message.extend_from_slice(&[0x28, 1]);
        let mut shown = Vec::new();
        strings(&message, &mut |path, text| {
            shown.push((path.to_owned(), text.to_owned()));
        });
        assert_eq!(
            shown.first(),
            Some(&("3.1".to_owned(), "hello world".to_owned()))
        );
    }

    #[test]
    fn garbage_ends() {
        for seed in 0_u32..2000 {
            let byte = |at: u32| {
                let [_, byte, ..] = seed
                    .wrapping_mul(2_654_435_761)
                    .wrapping_add(at * 40_503)
                    .to_le_bytes();
                byte
            };
            let bytes: Vec<u8> = (0..40).map(byte).collect();
            strings(&bytes, &mut |_, _| {});
        }
    }
}
