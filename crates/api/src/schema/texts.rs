//! What the texts of an event carry, as the API shows it.
//!
//! **Invariant:** as in the rest of the schema: the same JSON as the event crate's own types, which a
//! test holds.

use utoipa::ToSchema;

/// A secret that was found and masked: enough to know it again, not enough to use it.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct SecretMark {
    /// What it is (`aws-access-key-id`, `private-key`).
    pub(crate) kind: String,
    /// First and last characters.
    pub(crate) masked: String,
    /// Keyed hash in hex: the same secret on the same installation has the same one.
    pub(crate) fingerprint: String,
    /// Set when only its surroundings tell that it is one, and no form of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) generic: bool,
}

/// A secret that the session read before, in data that leaves.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct LeakMark {
    /// The secret's fingerprint.
    pub(crate) fingerprint: String,
    /// How it is written: `plain`, `base64`, `hex`, `reversed`.
    pub(crate) form: String,
    /// Set when it is cut in parts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) split: bool,
}

/// A text that gives orders where it should only inform, or that hides something.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct InjectionMark {
    /// Where the text came from: `tool_result`, `fetched_page`, `instructions`…
    pub(crate) origin: String,
    /// What follows from it.
    pub(crate) level: InjectionLevel,
    /// How sure that is: log odds times ten.
    pub(crate) score: i32,
    /// What spoke for it, in order of place.
    pub(crate) rules: Vec<String>,
    /// The most telling words, decoded, with secrets masked.
    pub(crate) excerpt: String,
    /// Where they begin, in bytes of the text.
    pub(crate) place: u64,
    /// How words were hidden.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) hidden: Vec<String>,
}

/// What follows from a text.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum InjectionLevel {
    /// Doubtful: what is done after it is judged more strictly.
    Taint,
    /// People are told.
    Alert,
}

/// How much personal data of one kind was found.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct PersonalMark {
    /// What it is (`payment-card`, `email-addresses`).
    pub(crate) kind: String,
    /// How many different ones.
    pub(crate) count: u64,
    /// Set when the user wants to be told, and not only to have it counted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) told: bool,
}
