//! One thing that was found, ready to be told.
//!
//! **Invariant:** holds no secret: what is shown of one is its masked form, and the
//! fingerprint follows from no more than that.

use crate::opinion::Opinion;
use ringfence_scan::secrets::Key;
use serde::{Serialize, Serializer};

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Category {
    /// A key, a token, a password.
    Secret,
    /// Orders to a model in a text that should give none.
    Injection,
    /// What people do not see and a model reads.
    Hidden,
    /// Personal data.
    Personal,
}

impl Category {
    pub(crate) const ALL: [Category; 4] = [
        Category::Secret,
        Category::Injection,
        Category::Hidden,
        Category::Personal,
    ];

    /// One of them in words.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Category::Secret => "secret",
            Category::Injection => "injection",
            Category::Hidden => "hidden text",
            Category::Personal => "personal data item",
        }
    }

    /// The head of the list.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Category::Secret => "Secrets",
            Category::Injection => "Injections",
            Category::Hidden => "Hidden text",
            Category::Personal => "Personal data",
        }
    }

    /// What a person does about it.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Category::Secret => {
                "Revoke each where it was issued, then take it out of the file and out of the history."
            }
            Category::Injection => {
                "These give orders to a model. Read them before an agent does, and leave out what you do not trust."
            }
            Category::Hidden => {
                "People do not see these, a model reads them. Take them out unless you know who put them there."
            }
            Category::Personal => {
                "Take these out, or make sure that they may stand here and that no agent sends them on."
            }
        }
    }
}

/// What was found, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) category: Category,
    /// The rule's id, or how it was hidden.
    pub(crate) kind: String,
    pub(crate) path: String,
    /// From 1.
    pub(crate) line: u64,
    /// From 1, in characters.
    pub(crate) column: u64,
    /// Of a secret the masked form, of an injection an excerpt.
    pub(crate) shown: String,
    /// A checksum or its structure proves the kind.
    pub(crate) verified: bool,
    /// It says of itself that it is no longer good.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) expired: bool,
    /// What the text was taken for, where that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<&'static str>,
    /// Every rule that spoke, of an injection.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rules: Vec<String>,
    /// What a language model thinks of an injection, if it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opinion: Option<Opinion>,
    /// The same on every machine and wherever the line moves.
    pub(crate) fingerprint: Fingerprint,
    pub(crate) advice: &'static str,
}

/// 64 bits that follow from what is shown of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint(u64);

/// The same everywhere: a baseline is shared. It hides nothing, so it need not be secret.
const KEY: [u8; 32] = *b"ringfence scan fingerprints, 1.0";

impl Fingerprint {
    /// Of the parts of a finding that may be shown.
    pub(crate) fn of(parts: &[&str]) -> Fingerprint {
        let mut text = Vec::new();
        for part in parts {
            text.extend(u64::try_from(part.len()).unwrap_or_default().to_be_bytes());
            text.extend(part.as_bytes());
        }
        let whole = Key::new(KEY).fingerprint(&text).to_string();
        let half = whole.get(..16).unwrap_or_default();
        Fingerprint(u64::from_str_radix(half, 16).unwrap_or_default())
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
