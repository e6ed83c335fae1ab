//! Decoys: files that nobody has a reason to read, and secrets that open nothing.
//!
//! **Invariant:** a decoy is known by its path or by its value in any form that the ledger
//! knows, never by how it looks.

use crate::secrets::texts::{self, Held};
use ringfence_event::{Event, SecretMark};
use ringfence_scan::secrets::ledger::Ledger;
use ringfence_scan::secrets::{Fingerprint, Key, mask};
use std::collections::BTreeMap;

/// What a decoy's value is called in an event's labels.
const KIND: &str = "canary";

/// The decoys of this installation.
#[derive(Clone, Debug)]
pub struct Canaries {
    paths: Vec<String>,
    /// Knows the values; each event is looked at with a copy, for it remembers what it saw.
    ledger: Ledger,
    /// The values' ends, by fingerprint.
    masked: BTreeMap<Fingerprint, String>,
}

impl Canaries {
    /// Takes the installation's key, the real paths of the files, and the secrets in them.
    pub fn new(key: [u8; 32], paths: Vec<String>, values: &[String]) -> Canaries {
        let key = Key::new(key);
        let mut ledger = Ledger::new(key.clone());
        let mut masked = BTreeMap::new();
        for value in values.iter().map(String::as_bytes) {
            ledger.note(value);
            masked.insert(key.fingerprint(value), mask(value));
        }
        Canaries {
            paths,
            ledger,
            masked,
        }
    }

    /// Where they lie.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// Returns a mark for each decoy whose value stands in the event.
    pub(crate) fn marks(&self, event: &mut Event) -> Vec<SecretMark> {
        let mut ledger = self.ledger.clone();
        let mut marks = Vec::new();
        let mut look = |text: &str| {
            for leak in ledger.look(text.as_bytes()) {
                marks.push(SecretMark {
                    kind: KIND.to_owned(),
                    masked: self
                        .masked
                        .get(&leak.fingerprint)
                        .cloned()
                        .unwrap_or_default(),
                    fingerprint: leak.fingerprint.to_string(),
                    generic: false,
                });
            }
        };
        texts::each(event, &mut |(Held::Text(text) | Held::Named(_, text))| {
            look(text);
        });
        marks
    }
}

/// Adds marks of decoys to those of secrets; what the masker saw as a secret is the decoy.
pub(crate) fn add(decoys: Vec<SecretMark>, marks: &mut Vec<SecretMark>) {
    for decoy in decoys {
        match marks
            .iter_mut()
            .find(|mark| mark.fingerprint == decoy.fingerprint)
        {
            Some(known) => *known = decoy,
            None => marks.push(decoy),
        }
    }
}
