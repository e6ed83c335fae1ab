//! Whose service a host is, which paths agents use there, and whose secrets belong there.

use crate::hosts::Hosts;
use ringfence_event::{Direction, Found, FoundKind, Peer};
use std::net::IpAddr;

/// A model provider by the end of its hosts' names, with the words that its secrets' kinds begin with.
struct Provider {
    name: &'static str,
    hosts: &'static [&'static str],
    secrets: &'static [&'static str],
}

const PROVIDERS: &[Provider] = &[
    Provider {
        name: "anthropic",
        hosts: &["api.anthropic.com"],
        secrets: &["anthropic", "claude"],
    },
    Provider {
        name: "openai",
        hosts: &["api.openai.com", "chatgpt.com"],
        secrets: &["openai"],
    },
    Provider {
        name: "google",
        hosts: &[
            "generativelanguage.googleapis.com",
            "cloudcode-pa.googleapis.com",
            "aiplatform.googleapis.com",
        ],
        secrets: &["gcp", "google", "gemini"],
    },
    Provider {
        name: "github-copilot",
        hosts: &["githubcopilot.com", "copilot-proxy.githubusercontent.com"],
        secrets: &["github", "copilot"],
    },
    Provider {
        name: "bedrock",
        hosts: &["amazonaws.com", "api.aws"],
        secrets: &["aws", "amazon", "bedrock"],
    },
    Provider {
        name: "azure",
        hosts: &[
            "openai.azure.com",
            "services.ai.azure.com",
            "cognitiveservices.azure.com",
        ],
        secrets: &["azure", "microsoft"],
    },
    Provider {
        name: "openrouter",
        hosts: &["openrouter.ai"],
        secrets: &["openrouter"],
    },
    Provider {
        name: "mistral",
        hosts: &["mistral.ai"],
        secrets: &["mistral"],
    },
    Provider {
        name: "xai",
        hosts: &["api.x.ai"],
        secrets: &["xai"],
    },
    Provider {
        name: "groq",
        hosts: &["api.groq.com"],
        secrets: &["groq"],
    },
    Provider {
        name: "deepseek",
        hosts: &["api.deepseek.com"],
        secrets: &["deepseek"],
    },
    Provider {
        name: "huggingface",
        hosts: &["huggingface.co"],
        secrets: &["huggingface", "hugging"],
    },
    Provider {
        name: "perplexity",
        hosts: &["api.perplexity.ai"],
        secrets: &["perplexity"],
    },
    Provider {
        name: "cohere",
        hosts: &["api.cohere.com"],
        secrets: &["cohere"],
    },
    Provider {
        name: "cursor",
        hosts: &["cursor.sh"],
        secrets: &["cursor"],
    },
    Provider {
        name: "ollama",
        hosts: &["ollama.com"],
        secrets: &["ollama"],
    },
];

fn ends(host: &str, end: &str) -> bool {
    let rest = host.strip_suffix(end);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.') || rest.ends_with('-'))
}

fn of(host: &str) -> Option<&'static Provider> {
    let named = |provider: &&Provider| provider.hosts.iter().any(|end| ends(host, end));
    PROVIDERS.iter().find(named)
}

/// The provider of a host, by name.
pub fn provider(host: &str) -> Option<&'static str> {
    of(host).map(|provider| provider.name)
}

/// What kind of host it is, as far as its name tells: the user's own lists stand above this.
pub fn peer(host: &str) -> Peer {
    if provider(host).is_some() || Hosts::is_provider(host) {
        return Peer::Provider;
    }
    let local = match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => matches!(host.rsplit('.').next(), Some("localhost" | "local")),
    };
    if local { Peer::Local } else { Peer::Unknown }
}

/// Whether a secret of this kind is at home at a host: its own provider's key, sent to it.
pub fn is_at_home(kind: &str, host: &str) -> bool {
    let begins = |provider: &Provider| provider.secrets.iter().any(|word| kind.starts_with(word));
    match of(host) {
        Some(provider) => begins(provider),
        // `github-pat` to `api.github.com`: the maker's name stands right before the last label.
        None => {
            let maker = kind.split(['-', '_']).next().unwrap_or_default();
            maker.len() > 3 && host.rsplit('.').nth(1) == Some(maker)
        }
    }
}

/// Notes which secrets that leave are at home at their host.
pub(crate) fn note_homes(found: &mut [Found], host: &str) {
    let leaving = (found.iter_mut())
        .filter(|one| one.what == FoundKind::Secret && one.direction == Direction::Outgoing);
    for one in leaving {
        one.at_home = is_at_home(&one.pattern, host);
    }
}

/// Whether the kind names one of the providers above: its key has no business elsewhere.
pub(crate) fn is_of_a_provider(kind: &str) -> bool {
    let mut all = PROVIDERS.iter().flat_map(|provider| provider.secrets);
    all.any(|word| kind.starts_with(word))
}

/// Ends of the paths that agents use at model providers, beside those of the formats.
const KNOWN_PATHS: &[&str] = &[
    "/models",
    "/embeddings",
    "/completions",
    "/compact",
    "/api/hello",
    "/api/event_logging/batch",
    "/api/tags",
    "/api/show",
    "/api/version",
    "/loadCodeAssist",
    "/onboardUser",
    "/mcp",
    "/mcp/",
    "/",
];

/// Parts of such paths.
const KNOWN_PARTS: &[&str] = &[
    "/v1/models/",
    "/v1beta/models",
    "/v1internal:",
    "/v1/mcp",
    "/api/oauth/",
    "/api/claude_code",
    "/api/claude_cli",
    "/backend-api/codex/",
    "/backend-api/wham/",
    "/responses/",
];

/// Whether agents are known to use a path at a model provider.
pub(crate) fn is_known_path(path: &str) -> bool {
    super::dialect::Format::of_path(path).is_some()
        || KNOWN_PATHS.iter().any(|end| path.ends_with(end))
        || KNOWN_PARTS.iter().any(|part| path.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_at_home_at_its_maker_only() {
        let table = [
            ("anthropic-api-key", "api.anthropic.com", true),
            ("anthropic-api-key", "api.openai.com", false),
            ("anthropic-api-key", "api.anthropic.com.evil.example", false),
            ("openai-api-key", "eu.api.openai.com", true),
            (
                "aws-access-key-id",
                "bedrock-runtime.eu-west-1.amazonaws.com",
                true,
            ),
            ("aws-access-key-id", "api.anthropic.com", false),
            ("gcp-api-key", "generativelanguage.googleapis.com", true),
            ("github-pat", "api.github.com", true),
            ("github-pat", "evil.example", false),
            ("jwt", "evil.example", false),
        ];
        for (kind, host, wanted) in table {
            assert_eq!(is_at_home(kind, host), wanted, "{kind} at {host}");
        }
    }

    #[test]
    fn hosts_are_classed_by_name() {
        let table = [
            ("api.anthropic.com", Peer::Provider),
            ("eu-aiplatform.googleapis.com", Peer::Provider),
            ("notapi.openai.com.evil.example", Peer::Unknown),
            ("127.0.0.1", Peer::Local),
            ("::1", Peer::Local),
            ("ollama.local", Peer::Local),
            ("evil.example", Peer::Unknown),
        ];
        for (host, wanted) in table {
            assert_eq!(peer(host), wanted, "{host}");
        }
    }

    #[test]
    fn only_paths_that_agents_use_are_known() {
        let known = [
            "/v1/messages?beta=true",
            "/v1/models/x",
            "/backend-api/codex/responses",
            "/v1beta/models/gemini-3-pro:streamGenerateContent",
        ];
        for path in known {
            assert!(is_known_path(path), "{path}");
        }
        for path in ["/v1/files", "/v1/files/file_1/content", "/v1/batches/1"] {
            assert!(!is_known_path(path), "{path}");
        }
    }
}
