//! Secrets are masked in every text of an event: kind, first and last four characters and a
//! keyed fingerprint stay, the rest is gone. What a secret is, `ringfence_scan` says.
//!
//! **Invariant:** a secret that one text of an event gives away is masked in all of its texts,
//! also where it stands alone: as an argument, in a path, in a name.

pub(crate) mod texts;

use ringfence_event::{Action, Event, SecretMark};
use ringfence_scan::personal::Mode;
use ringfence_scan::secrets::{Key, RuleSet, Scanner, Secret};
use serde_json::Value;
use std::ops::Range;
use std::sync::Arc;
use texts::Held;

/// Shorter secrets are masked elsewhere only where they stand as a word of their own.
const SHORT: usize = 8;
/// In a shorter text no rule finds a secret: most arguments of a command line, in bytes.
const SHORTEST_TEXT: usize = 8;
/// Longest value that is looked at together with its name.
const LONGEST_VALUE: usize = 512;
/// Most secrets of one event that are looked for in its other texts.
const MOST: usize = 1000;
/// Parts of names that give a value away.
const TELLING: &[&str] = &[
    "pass", "pwd", "secret", "token", "key", "auth", "cred", "private",
];

/// Finds secrets in texts and masks them, with this installation's key.
#[derive(Clone)]
pub struct Masker {
    scanner: Arc<Scanner>,
    key: Key,
    personal: Mode,
}

/// A secret for as long as its event is masked.
struct Found {
    secret: String,
    mark: SecretMark,
}

impl Masker {
    /// Takes the installation's random key: it makes fingerprints worthless elsewhere.
    pub fn new(key: [u8; 32]) -> Masker {
        // That our own rules can be read, a test of theirs proves.
        Masker::with_rules(key, RuleSet::own().unwrap_or_default())
    }

    /// The same with other rules.
    pub fn with_rules(key: [u8; 32], rules: RuleSet) -> Masker {
        let key = Key::new(key);
        Masker {
            scanner: Arc::new(Scanner::with_rules(key.clone(), rules)),
            key,
            personal: Mode::Off,
        }
    }

    /// The same, looking for personal data too.
    #[must_use]
    pub fn looking_for_personal_data(self, personal: Mode) -> Masker {
        Masker { personal, ..self }
    }

    /// This installation's key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) fn personal(&self) -> Mode {
        self.personal
    }

    /// Masks every text of an event and notes in its labels what was found. Returns the secrets
    /// that a tool gave back, for who remembers them without keeping them.
    pub fn mask_event(&self, event: &mut Event) -> Vec<String> {
        let mut found = Vec::new();
        texts::each(event, &mut |held| match held {
            Held::Text(text) => self.find(text, &mut found),
            Held::Named(name, text) => {
                self.find(text, &mut found);
                self.find_named(name, text, &mut found);
            }
        });
        if found.is_empty() {
            return Vec::new();
        }
        let read = given_back(event, &found);
        let marks = found.iter().map(|found| found.mark.clone()).collect();
        texts::each(event, &mut |(Held::Text(text) | Held::Named(_, text))| {
            if let Some(masked) = self.hide(text, &found) {
                *text = masked;
            }
        });
        event.labels.secrets = marks;
        read
    }

    /// Returns the text with its secrets masked, or `None` if it holds none.
    pub fn mask(&self, text: &str, marks: &mut Vec<SecretMark>) -> Option<String> {
        let mut found = Vec::new();
        self.find(text, &mut found);
        let masked = self.hide(text, &found)?;
        for Found { mark, .. } in found {
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        Some(masked)
    }

    /// Masks in every text of an event what stands at the places that are told, in order, of it.
    pub fn mask_where(event: &mut Event, places: &dyn Fn(&str) -> Vec<Range<usize>>) {
        texts::each(event, &mut |(Held::Text(text) | Held::Named(_, text))| {
            if let Some(masked) = without(text, &places(text)) {
                *text = masked;
            }
        });
    }

    fn find(&self, text: &str, found: &mut Vec<Found>) {
        if text.len() < SHORTEST_TEXT {
            return;
        }
        for secret in self.scanner.secrets(text.as_bytes()) {
            if let Some(bytes) = text.get(whole_letters(text, &secret.place)) {
                note(bytes, secret, found);
            }
        }
    }

    /// Looks at a value as if it were assigned to its name: `{"password": "…"}`.
    fn find_named(&self, name: &str, value: &str, found: &mut Vec<Found>) {
        if value.len() > LONGEST_VALUE || !is_telling(name) {
            return;
        }
        let line = format!("{name}=\"{value}\"");
        for secret in self.scanner.secrets(line.as_bytes()) {
            if secret.place.start > name.len()
                && let Some(bytes) = line.get(whole_letters(&line, &secret.place))
            {
                note(bytes, secret, found);
            }
        }
    }

    /// The text without these secrets, and without what it gives away itself.
    fn hide(&self, text: &str, found: &[Found]) -> Option<String> {
        let mut places: Vec<(Range<usize>, &SecretMark)> = Vec::new();
        for secret in self.scanner.secrets(text.as_bytes()) {
            let place = whole_letters(text, &secret.place);
            let known = text.get(place.clone());
            let known = found.iter().find(|one| Some(one.secret.as_str()) == known);
            places.extend(known.map(|known| (place, &known.mark)));
        }
        for Found { secret, mark } in found {
            let all = text.match_indices(secret.as_str());
            let all = all.map(|(start, _)| start..start + secret.len());
            let all = all.filter(|place| secret.len() >= SHORT || stands_alone(text, place));
            places.extend(all.map(|place| (place, mark)));
        }
        places.sort_by_key(|(place, _)| (place.start, usize::MAX - place.end));
        let mut masked = String::new();
        let mut done = 0;
        for (place, mark) in &places {
            if place.start >= done {
                masked.push_str(text.get(done..place.start)?);
                masked.push_str(&format!("[masked {} {}]", mark.kind, mark.masked));
            }
            done = done.max(place.end);
        }
        masked.push_str(text.get(done..)?);
        (!places.is_empty()).then_some(masked)
    }
}

/// The text without what stands at these places, or `None` if there are none.
fn without(text: &str, places: &[Range<usize>]) -> Option<String> {
    let mut masked = String::new();
    let mut done = 0;
    for place in places {
        let place = whole_letters(text, place);
        if place.start >= done {
            masked.push_str(text.get(done..place.start)?);
            masked.push_str("[masked secret]");
        }
        done = done.max(place.end);
    }
    masked.push_str(text.get(done..)?);
    (!places.is_empty()).then_some(masked)
}

/// The secrets that stand in what a tool gave back, and not in what it was told.
fn given_back(event: &Event, found: &[Found]) -> Vec<String> {
    let Action::ToolResult { tool, output, .. } = &event.action else {
        return Vec::new();
    };
    let secrets = found.iter().map(|found| &found.secret);
    let read = secrets.filter(|secret| holds(output, secret) && !holds(&tool.input, secret));
    read.cloned().collect()
}

fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(whole) => whole.contains(text),
        Value::Array(values) => values.iter().any(|value| holds(value, text)),
        Value::Object(fields) => fields.values().any(|value| holds(value, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn note(bytes: &str, secret: Secret, found: &mut Vec<Found>) {
    let mark = SecretMark {
        kind: secret.kind,
        masked: secret.masked,
        fingerprint: secret.fingerprint.to_string(),
        generic: secret.generic,
    };
    let known = (found.iter()).any(|known| known.mark.fingerprint == mark.fingerprint);
    if !known && found.len() < MOST {
        found.push(Found {
            secret: bytes.to_owned(),
            mark,
        });
    }
}

fn whole_letters(text: &str, place: &Range<usize>) -> Range<usize> {
    text.floor_char_boundary(place.start)..text.ceil_char_boundary(place.end)
}

fn stands_alone(text: &str, place: &Range<usize>) -> bool {
    let joins = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = place.start.checked_sub(1);
    !joins(before.and_then(|at| text.as_bytes().get(at))) && !joins(text.as_bytes().get(place.end))
}

fn is_telling(name: &str) -> bool {
    let name = name.as_bytes();
    (TELLING.iter()).any(|part| {
        name.windows(part.len())
            .any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
    })
}

#[cfg(test)]
mod tests;
