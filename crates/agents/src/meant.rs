//! What a tool does, by the agent that has it and the name that its model uses: for calls that were read
//! off the wire.

use crate::{claude_code, codex, gemini};
use ringfence_event::{AgentKind, Operation};
use serde_json::Value;

/// Says what a call of an agent's tool does; [`Operation::Other`] where nobody knows.
pub fn meant(agent: AgentKind, tool: &str, input: &Value) -> Operation {
    match agent {
        AgentKind::ClaudeCode => claude_code::means(tool, input),
        AgentKind::Codex => codex::means(tool, input),
        AgentKind::Gemini => gemini::operation(tool, input),
        _ => Operation::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_agent_has_its_own_words() {
        let input = json!({ "command": "ls", "cmd": "ls" });
        let shell = |agent, tool| matches!(meant(agent, tool, &input), Operation::Shell { command, .. } if command == "ls");
        assert!(shell(AgentKind::ClaudeCode, "Bash"));
        assert!(shell(AgentKind::Gemini, "run_shell_command"));
        assert!(shell(AgentKind::Codex, "exec_command"));
        assert!(!shell(AgentKind::Gemini, "Bash"));
        assert!(!shell(AgentKind::Copilot, "Bash"));
    }
}
