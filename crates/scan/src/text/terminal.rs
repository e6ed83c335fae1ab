//! Escape sequences of terminals (ECMA-48 and xterm): their length, and those that hide or act.
//!
//! Colours are everywhere in the output of tools and say nothing. Concealed text, the clipboard,
//! links whose target differs, and text that is wiped after it was read say something.

use super::{Disguise, Hidden};

/// Bytes of one escape sequence that are read; what is longer is taken as text.
const LONGEST: usize = 4_096;
const MOST_HIDDEN: usize = 200;

/// Returns the length of the escape sequence at the start, at least one byte.
pub(super) fn sequence_length(bytes: &[u8]) -> usize {
    match bytes.get(1) {
        Some(b'[') => {
            let body = bytes.get(2..).unwrap_or_default();
            body.iter()
                .take(LONGEST)
                .position(|byte| (0x40..=0x7e).contains(byte))
                .map_or(2, |end| end + 3)
        }
        Some(b']' | b'P' | b'_' | b'^' | b'X') => string_length(bytes),
        Some(byte) if byte.is_ascii() && *byte != 0x1b => 2,
        _ => 1,
    }
}

/// A control string ends at BEL or at `ESC \`.
fn string_length(bytes: &[u8]) -> usize {
    let body = bytes.get(2..).unwrap_or_default();
    let end = body
        .iter()
        .take(LONGEST)
        .position(|byte| *byte == 7 || *byte == 0x1b);
    match end {
        Some(end) if body.get(end) == Some(&0x1b) => {
            let closes = body.get(end + 1) == Some(&b'\\');
            end + 3 + usize::from(closes)
        }
        Some(end) => end + 3,
        None => 2,
    }
}

/// Returns the escape sequences that hide text or act on the terminal.
pub(super) fn hidden(text: &str) -> Vec<Hidden> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = bytes
        .get(at..)
        .and_then(|rest| memchr::memchr(0x1b, rest))
        .filter(|_| found.len() < MOST_HIDDEN)
    {
        let start = at + offset;
        let rest = text.get(start..).unwrap_or_default();
        let length = sequence_length(rest.as_bytes());
        let sequence = rest.get(..length).unwrap_or_default();
        at = start + length;
        if let Some(decoded) = meaning(sequence, rest.get(length..).unwrap_or_default()) {
            found.push(Hidden {
                disguise: Disguise::Terminal,
                place: start..at,
                decoded,
            });
        }
    }
    found
}

/// Returns what a sequence hides or does, if it is one of the bad ones.
fn meaning(sequence: &str, after: &str) -> Option<String> {
    let body = sequence.get(2..).unwrap_or_default();
    if sequence.starts_with("\x1b[") {
        let parameters = body.strip_suffix('m')?;
        let conceals = parameters.split(';').any(|part| part == "8");
        let colour = parameters.contains("38;5;8") || parameters.contains("48;5;8");
        return (conceals && !colour).then(|| {
            let end = after.find('\x1b').unwrap_or(after.len());
            let concealed = after.get(..end).unwrap_or_default();
            format!(
                "concealed: {}",
                concealed.chars().take(500).collect::<String>()
            )
        });
    }
    if sequence.starts_with("\x1b]52;") {
        return Some("writes to the clipboard".to_owned());
    }
    if sequence.starts_with("\x1b]50;")
        || sequence.starts_with("\x1bP$q")
        || sequence.starts_with("\x1bP+q")
    {
        return Some("asks the terminal to type an answer".to_owned());
    }
    None
}
