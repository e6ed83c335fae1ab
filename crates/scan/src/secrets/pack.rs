//! What ships in the binary: our own rules and the names of providers.
//!
//! **Invariant:** written by us from what is known of the providers' formats; each rule
//! names its source.

use super::named::Word;

/// Rules in gitleaks' format, with `validate` and `source` beside.
pub(crate) const RULES: &str = include_str!("../../rules/secrets.toml");

/// One name a line; `+` marks a common word of the language; `#` begins a comment.
const PROVIDERS: &str = include_str!("../../rules/providers.txt");

/// The names of providers, as keywords.
pub(crate) fn providers() -> impl Iterator<Item = (&'static str, Word)> {
    PROVIDERS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .map(|name| match name.strip_suffix('+') {
            Some(name) => (name, Word::Provider { common: true }),
            None => (name, Word::Provider { common: false }),
        })
}
