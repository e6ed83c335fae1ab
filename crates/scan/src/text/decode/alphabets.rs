//! Runs of base64, base32 and hexadecimal digits (RFC 4648).

use std::sync::LazyLock;

use super::{Decoded, Disguise, reads_as_text};

/// Shortest run that can hide a phrase.
const SHORTEST: usize = 20;
/// Runs longer than this are pictures and programs; only their start is read.
const LONGEST: usize = 16_384;
const MOST: usize = 64;

/// Returns each run that decodes to readable text.
pub(super) fn decoded(text: &str) -> Vec<Decoded> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start = 0;
    while start < bytes.len() && found.len() < MOST {
        let rest = bytes.get(start..).unwrap_or_default();
        // From behind: what is no digit there rules out every run up to it.
        if let Some(outside) = rest
            .iter()
            .take(SHORTEST)
            .rposition(|byte| !is_digit(*byte))
        {
            start += outside + 1;
            continue;
        }
        let length = rest.iter().take_while(|byte| is_digit(**byte)).count();
        if length >= SHORTEST
            && let Some(run) = rest.get(..length.min(LONGEST))
            && let Some((disguise, text)) = decode(run)
        {
            found.push(Decoded {
                disguise,
                place: start..start + length,
                text,
            });
        }
        start += length.max(1);
    }
    found
}

fn is_digit(byte: u8) -> bool {
    ALPHABET.get(usize::from(byte)) == Some(&true)
}

static ALPHABET: LazyLock<[bool; 256]> = LazyLock::new(|| {
    let mut byte = 0_u8;
    [false; 256].map(|_| {
        let inside = in_alphabet(byte);
        byte = byte.wrapping_add(1);
        inside
    })
});

fn in_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

fn decode(run: &[u8]) -> Option<(Disguise, String)> {
    let body: &[u8] = run
        .iter()
        .position(|byte| *byte == b'=')
        .and_then(|end| run.get(..end))
        .unwrap_or(run);
    if body.iter().all(u8::is_ascii_hexdigit) && body.len().is_multiple_of(2) {
        return readable(Disguise::Hex, packed(body, 4, hex)?);
    }
    let upper = |byte: &u8| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(byte);
    if body.iter().all(upper)
        && let Some(found) = readable(Disguise::Base32, packed(body, 5, base32)?)
    {
        return Some(found);
    }
    readable(Disguise::Base64, packed(body, 6, base64)?)
}

fn readable(disguise: Disguise, bytes: Vec<u8>) -> Option<(Disguise, String)> {
    // A run that was cut may end inside a letter.
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            if bytes.len() - valid > 3 {
                return None;
            }
            String::from_utf8(bytes.get(..valid)?.to_vec()).ok()?
        }
    };
    reads_as_text(&text).then_some((disguise, text))
}

/// Packs digits of `width` bits into bytes; bits that fill no byte are dropped.
fn packed(digits: &[u8], width: u32, value: fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len());
    let (mut held, mut count) = (0_u32, 0_u32);
    for digit in digits {
        held = (held << width | u32::from(value(*digit)?)) & 0xFFFF;
        count += width;
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count & 0xFF) as u8);
        }
    }
    Some(bytes)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

fn base32(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'2'..=b'7' => Some(digit - b'2' + 26),
        _ => None,
    }
}

fn base64(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}
