//! Texts as words, with the lines that they stand in.

use serde_json::Value;

/// Texts of one value that are looked at.
const MOST_TEXTS: usize = 64;

/// How deep a value is looked into.
const MOST_DEPTH: usize = 8;

/// The shortest word that can be rare by itself.
const LEAST_RARE: usize = 9;

/// A word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// As it stands there, without quotes and brackets around it.
    pub(super) text: &'a str,
    /// Its line, counted from 1.
    pub(super) line: u32,
}

/// Returns the words of a text: what stands between blanks, quotes and what a shell takes apart.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let lines = text.split('\n').zip(1_u32..);
    lines.flat_map(|(text, line)| {
        let parts = text.split(|letter: char| {
            letter.is_whitespace()
                || matches!(
                    letter,
                    '"' | '\''
                        | '`'
                        | '|'
                        | ';'
                        | '&'
                        | '<'
                        | '>'
                        | '('
                        | ')'
                        | '['
                        | ']'
                        | '{'
                        | '}'
                        | ','
                        | '\\'
                        | '$'
                )
        });
        parts
            .map(|part| {
                part.trim_matches(|letter: char| {
                    matches!(letter, '.' | ':' | '!' | '?' | '*' | '@' | '#')
                })
            })
            .filter(|part| !part.is_empty())
            .map(move |text| Word { text, line })
    })
}

impl Word<'_> {
    /// Whether the word can be nobody else's by chance: an address, a path of some length, a name
    /// with digits in it.
    pub(super) fn is_rare(&self) -> bool {
        let text = self.text;
        if text.len() < LEAST_RARE {
            return false;
        }
        if let Some((_, rest)) = text.split_once("://") {
            return rest.len() >= 4;
        }
        let has = |wanted: fn(char) -> bool| text.chars().any(wanted);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let slashes = text.bytes().filter(|byte| *byte == b'/').count();
        let is_path = slashes >= 2 || (slashes == 1 && text.starts_with('~'));
        let is_name = digits >= 2 && text.len() >= 12 && has(|letter| letter.is_ascii_alphabetic());
        is_path || is_name || is_host(text)
    }

    /// The hash by which the word is known.
    pub(super) fn hash(&self, seed: u64) -> u64 {
        // FNV-1a: a text that is made to have another one's hash only explains too much.
        let mut hash = seed ^ 0xcbf2_9ce4_8422_2325;
        for byte in self.text.bytes() {
            let byte = byte.to_ascii_lowercase();
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        hash ^ (hash >> 29)
    }
}

/// `evil.example`, `1.2.3.4:80`: labels with dots between, the last one of letters.
fn is_host(text: &str) -> bool {
    let host = text.split([':', '/', '@']).next_back().unwrap_or(text);
    let host = if host.contains('.') { host } else { text };
    let Some((name, last)) = host.rsplit_once('.') else {
        return false;
    };
    name.contains('.') && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Returns the texts inside of a value.
pub(super) fn texts_of<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    gather(value, texts, 0);
}

fn gather<'a>(value: &'a Value, texts: &mut Vec<&'a str>, depth: usize) {
    if texts.len() >= MOST_TEXTS || depth > MOST_DEPTH {
        return;
    }
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| gather(item, texts, depth + 1)),
        Value::Object(fields) => {
            fields
                .values()
                .for_each(|field| gather(field, texts, depth + 1));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
