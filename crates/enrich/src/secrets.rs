//! Recognised secrets are masked in every text of an event: kind, first and last
//! four characters and a keyed fingerprint stay, the rest is gone.
//!
//! A first set: private keys, keys of clouds and model providers, tokens of Git
//! forges and registries. Formats: each provider's public documentation.

pub(crate) mod texts;

use regex::Regex;
use ringfence_event::{Event, SecretMark};
use serde_json::Value;
use std::sync::{LazyLock, OnceLock};

/// One kind of secret.
struct Kind {
    name: &'static str,
    /// Texts of which one stands in every such secret: looked for first, since the
    /// regular expression costs more.
    keywords: &'static [&'static str],
    /// The secret is the group `secret`, or the whole match.
    pattern: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

const fn kind(
    name: &'static str,
    keywords: &'static [&'static str],
    pattern: &'static str,
) -> Kind {
    Kind {
        name,
        keywords,
        pattern,
        compiled: OnceLock::new(),
    }
}

/// The kinds, with the longer forms before those that could match a part of them.
static KINDS: [Kind; 18] = [
    // RFC 7468 labels, OpenSSH and OpenPGP; without an end line, all that follows.
    kind(
        "private-key",
        &["-----BEGIN"],
        r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|\z)",
    ),
    // The same without its first line: PKCS #8 and PKCS #1 of RSA, PKCS #8 of P-256, OpenSSH.
    kind(
        "private-key-body",
        &[
            "IBADANBgkqhkiG9w0BAQEFAAS",
            "IBAAKC",
            "MIGHAgEAMBMGByqGSM49",
            "b3BlbnNzaC1rZXktdjE",
        ],
        r"(?:MII[A-Za-z0-9+/]{2,5}IBADANBgkqhkiG9w0BAQEFAAS|MII[A-Za-z0-9+/]{2,5}IBAAKC[AB]|MIGHAgEAMBMGByqGSM49|b3BlbnNzaC1rZXktdjE)[A-Za-z0-9+/]{16,}(?:\\?[nr\n\r]+[A-Za-z0-9+/]{16,})*={0,2}",
    ),
    kind(
        "anthropic-key",
        &["sk-ant-"],
        r"sk-ant-[A-Za-z0-9]{2,8}-[A-Za-z0-9_\-]{20,}",
    ),
    kind(
        "openai-key",
        &["sk-"],
        r"\bsk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_\-]{20,}|[A-Za-z0-9]{20,})",
    ),
    kind("openrouter-key", &["sk-or-"], r"sk-or-v1-[0-9a-f]{40,}"),
    kind("google-api-key", &["AIza"], r"AIza[A-Za-z0-9_\-]{35}"),
    kind(
        "google-oauth-token",
        &["ya29."],
        r"ya29\.[A-Za-z0-9_\-.]{20,}",
    ),
    kind("hugging-face-token", &["hf_"], r"\bhf_[A-Za-z0-9]{30,}"),
    kind(
        "aws-access-key-id",
        &["AKIA", "ASIA", "ABIA", "ACCA"],
        r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
    ),
    kind(
        "aws-secret-access-key",
        &["ecret"],
        r#"(?i)aws.{0,20}?secret.{0,20}?[=:\s"'\\]{1,6}(?P<secret>[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+]|$)"#,
    ),
    kind(
        "azure-storage-key",
        &["AccountKey="],
        r"AccountKey=(?P<secret>[A-Za-z0-9+/]{80,}={0,2})",
    ),
    kind(
        "github-token",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        r"gh[pousr]_[A-Za-z0-9]{36,}",
    ),
    kind(
        "github-fine-grained-token",
        &["github_pat_"],
        r"github_pat_[A-Za-z0-9_]{40,}",
    ),
    kind(
        "gitlab-token",
        &["glpat-", "gldt-", "glrt-", "glptt-"],
        r"gl(?:pat|dt|rt|ptt)-[A-Za-z0-9_\-.]{20,}",
    ),
    kind("npm-token", &["npm_"], r"\bnpm_[A-Za-z0-9]{36}"),
    kind("pypi-token", &["pypi-AgE"], r"pypi-AgE[A-Za-z0-9_\-]{50,}"),
    kind(
        "slack-token",
        &["xox"],
        r"xox[abposre]-(?:\d-)?[A-Za-z0-9\-]{20,}",
    ),
    kind("stripe-key", &["k_live_"], r"\b[sr]k_live_[A-Za-z0-9]{20,}"),
];

/// Finds secrets in texts and masks them, with this installation's key.
#[derive(Clone)]
pub struct Masker {
    key: [u8; 32],
}

impl Masker {
    /// Takes the installation's random key: it makes fingerprints worthless elsewhere.
    pub fn new(key: [u8; 32]) -> Masker {
        Masker { key }
    }

    /// Masks every text of an event and notes in its labels what was found.
    pub fn mask_event(&self, event: &mut Event) {
        let mut marks = Vec::new();
        texts::each(event, &mut |held| match held {
            texts::Held::Text(text) => {
                if let Some(masked) = self.mask(text, &mut marks) {
                    *text = masked;
                }
            }
            texts::Held::Json(value) => self.mask_value(value, &mut marks),
        });
        if !marks.is_empty() {
            event.labels.secrets = marks;
        }
    }

    /// Masks every text in a JSON value, keys included.
    pub fn mask_value(&self, value: &mut Value, marks: &mut Vec<SecretMark>) {
        match value {
            Value::String(text) => {
                if let Some(masked) = self.mask(text, marks) {
                    *text = masked;
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.mask_value(item, marks);
                }
            }
            Value::Object(fields) => {
                let named: Vec<String> = fields
                    .keys()
                    .filter(|name| suspicious(name))
                    .cloned()
                    .collect();
                for name in named {
                    if let (Some(masked), Some(held)) =
                        (self.mask(&name, marks), fields.get(&name).cloned())
                    {
                        fields.remove(&name);
                        fields.insert(masked, held);
                    }
                }
                for (_name, item) in fields.iter_mut() {
                    self.mask_value(item, marks);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Returns the text with its secrets masked, or `None` if it holds none.
    pub fn mask(&self, text: &str, marks: &mut Vec<SecretMark>) -> Option<String> {
        if !suspicious(text) {
            return None;
        }
        let mut current: Option<String> = None;
        for kind in &KINDS {
            let subject = current.as_deref().unwrap_or(text);
            if !kind.keywords.iter().any(|word| subject.contains(word)) {
                continue;
            }
            let Some(pattern) = kind
                .compiled
                .get_or_init(|| Regex::new(kind.pattern).ok())
                .as_ref()
            else {
                continue;
            };
            if let Some(masked) = self.replace(kind.name, pattern, subject, marks) {
                current = Some(masked);
            }
        }
        current
    }

    fn replace(
        &self,
        kind: &str,
        pattern: &Regex,
        text: &str,
        marks: &mut Vec<SecretMark>,
    ) -> Option<String> {
        let mut masked = String::new();
        let mut done = 0;
        for found in pattern.captures_iter(text) {
            let Some(secret) = found.name("secret").or_else(|| found.get(0)) else {
                continue;
            };
            let mark = self.mark(kind, secret.as_str());
            masked.push_str(text.get(done..secret.start())?);
            masked.push_str("[masked ");
            masked.push_str(kind);
            masked.push(' ');
            masked.push_str(&mark.masked);
            masked.push(']');
            done = secret.end();
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        if done == 0 {
            return None;
        }
        masked.push_str(text.get(done..)?);
        Some(masked)
    }

    fn mark(&self, kind: &str, secret: &str) -> SecretMark {
        let hash = blake3::keyed_hash(&self.key, secret.as_bytes()).to_hex();
        SecretMark {
            kind: kind.to_owned(),
            masked: ends(secret),
            fingerprint: hash.chars().take(32).collect(),
        }
    }
}

/// Whether one of the keywords stands anywhere.
fn suspicious(text: &str) -> bool {
    static ANY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words = KINDS.iter().flat_map(|kind| kind.keywords);
        let words: Vec<String> = words.map(|word| regex::escape(word)).collect();
        Regex::new(&words.join("|")).ok()
    });
    // Without the expression all texts are looked at closely.
    ANY.as_ref().is_none_or(|any| any.is_match(text))
}

/// First and last four characters; of a private key only its first line.
fn ends(secret: &str) -> String {
    if secret.starts_with("-----BEGIN") {
        let label = secret.split("-----").nth(1).unwrap_or_default();
        return format!("{label}…");
    }
    let first: String = secret.chars().take(4).collect();
    let count = secret.chars().count();
    let last: String = secret.chars().skip(count.saturating_sub(4)).collect();
    format!("{first}…{last}")
}

#[cfg(test)]
mod tests;
