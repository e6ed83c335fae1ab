//! Stretches of a page that a browser does not show: comments, invisible elements, titles.
//!
//! They stay in the text, for their words are judged like all others; a finding inside one of them
//! says that it was out of sight. Looks for an end are bounded, so the pass is linear.

use std::ops::Range;

use memchr::memmem;

use super::Disguise;

/// Bytes from the start of a stretch within which its end is looked for.
const LONGEST: usize = 8_192;
/// Bytes of an opening tag.
const LONGEST_TAG: usize = 1_024;
const MOST: usize = 1_000;

/// Styles and attributes that take an element out of sight, without spaces, in lower case.
const INVISIBLE: &[&str] = &[
    "display:none",
    "visibility:hidden",
    "opacity:0;",
    "opacity:0\"",
    "opacity:0'",
    "font-size:0",
    "font-size:1px",
    "color:transparent",
    "color:white",
    "color:#fff",
    "text-indent:-9",
    "left:-9",
    "max-height:0",
    "clip:rect(0",
    "aria-hidden=\"true\"",
    "hidden>",
    "hidden=",
];

/// Returns the stretches out of sight, in order of their start.
pub(super) fn unseen(text: &str) -> Vec<(Disguise, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut invisible_until = 0;
    for start in memchr::memchr2_iter(b'<', b'[', bytes) {
        if found.len() >= MOST {
            break;
        }
        let rest = bytes.get(start..).unwrap_or_default();
        let stretch = if rest.starts_with(b"<!--") {
            Some((Disguise::HtmlComment, length_until(rest, b"-->")))
        } else if rest.first() == Some(&b'<') {
            element(rest)
                .filter(|_| start >= invisible_until)
                .inspect(|length| invisible_until = start + length)
                .map(|length| (Disguise::InvisibleStyle, length))
        } else {
            let before = bytes.get(start.wrapping_sub(1)).copied();
            link(rest, before).map(|length| (Disguise::MarkdownTitle, length))
        };
        if let Some((disguise, length)) = stretch {
            found.push((disguise, start..start + length));
        }
    }
    found
}

fn length_until(rest: &[u8], end: &[u8]) -> usize {
    let near = rest.get(..LONGEST.min(rest.len())).unwrap_or_default();
    memmem::find(near, end).map_or(near.len(), |at| at + end.len())
}

/// Returns the length of an element that is styled to be invisible.
fn element(rest: &[u8]) -> Option<usize> {
    if !rest.get(1)?.is_ascii_alphabetic() {
        return None;
    }
    let near = rest.get(..LONGEST_TAG.min(rest.len()))?;
    let tag_end = memchr::memchr(b'>', near)? + 1;
    let tag: String = rest
        .get(..tag_end)?
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    if !INVISIBLE.iter().any(|style| tag.contains(style)) {
        return None;
    }
    let inside = rest.get(tag_end..)?;
    Some(tag_end + length_until(inside, b"</"))
}

/// Returns the length of `[text](target "title")`, of an image, or of `[//]: # (comment)`.
fn link(rest: &[u8], before: Option<u8>) -> Option<usize> {
    if rest.starts_with(b"[//]: #") || rest.starts_with(b"[comment]: #") {
        return Some(
            memchr::memchr(b'\n', rest)
                .unwrap_or(rest.len())
                .min(LONGEST),
        );
    }
    let near = rest.get(..LONGEST_TAG.min(rest.len()))?;
    let target = memmem::find(near, b"](")?;
    let end = target + memchr::memchr(b')', near.get(target..)?)?;
    let inside = near.get(target..end)?;
    let titled = memmem::find(inside, b" \"").is_some() || memmem::find(inside, b" '").is_some();
    (titled || before == Some(b'!')).then_some(end + 1)
}
