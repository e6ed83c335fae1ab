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

/// The name that an agent itself gives to a call that has this id on the wire: Gemini CLI 0.61 puts the
/// tool's before it, in what it writes down and exports.
pub fn own_call_id(agent: AgentKind, tool: &str, id: &str) -> String {
    match agent {
        AgentKind::Gemini if !tool.is_empty() => format!("{tool}__{id}"),
        _ => id.to_owned(),
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

    #[test]
    fn calls_have_the_agents_own_ids() {
        let id = |agent| own_call_id(agent, "run_shell_command", "run_shell_command_17_0");
        let gemini = "run_shell_command__run_shell_command_17_0";
        assert_eq!(id(AgentKind::Gemini), gemini);
        assert_eq!(id(AgentKind::ClaudeCode), "run_shell_command_17_0");
    }
}
