//! Bytes that are no text, kept in a text.
//!
//! **Invariant:** [`of`] gives back the bytes that [`text`] was made of, so that `base64 -d | gunzip`
//! loses nothing. A byte that is no UTF-8 stands as a letter of a private plane, which no shell word has.

/// The letter that stands for byte 0.
const FIRST: u32 = 0x10_FF00 - 0x100;

/// The bytes as a text.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut result = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        result.push_str(chunk.valid());
        let invalid = chunk.invalid().iter();
        result.extend(invalid.filter_map(|byte| char::from_u32(FIRST + u32::from(*byte))));
    }
    result
}

/// The bytes of a text.
pub(super) fn of(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        let hidden = u32::from(letter)
            .checked_sub(FIRST)
            .and_then(|byte| u8::try_from(byte).ok());
        match hidden {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        let all: Vec<u8> = (0..=255).chain([0xc3, 0xa9, 0xff, b'a']).collect();
        assert_eq!(of(&text(&all)), all);
        assert_eq!(text("é".as_bytes()), "é");
    }
}
