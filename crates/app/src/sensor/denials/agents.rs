//! Agents' own files as paths that the kernel can hold: what an agent itself reads and writes, and
//! nothing that it runs may.
//!
//! **Invariant:** no list of its own: which files there are comes from `agents`.

use ringfence_agents::{Places, TrustedKind, home_of, trusted_files};
use ringfence_event::AgentKind;
use std::path::Path;

/// What usually stands for the wildcard in `settings*.json`.
const VARIANTS: [&str; 2] = ["", ".local"];

/// Whether a file lies where an agent keeps its own: it reads it as it starts.
pub(super) fn own(path: &str, places: &Places) -> bool {
    let below = |agent| Path::new(path).starts_with(home_of(agent, places));
    AgentKind::ALL.into_iter().any(below)
        || ["opencode", "github-copilot"]
            .iter()
            .any(|name| path.split('/').any(|part| part == *name))
}

/// The user's settings of agents: hooks, permissions, servers. Plugins are left out, since agents have
/// them fetched by git.
pub(super) fn settings(home: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for file in trusted_files() {
        if !matches!(file.kind, TrustedKind::Settings | TrustedKind::Mcp) {
            continue;
        }
        let Some(below) = file.pattern.strip_prefix("~/") else {
            continue;
        };
        let below = below.strip_suffix("/**").unwrap_or(below);
        for variant in VARIANTS {
            let path = format!("{home}/{}", below.replacen('*', variant, 1));
            if !path.contains('*') && !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_with_hooks_are_among_them() {
        let paths = settings("/home/ada");
        for expected in [
            "/home/ada/.claude.json",
            "/home/ada/.claude/settings.json",
            "/home/ada/.claude/settings.local.json",
            "/home/ada/.codex/config.toml",
            "/home/ada/.codex/hooks.json",
            "/home/ada/.gemini/settings.json",
            "/home/ada/.cursor/hooks.json",
        ] {
            assert!(paths.iter().any(|path| path == expected), "{expected}");
        }
        assert!(paths.iter().all(|path| path.starts_with("/home/ada/.")));
        // Whole homes would take sessions and caches with them.
        for agent in [".claude", ".codex", ".gemini", ".cursor"] {
            assert!(!paths.contains(&format!("/home/ada/{agent}")));
        }
    }
}
