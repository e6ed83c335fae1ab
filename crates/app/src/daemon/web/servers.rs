//! The MCP servers that stand in the user's settings of the agents.

use super::super::Shared;
use crate::hooked;
use ringfence_api::McpServer;
use ringfence_event::AgentKind;

/// Lists them; a file that cannot be read or understood has none.
pub(super) fn list(shared: &Shared) -> Vec<McpServer> {
    let judge = shared.judge();
    let mut listed = Vec::new();
    for agent in AgentKind::HOOKED {
        for path in ringfence_agents::mcp_files(agent, &shared.places.agents()) {
            let text = hooked::read(&path).ok().flatten().unwrap_or_default();
            let servers = ringfence_agents::mcp_servers(agent, &text).unwrap_or_default();
            listed.extend(servers.into_iter().map(|server| McpServer {
                agent,
                name: server.name,
                file: path.display().to_string(),
                command: judge.harmless(&server.words.join(" ")),
                wrapped: server.wrapped,
            }));
        }
    }
    listed
}
