//! Compressed text in a command line: `echo H4sI… | base64 -d | gunzip | sh`.
//!
//! **Invariant:** never more than [`LONGEST_WORD`] comes out, however much is packed in it.

use std::io::Read;

use flate2::read::{GzDecoder, ZlibDecoder};

use crate::words::LONGEST_WORD;

/// What gzip (RFC 1952) or zlib (RFC 1950) has packed; nothing when it is neither, broken or too much.
pub(super) fn unpack(packed: &[u8]) -> Option<String> {
    let mut text = Vec::new();
    let limit = u64::try_from(LONGEST_WORD).ok()? + 1;
    let read = match packed {
        [0x1f, 0x8b, ..] => GzDecoder::new(packed).take(limit).read_to_end(&mut text),
        [0x78, ..] => ZlibDecoder::new(packed).take(limit).read_to_end(&mut text),
        _ => return None,
    };
    read.ok()?;
    (text.len() <= LONGEST_WORD).then(|| super::text(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_was_packed_comes_out() {
        assert_eq!(unpack(&packed(b"cat f")).as_deref(), Some("cat f"));
    }

    #[test]
    fn a_bomb_and_a_broken_archive_stay_shut() {
        assert_eq!(unpack(&packed(&vec![b'a'; 10 * LONGEST_WORD])), None);
        let whole = packed(b"cat f");
        assert_eq!(unpack(whole.get(..12).unwrap()), None);
        assert_eq!(unpack(b"cat f"), None);
    }
}
