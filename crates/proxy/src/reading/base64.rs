//! Base 64 as it stands in messages: both alphabets, with or without padding, in runs.

use std::ops::Range;

/// Shorter runs are names and numbers.
pub(crate) const SHORTEST_RUN: usize = 40;

fn digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

/// Undoes base 64, whitespace between its letters passed over; `None` if there is anything else.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut held = 0_u32;
    let mut bits = 0_u32;
    let end = text.trim_ascii_end();
    let end = end
        .strip_suffix(b"==")
        .or(end.strip_suffix(b"="))
        .unwrap_or(end);
    for byte in end {
        if byte.is_ascii_whitespace() {
            continue;
        }
        held = (held << 6 | digit(*byte)?) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap_or_default());
        }
    }
    Some(bytes)
}

/// Where base 64 may stand in a text: runs of its letters, line ends allowed between long lines.
pub(crate) fn runs(text: &[u8]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, byte) in text.iter().enumerate() {
        let inside = digit(*byte).is_some()
            || *byte == b'='
            || (matches!(byte, b'\n' | b'\r') && start.is_some_and(|start| at - start >= 60));
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(begun)) => {
                runs.push(begun..at);
                start = None;
            }
            _ => {}
        }
    }
    runs.extend(start.map(|begun| begun..text.len()));
    runs.retain(|run| run.len() >= SHORTEST_RUN);
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_and_undone() {
        let text = b"data:text/plain;base64,aGVsbG8gd29ybGQsIHRoaXMgaXMgYSB0ZXN0IG9mIHJ1bnM= end";
        let found = runs(text);
        assert_eq!(found.len(), 1);
        let bytes = decode(&text[found[0].clone()]).unwrap();
        assert_eq!(bytes, b"hello world, this is a test of runs");
        assert_eq!(decode(b"aGk").unwrap(), b"hi");
        assert_eq!(decode(b"_-8").unwrap(), [0xff, 0xef]);
        assert_eq!(decode(b"a*b"), None);
    }
}
