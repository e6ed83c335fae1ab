//! Secrets in a text: what kind, where, and how they are told without being told.
//!
//! **Invariant:** a finding never holds the secret: only its first and last four
//! characters and a fingerprint under this installation's key.

pub mod canary;
mod engine;
pub mod gitleaks;
mod judge;
pub(crate) mod keywords;
pub mod ledger;
mod named;
mod pack;
mod prefix;
mod rule;
mod stream;
mod validate;
mod value;
mod wordlike;

pub use gitleaks::{LoadError, RuleSet, Unused};
pub use stream::Stream;
pub(crate) use validate::luhn;

use engine::{BLOCK, Candidate, Engine, Kind, MOST_CANDIDATES, View, index, length};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// A keyed hash of a secret: the same secret is known again, and nothing more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// This installation's key: fingerprints are worth nothing elsewhere.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// Takes the installation's 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Key {
        Key(bytes)
    }

    /// The first half of the keyed BLAKE3 hash.
    pub fn fingerprint(&self, secret: &[u8]) -> Fingerprint {
        let mut half = [0; 16];
        for (to, from) in half
            .iter_mut()
            .zip(blake3::keyed_hash(&self.0, secret).as_bytes())
        {
            *to = *from;
        }
        Fingerprint(half)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(…)")
    }
}

/// A secret that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The rule's id.
    pub kind: String,
    /// Its bytes in the text.
    pub place: Range<usize>,
    /// First and last four characters.
    pub masked: String,
    /// The keyed hash of its bytes.
    pub fingerprint: Fingerprint,
    /// Whether a checksum or its structure proves the kind.
    pub verified: bool,
    /// When it ends to be good, in seconds since the Unix epoch, where it says so itself.
    pub expires: Option<i64>,
    /// Whether only its surroundings tell that it is a secret, and no form of its own.
    pub generic: bool,
}

/// Looks for secrets. One for all threads: it has no state of its own.
#[derive(Debug)]
pub struct Scanner {
    key: Key,
    engine: Engine,
}

impl Scanner {
    /// Takes our own rules.
    pub fn new(key: Key) -> Result<Scanner, LoadError> {
        Ok(Scanner::with_rules(key, RuleSet::own()?))
    }

    /// Takes the rules that it is given, and nothing else.
    pub fn with_rules(key: Key, set: RuleSet) -> Scanner {
        Scanner {
            key,
            engine: set.into_engine(),
        }
    }

    /// Every secret in a text, in order of place.
    pub fn secrets(&self, text: &[u8]) -> Vec<Secret> {
        self.secrets_in(text, None)
    }

    /// The same for the file at `path`: some rules and allow lists ask for it.
    pub fn secrets_in(&self, text: &[u8], path: Option<&str>) -> Vec<Secret> {
        let view = View {
            bytes: text,
            base: 0,
        };
        let mut candidates = Vec::new();
        let end = length(text.len());
        let mut next = 0;
        while next < end {
            let block = (next + length(BLOCK)).min(end);
            self.candidates(view, next..block, path, &mut candidates);
            next = block;
        }
        self.settle(candidates)
    }

    /// Begins a text that comes in pieces.
    pub fn stream(&self, path: Option<&str>) -> Stream<'_> {
        Stream::new(self, path)
    }

    fn candidates(
        &self,
        view: View<'_>,
        block: Range<u64>,
        path: Option<&str>,
        candidates: &mut Vec<Candidate>,
    ) {
        if candidates.len() >= MOST_CANDIDATES {
            return;
        }
        self.engine
            .block(view, block, path, &mut |kind, place, verified, secret| {
                if candidates.len() < MOST_CANDIDATES {
                    candidates.push(Candidate {
                        kind,
                        place,
                        verified,
                        expires: validate::expires(secret),
                        masked: mask(secret),
                        fingerprint: self.key.fingerprint(secret),
                    });
                }
            });
    }

    /// Of findings that overlap keeps the proven, then the one of a rule, then the longest.
    fn settle(&self, mut candidates: Vec<Candidate>) -> Vec<Secret> {
        candidates.sort_by_key(|candidate| {
            let length = candidate.place.end - candidate.place.start;
            let named = matches!(candidate.kind, Kind::Named(_));
            (
                !candidate.verified,
                named,
                u64::MAX - length,
                candidate.place.start,
                candidate.kind,
            )
        });
        let mut kept: BTreeMap<u64, Candidate> = BTreeMap::new();
        for candidate in candidates {
            let before = kept.range(..candidate.place.end).next_back();
            if before.is_none_or(|(_, known)| known.place.end <= candidate.place.start) {
                kept.insert(candidate.place.start, candidate);
            }
        }
        kept.into_values()
            .map(|candidate| self.tell(candidate))
            .collect()
    }

    fn tell(&self, candidate: Candidate) -> Secret {
        let (kind, generic) = match candidate.kind {
            Kind::Named(name) => (name.to_owned(), true),
            Kind::Rule(rule) => self
                .engine
                .rules
                .get(rule)
                .map(|rule| (rule.id.clone(), rule.is_generic()))
                .unwrap_or_default(),
        };
        Secret {
            kind,
            place: index(candidate.place.start)..index(candidate.place.end),
            masked: candidate.masked,
            fingerprint: candidate.fingerprint,
            verified: candidate.verified,
            expires: candidate.expires,
            generic,
        }
    }
}

/// First and last four characters; less of a short secret, and of a private key its first line.
pub fn mask(secret: &[u8]) -> String {
    let text = String::from_utf8_lossy(secret);
    if text.starts_with("-----BEGIN") {
        let label = text.split("-----").nth(1).unwrap_or_default();
        return format!("{label}…");
    }
    let count = text.chars().count();
    let shown = if count >= 16 { 4 } else { count / 4 };
    let first: String = text.chars().take(shown).collect();
    let last: String = text.chars().skip(count - shown).collect();
    format!("{first}…{last}")
}

#[cfg(test)]
mod tests;
