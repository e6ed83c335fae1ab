//! Words spelled so that a pattern misses them: rot13, backwards, leetspeak, spaced letters.
//!
//! Each is tried only where a word of orders (`ignore`, `instructions`) shows in that spelling, so
//! that ordinary text is never spelled anew.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::{Decoded, Disguise};

/// Bytes around a respelled word that are read with it.
const AROUND: usize = 300;
const MOST: usize = 16;
/// Single letters in a row that are one spaced word.
const FEWEST_LETTERS: usize = 5;

/// What can stand between spaced letters.
const SIGNS: [u8; 6] = *b" .-_*|";
/// Places that are looked at together.
const STRIDE: usize = 64;

const ROT13: &[&str] = &[
    "vtaber",
    "vafgehpgvba",
    "cerivbhf",
    "qvfertneq",
    "flfgrz cebzcg",
];
const REVERSED: &[&str] = &[
    "erongi",
    "snoitcurtsni",
    "suoiverp",
    "dragersid",
    "tpmorp metsys",
];
const ORDERS: &[&str] = &[
    "ignore",
    "instruction",
    "previous",
    "disregard",
    "system",
    "prompt",
    "reveal",
    "password",
    "secret",
    "override",
    "bypass",
    "forget",
];

static SPELLINGS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        // With this kind of match many letters are ruled out at once.
        .match_kind(MatchKind::LeftmostFirst)
        .kind(Some(AhoCorasickKind::DFA))
        .build(ROT13.iter().chain(REVERSED))
        .ok()
});
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(ORDERS).ok());

/// Returns stretches of a folded text in the spelling that they stand for.
pub(super) fn respelled(text: &str) -> Vec<Decoded> {
    let mut found = turned(text);
    found.extend(leetspeak(text));
    found.extend(spaced(text));
    found
}

fn turned(text: &str) -> Vec<Decoded> {
    let mut found: Vec<Decoded> = Vec::new();
    let Some(spellings) = SPELLINGS.as_ref() else {
        return found;
    };
    for hit in spellings.find_iter(text) {
        let covered = found
            .last()
            .is_some_and(|last| last.place.end > hit.start());
        if covered {
            continue;
        }
        if found.len() >= MOST {
            break;
        }
        let place = around(text, hit.start()..hit.end());
        let stretch = text.get(place.clone()).unwrap_or_default();
        let (disguise, text) = if hit.pattern().as_usize() < ROT13.len() {
            (Disguise::Rot13, stretch.chars().map(rot13).collect())
        } else {
            (Disguise::Reversed, stretch.chars().rev().collect())
        };
        found.push(Decoded {
            disguise,
            place,
            text,
        });
    }
    found
}

fn around(text: &str, place: Range<usize>) -> Range<usize> {
    let mut start = place.start.saturating_sub(AROUND);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = (place.end + AROUND).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

fn rot13(letter: char) -> char {
    match letter {
        'a'..='m' => char::from(letter as u8 + 13),
        'n'..='z' => char::from(letter as u8 - 13),
        other => other,
    }
}

/// Reads digits as letters in each line where that makes two words of orders.
fn leetspeak(text: &str) -> Vec<Decoded> {
    let mut found = Vec::new();
    let Some(words) = WORDS.as_ref() else {
        return found;
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let place = start..start + line.len();
        start = place.end;
        let mixed = mixtures(line.as_bytes());
        if mixed < 2 || found.len() >= MOST {
            continue;
        }
        let spelled: String = line
            .chars()
            .map(|letter| {
                u8::try_from(letter)
                    .ok()
                    .and_then(digit_letter)
                    .unwrap_or(letter)
            })
            .collect();
        let more = words.find_iter(&spelled).count() > words.find_iter(line).count();
        if more {
            found.push(Decoded {
                disguise: Disguise::Leetspeak,
                place,
                text: spelled,
            });
        }
    }
    found
}

/// Counts the digits that follow a letter: few lines have any.
fn mixtures(line: &[u8]) -> usize {
    let pairs = || line.iter().zip(line.get(1..).unwrap_or_default());
    let mixed = |letter: u8, digit: u8| is_small(letter) & is_digit_letter(digit);
    // Without a branch, so that the compiler looks at many pairs at once.
    if pairs().fold(false, |any, (letter, digit)| any | mixed(*letter, *digit)) {
        pairs()
            .filter(|(letter, digit)| mixed(**letter, **digit))
            .count()
    } else {
        0
    }
}

fn is_small(byte: u8) -> bool {
    byte.wrapping_sub(b'a') < 26
}

/// Whether [`digit_letter`] knows it.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without a branch many letters are looked at together"
)]
fn is_digit_letter(byte: u8) -> bool {
    (byte == b'0')
        | (byte == b'1')
        | (byte == b'!')
        | (byte == b'3')
        | (byte == b'4')
        | (byte == b'@')
        | (byte == b'5')
        | (byte == b'$')
        | (byte == b'7')
}

fn digit_letter(byte: u8) -> Option<char> {
    Some(match byte {
        b'0' => 'o',
        b'1' | b'!' => 'i',
        b'3' => 'e',
        b'4' | b'@' => 'a',
        b'5' | b'$' => 's',
        b'7' => 't',
        _ => return None,
    })
}

/// Joins single letters with one sign between them; more than one space ends a word.
fn spaced(text: &str) -> Vec<Decoded> {
    let bytes = text.as_bytes();
    let mut found: Vec<Decoded> = Vec::new();
    let mut at = 0;
    while let Some(next) = next_spaced(bytes, at).filter(|_| found.len() < MOST) {
        at = next;
        let (joined, end) = spaced_run(bytes, at);
        if joined.trim_end().len() >= FEWEST_LETTERS {
            let place = at..around(text, end..end).end;
            let rest = text.get(end..place.end).unwrap_or_default();
            found.push(Decoded {
                disguise: Disguise::Spacing,
                text: format!("{joined}{rest}"),
                place,
            });
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// Nearly every place in a text is ruled out by its second and fourth byte, many at once.
fn next_spaced(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(near) = bytes.get(at..at + STRIDE + 3) {
        let shifted = |by: usize| near.iter().skip(by);
        let any = (near.iter().zip(shifted(1)))
            .zip(shifted(2).zip(shifted(3)))
            .fold(false, |any, ((first, sign), (second, again))| {
                any | is_spaced(*first, *sign, *second, *again)
            });
        if any {
            break;
        }
        at += STRIDE;
    }
    let found = bytes.get(at..)?.windows(4).position(|near| {
        matches!(near, [first, sign, second, again]
            if is_spaced(*first, *sign, *second, *again))
    })?;
    Some(at + found)
}

#[expect(
    clippy::needless_bitwise_bool,
    reason = "without a branch many letters are looked at together"
)]
fn is_spaced(first: u8, sign: u8, second: u8, again: u8) -> bool {
    let known = SIGNS
        .iter()
        .fold(false, |any, known| any | (sign == *known));
    (sign == again) & known & is_small(first) & is_small(second)
}

/// Returns the letters of one spaced run that starts here, and where it ends.
fn spaced_run(bytes: &[u8], start: usize) -> (String, usize) {
    let letter = |at: usize| bytes.get(at).copied().filter(u8::is_ascii_lowercase);
    let mut joined = String::new();
    let separator = bytes.get(start + 1).copied();
    let sign = separator.filter(|sign| SIGNS.contains(sign));
    let starts_word = start == 0
        || bytes
            .get(start - 1)
            .is_some_and(|before| !before.is_ascii_alphanumeric());
    let (Some(sign), true) = (sign, starts_word) else {
        return (joined, start);
    };
    let mut at = start;
    while let Some(found) = letter(at) {
        if letter(at + 1).is_some() {
            joined.push(' ');
            break;
        }
        joined.push(char::from(found));
        let gap = bytes
            .get(at + 1..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| **byte == sign)
            .count();
        match gap {
            0 => return (joined, at + 1),
            1 => at += 2,
            _ => {
                joined.push(' ');
                at += 1 + gap;
            }
        }
    }
    (joined, at.min(bytes.len()))
}
