//! Changes of a value before it is compared: placeholders, dashes, encodings.
//!
//! **Invariant:** bounded: a value becomes at most [`MOST`] values.

use crate::error::Problem;
use crate::modifier::Change;
use std::collections::BTreeMap;

/// Most values that one value may become.
const MOST: usize = 4096;
/// What Windows takes for a dash.
const DASHES: [char; 5] = ['-', '/', '–', '—', '―'];
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Values for the placeholders of `expand`: `%name%` stands for one of them.
pub type Placeholders = BTreeMap<String, Vec<String>>;

/// A value on its way from the rule to a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Changed {
    /// With Sigma's wildcards and escapes.
    Text(String),
    /// Bytes that stand for nothing but themselves.
    Bytes(Vec<u8>),
}

/// Changes a value in the order of its modifiers.
pub(crate) fn changed(
    key: &str,
    value: &str,
    changes: &[Change],
    placeholders: &Placeholders,
) -> Result<Vec<Changed>, Problem> {
    let mut values = vec![Changed::Text(value.to_owned())];
    for change in changes {
        let mut next = Vec::new();
        for value in values {
            next.extend(one(*change, value, placeholders).map_err(|wrong| wrong.at(key))?);
            if next.len() > MOST {
                let value = value_of(&next);
                return Err(Wrong::because(value, "becomes too many values").at(key));
            }
        }
        values = next;
    }
    Ok(values)
}

/// The first of them, for a message.
fn value_of(values: &[Changed]) -> String {
    match values.first() {
        Some(Changed::Text(text)) => text.clone(),
        Some(Changed::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        None => String::new(),
    }
}

/// What is wrong with a value.
enum Wrong {
    Value { value: String, why: &'static str },
    Placeholders(Vec<String>),
}

impl Wrong {
    fn because(value: String, why: &'static str) -> Wrong {
        Wrong::Value { value, why }
    }

    fn at(self, key: &str) -> Problem {
        match self {
            Wrong::Value { value, why } => Problem::Value {
                field: key.to_owned(),
                value,
                why,
            },
            Wrong::Placeholders(names) => Problem::Placeholders(names),
        }
    }
}

fn one(change: Change, value: Changed, placeholders: &Placeholders) -> Result<Vec<Changed>, Wrong> {
    match (change, value) {
        (Change::Expand, Changed::Text(text)) => Ok(expanded(&text, placeholders)?
            .into_iter()
            .map(Changed::Text)
            .collect()),
        (Change::Windash, Changed::Text(text)) => {
            Ok(dashed(&text)?.into_iter().map(Changed::Text).collect())
        }
        (Change::Expand | Change::Windash, Changed::Bytes(_)) => Err(Wrong::because(
            change_name(change).to_owned(),
            "it must stand before the encodings",
        )),
        (encoding, value) => {
            let bytes = plain(value)?;
            Ok(encoded(encoding, &bytes)
                .into_iter()
                .map(Changed::Bytes)
                .collect())
        }
    }
}

fn change_name(change: Change) -> &'static str {
    match change {
        Change::Expand => "expand",
        _ => "windash",
    }
}

/// The bytes of a value that has no wildcards.
fn plain(value: Changed) -> Result<Vec<u8>, Wrong> {
    let text = match value {
        Changed::Bytes(bytes) => return Ok(bytes),
        Changed::Text(text) => text,
    };
    let mut plain = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '*' | '?' => {
                let why = "a wildcard cannot be encoded; write `\\*` for the character";
                return Err(Wrong::because(text.clone(), why));
            }
            '\\' if matches!(characters.peek(), Some('*' | '?' | '\\')) => {
                plain.extend(characters.next());
            }
            other => plain.push(other),
        }
    }
    Ok(plain.into_bytes())
}

fn encoded(encoding: Change, bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    match encoding {
        Change::Utf16Little => vec![text.encode_utf16().flat_map(u16::to_le_bytes).collect()],
        Change::Utf16Big => vec![text.encode_utf16().flat_map(u16::to_be_bytes).collect()],
        Change::Utf16Marked => {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            vec![[0xff, 0xfe].into_iter().chain(units).collect()]
        }
        Change::Base64 => vec![base64(bytes)],
        Change::Base64Offset => (0..3).filter_map(|shift| base64_at(bytes, shift)).collect(),
        Change::Expand | Change::Windash => Vec::new(),
    }
}

/// Base64 with padding (RFC 4648, 4).
fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for chunk in bytes.chunks(3) {
        let mut group = 0u32;
        for place in 0..3 {
            group = (group << 8) | u32::from(chunk.get(place).copied().unwrap_or(0));
        }
        for place in 0..4 {
            let known = place <= chunk.len();
            let digit = usize::try_from((group >> (18 - 6 * place)) & 63).unwrap_or(0);
            text.push(match ALPHABET.get(digit) {
                Some(letter) if known => *letter,
                _ => b'=',
            });
        }
    }
    text
}

/// The part of the base64 text that is the same whatever stands before and after, if the
/// value begins `shift` bytes after a border of three.
fn base64_at(bytes: &[u8], shift: usize) -> Option<Vec<u8>> {
    let mut shifted = vec![b' '; shift];
    shifted.extend_from_slice(bytes);
    let text = base64(&shifted);
    let start = [0, 2, 3].get(shift).copied()?;
    // Digits that hold bits of what follows, and the padding, are left out.
    let cut = [0, 3, 2].get(shifted.len() % 3).copied()?;
    let part = text.get(start..text.len().checked_sub(cut)?)?;
    (!part.is_empty()).then(|| part.to_vec())
}

/// All spellings with each dash before a word written in each of the five ways.
fn dashed(text: &str) -> Result<Vec<String>, Wrong> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut spellings = vec![String::new()];
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let begins = before.is_none_or(|before| !is_word(before));
        let leads = characters.peek().is_some_and(|next| is_word(*next));
        if DASHES.contains(&character) && begins && leads {
            spellings = spellings
                .iter()
                .flat_map(|spelling| DASHES.map(|dash| format!("{spelling}{dash}")))
                .collect();
            if spellings.len() > MOST {
                return Err(Wrong::because(text.to_owned(), "has too many dashes"));
            }
        } else {
            for spelling in &mut spellings {
                spelling.push(character);
            }
        }
        before = Some(character);
    }
    Ok(spellings)
}

/// All texts with each `%name%` replaced by each of its values; `\%` is a plain `%`.
fn expanded(text: &str, placeholders: &Placeholders) -> Result<Vec<String>, Wrong> {
    let mut texts = vec![String::new()];
    let mut missing = Vec::new();
    let mut rest = text;
    let push = |texts: &mut Vec<String>, part: &str| {
        for text in texts.iter_mut() {
            text.push_str(part);
        }
    };
    while let Some((before, after)) = rest.split_once('%') {
        if let Some(before) = before.strip_suffix('\\') {
            push(&mut texts, before);
            push(&mut texts, "%");
            rest = after;
            continue;
        }
        push(&mut texts, before);
        let Some((name, after)) = after.split_once('%') else {
            push(&mut texts, "%");
            rest = after;
            continue;
        };
        rest = after;
        match placeholders.get(name) {
            None => missing.push(name.to_owned()),
            Some(values) => {
                texts = texts
                    .iter()
                    .flat_map(|text| values.iter().map(move |value| format!("{text}{value}")))
                    .take(MOST + 1)
                    .collect();
            }
        }
        if texts.len() > MOST {
            return Err(Wrong::because(text.to_owned(), "becomes too many values"));
        }
    }
    push(&mut texts, rest);
    if missing.is_empty() {
        Ok(texts)
    } else {
        Err(Wrong::Placeholders(missing))
    }
}

#[cfg(test)]
mod tests;
