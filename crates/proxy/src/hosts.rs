//! Whose traffic is read: the list of hosts, and those that never are.
//!
//! **Invariant:** a host that no pattern names is not read, and [`Hosts::NEVER`] beats every pattern.
//! A `*` never reaches over the last two labels, so that no pattern means all of a registry.

use std::net::IpAddr;
use std::str::FromStr;

/// Which hosts are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    read: Vec<Pattern>,
    never: Vec<Pattern>,
}

/// A host, or many: `api.example.com`, `*.example.com`, `runtime.*.example.com`, `*-east.example.com`,
/// `127.0.0.1`. A leading `*` label stands for one or more labels, any other for a part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern(String);

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Not a host name.
    #[error("`{0}` is not a host name, an address or a pattern of them")]
    NotAHost(String),
    /// A `*` in the last two labels.
    #[error("`{0}` means too much: the last two labels of a pattern must stand as they are")]
    TooWide(String),
}

/// The longest host name (RFC 1035, section 2.3.4).
const LONGEST: usize = 253;

/// Model providers and their gateways, by what their makers publish of their endpoints.
const PROVIDERS: &[&str] = &[
    "api.anthropic.com",
    "api.openai.com",
    "eu.api.openai.com",
    "us.api.openai.com",
    "chatgpt.com",
    "generativelanguage.googleapis.com",
    "*cloudcode-pa.googleapis.com",
    "*aiplatform.googleapis.com",
    "*.githubcopilot.com",
    "copilot-proxy.githubusercontent.com",
    "bedrock-runtime.*.amazonaws.com",
    "bedrock-runtime-fips.*.amazonaws.com",
    "q.*.amazonaws.com",
    "codewhisperer.*.amazonaws.com",
    "*.openai.azure.com",
    "*.services.ai.azure.com",
    "*.cognitiveservices.azure.com",
    "openrouter.ai",
    "api.mistral.ai",
    "codestral.mistral.ai",
    "api.x.ai",
    "api.groq.com",
    "api.deepseek.com",
    "api.together.xyz",
    "api.fireworks.ai",
    "api.cerebras.ai",
    "api.cohere.com",
    "api.perplexity.ai",
    "router.huggingface.co",
    "api-inference.huggingface.co",
    "api.moonshot.ai",
    "api.moonshot.cn",
    "api.z.ai",
    "open.bigmodel.cn",
    "dashscope.aliyuncs.com",
    "dashscope-intl.aliyuncs.com",
    "api.minimax.io",
    "opencode.ai",
    "ampcode.com",
    "gateway.ai.cloudflare.com",
    "ai-gateway.vercel.sh",
    "ollama.com",
];

impl Hosts {
    /// Where people sign in, and what reports on programs: tunnelled whatever a pattern says.
    pub const NEVER: &[&str] = &[
        "console.anthropic.com",
        "platform.claude.com",
        "claude.ai",
        "auth.openai.com",
        "accounts.google.com",
        "oauth2.googleapis.com",
        "*.okta.com",
        "*.awsapps.com",
        "statsig.anthropic.com",
        "*.sentry.io",
        "sentry.io",
    ];

    /// The hosts of model providers that Ringfence knows.
    pub fn providers() -> Hosts {
        Hosts {
            read: PROVIDERS
                .iter()
                .map(|text| Pattern((*text).to_owned()))
                .collect(),
            never: never(),
        }
    }

    /// Says whether a host is of a model provider that Ringfence knows.
    pub fn is_provider(host: &str) -> bool {
        let mut known = PROVIDERS.iter();
        known.any(|text| Pattern((*text).to_owned()).means(host))
    }

    /// Nobody.
    pub fn none() -> Hosts {
        Hosts {
            read: Vec::new(),
            never: never(),
        }
    }

    /// Adds hosts to be read.
    #[must_use]
    pub fn with(mut self, patterns: impl IntoIterator<Item = Pattern>) -> Hosts {
        for pattern in patterns {
            if !self.read.contains(&pattern) {
                self.read.push(pattern);
            }
        }
        self
    }

    /// Adds hosts that are not read whatever else names them.
    #[must_use]
    pub fn without(mut self, patterns: impl IntoIterator<Item = Pattern>) -> Hosts {
        self.never.extend(patterns);
        self
    }

    /// Says whether the traffic of a host is read.
    pub fn reads(&self, host: &str) -> bool {
        let host = plain(host);
        let names = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(&host));
        names(&self.read) && !names(&self.never)
    }

    /// The names for whose certificates an authority for these hosts must be allowed to sign, sorted.
    /// Each covers what is below it (RFC 5280, section 4.2.1.10).
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .read
            .iter()
            .filter(|pattern| pattern.address().is_none())
            .map(Pattern::fixed_part)
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// The addresses among the hosts, sorted.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        let mut addresses: Vec<IpAddr> = self.read.iter().filter_map(Pattern::address).collect();
        addresses.sort();
        addresses.dedup();
        addresses
    }
}

fn never() -> Vec<Pattern> {
    Hosts::NEVER
        .iter()
        .map(|text| Pattern((*text).to_owned()))
        .collect()
}

/// A host as patterns and certificates spell it: lower case, no brackets, no dot at the end.
pub(crate) fn plain(host: &str) -> String {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase()
}

impl Pattern {
    /// Says whether a host is meant, however it is spelled.
    pub fn means(&self, host: &str) -> bool {
        self.matches(&plain(host))
    }

    /// Says whether a host without brackets, in lower case, is meant.
    pub(crate) fn matches(&self, host: &str) -> bool {
        let mut wanted = self.0.rsplit('.');
        let mut given = host.rsplit('.');
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some("*"), Some(_)) => {
                    // In front it stands for all labels that are left, elsewhere for one.
                    if wanted.clone().next().is_none() {
                        return true;
                    }
                }
                (Some(wanted), Some(given)) if label_matches(wanted, given) => {}
                _ => return false,
            }
        }
    }

    fn address(&self) -> Option<IpAddr> {
        self.0.parse().ok()
    }

    /// What stands behind the last label with a `*`.
    fn fixed_part(&self) -> String {
        let fixed: Vec<&str> = self
            .0
            .rsplit('.')
            .take_while(|label| !label.contains('*'))
            .collect();
        fixed.into_iter().rev().collect::<Vec<_>>().join(".")
    }
}

fn label_matches(wanted: &str, given: &str) -> bool {
    match wanted.split_once('*') {
        None => wanted == given,
        Some((front, back)) => {
            given.len() >= front.len() + back.len()
                && given.starts_with(front)
                && given.ends_with(back)
        }
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Pattern, PatternError> {
        let host = plain(text.trim());
        if host.parse::<IpAddr>().is_ok() {
            return Ok(Pattern(host));
        }
        let is_label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && label.matches('*').count() <= 1
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_*".contains(&byte))
        };
        if host.len() > LONGEST || !host.split('.').all(is_label) {
            return Err(PatternError::NotAHost(text.to_owned()));
        }
        if host.rsplit('.').take(2).any(|label| label.contains('*')) {
            return Err(PatternError::TooWide(text.to_owned()));
        }
        Ok(Pattern(host))
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
