//! What agents say to their models in their user's role: surroundings, reminders, the project's
//! instructions.
//!
//! **Invariant:** a text counts as the agent's own only by how it begins, in the words of that agent.

use ringfence_event::AgentKind;

/// Claude Code 2.1.329: reminders are parts of a message of their own, and so are its surroundings.
const CLAUDE_CODE: &[&str] = &[
    "<system-reminder>",
    "# Environment\nYou have been invoked in the following environment",
];

/// Codex 0.169, and earlier ones.
const CODEX: &[&str] = &[
    "<environment_context>",
    "<user_instructions>",
    "<permissions instructions>",
    "<skills_instructions>",
    "<collaboration_mode>",
    "<turn_aborted>",
    "# AGENTS.md instructions",
];

/// Gemini CLI 0.61, and Qwen Code, which comes from it.
const GEMINI: &[&str] = &["<session_context>"];

/// Whether an agent, and not its user, says this to the model. Nobody knows how an agent that is not
/// known begins.
pub fn is_own_words(agent: AgentKind, text: &str) -> bool {
    let beginnings = match agent {
        AgentKind::ClaudeCode => CLAUDE_CODE,
        AgentKind::Codex => CODEX,
        AgentKind::Gemini | AgentKind::Qwen => GEMINI,
        _ => &[],
    };
    let text = text.trim_start();
    beginnings.iter().any(|begin| text.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_agent_begins_in_its_own_way() {
        let reminder = "\n<system-reminder>\nToday's date is 2026-11-22.";
        let context = "<environment_context>\n  <cwd>/home/dev/project</cwd>";
        assert!(is_own_words(AgentKind::ClaudeCode, reminder));
        assert!(!is_own_words(AgentKind::Codex, reminder));
        assert!(is_own_words(AgentKind::Codex, context));
        assert!(!is_own_words(AgentKind::ClaudeCode, context));
        assert!(is_own_words(AgentKind::Gemini, "<session_context>\nhere"));
        let asked = "explain what <system-reminder> is";
        assert!(!is_own_words(AgentKind::ClaudeCode, asked));
        assert!(!is_own_words(AgentKind::Cursor, reminder));
    }
}
