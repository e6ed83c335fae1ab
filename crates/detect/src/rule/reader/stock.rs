//! What a stock Sigma rule does not say: the name that people type, and its id.

use crate::rule::LONGEST_NAME;

/// A name out of Sigma's `name`, or of the title: small letters, digits and `-`.
pub(super) fn name(sigma_name: Option<&str>, title: &str) -> String {
    let from = sigma_name.unwrap_or(title);
    let mut name = String::new();
    for letter in from.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.len() == LONGEST_NAME - SUFFIX {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name.to_owned()
    } else {
        format!("rule-{name}").trim_end_matches('-').to_owned()
    }
}

/// Room for `rule-` before and for a part of the id behind.
const SUFFIX: usize = 14;

/// An id that stays the same as long as the title does (RFC 9562, version 8).
pub(super) fn uuid(title: &str) -> String {
    let mut bytes = [0; 16];
    let hash = blake3::hash(title.as_bytes());
    for (byte, hashed) in bytes.iter_mut().zip(hash.as_bytes()) {
        *byte = *hashed;
    }
    uuid::Builder::from_custom_bytes(bytes)
        .into_uuid()
        .hyphenated()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        let cases = [
            (None, "Curl Usage on Linux", "curl-usage-on-linux"),
            (None, "Shell -- \"Bash\" (macOS)", "shell-bash-macos"),
            (Some("failed_login"), "Any", "failed-login"),
            (None, "7-Zip", "rule-7-zip"),
            (None, "???", "rule"),
        ];
        for (sigma, title, wanted) in cases {
            assert_eq!(name(sigma, title), wanted);
        }
        assert!(name(None, &"long title ".repeat(20)).len() < LONGEST_NAME);
        assert_eq!(uuid("a"), uuid("a"));
        assert_ne!(uuid("a"), uuid("b"));
    }
}
