//! What agents send before a tool runs, and how their answers read.
//!
//! Shapes as recorded from the real agents: `crates/agents/fixtures`.

use crate::home::Home;
use crate::run::Run;
use ringfence_event::AgentKind;
use serde_json::{Value, json};

/// One call of an agent's shell tool.
#[derive(Clone, Copy, Debug)]
pub struct ShellCall<'a> {
    /// The agent's session.
    pub session: &'a str,
    /// The agent's id of the call, where it has one.
    pub call: &'a str,
    /// The session's directory.
    pub cwd: &'a str,
    /// The command line.
    pub command: &'a str,
}

impl ShellCall<'_> {
    /// Returns the payload that the agent pipes into its hook before the call.
    pub fn payload(&self, agent: AgentKind) -> Vec<u8> {
        self.document(agent).to_string().into_bytes()
    }

    fn document(&self, agent: AgentKind) -> Value {
        let input = json!({ "command": self.command, "description": "Follow the script" });
        match agent {
            AgentKind::ClaudeCode => json!({
                "session_id": self.session, "transcript_path": "/dev/null", "cwd": self.cwd,
                "permission_mode": "default", "hook_event_name": "PreToolUse",
                "tool_name": "Bash", "tool_input": input, "tool_use_id": self.call,
            }),
            AgentKind::Codex => json!({
                "session_id": self.session, "turn_id": "turn-1", "transcript_path": "/dev/null",
                "cwd": self.cwd, "hook_event_name": "PreToolUse", "model": "scripted",
                "permission_mode": "default", "tool_name": "Bash",
                "tool_input": { "command": self.command }, "tool_use_id": self.call,
            }),
            AgentKind::Gemini => json!({
                "session_id": self.session, "transcript_path": "/dev/null", "cwd": self.cwd,
                "hook_event_name": "BeforeTool", "timestamp": "2026-11-21T04:40:41.968Z",
                "tool_name": "run_shell_command", "tool_input": input,
            }),
            AgentKind::Cursor => json!({
                "conversation_id": self.session, "generation_id": "generation-1",
                "model": "scripted", "hook_event_name": "preToolUse", "cursor_version": "2.1.0",
                "workspace_roots": [self.cwd], "tool_name": "Shell",
                "tool_input": { "command": self.command }, "tool_use_id": self.call,
                "cwd": self.cwd,
            }),
            other => panic!("{other} has no hooks"),
        }
    }

    /// Returns Cursor's second hook for the same call, which has no call id.
    pub fn cursor_shell_payload(&self) -> Vec<u8> {
        json!({
            "conversation_id": self.session, "generation_id": "generation-1",
            "model": "scripted", "hook_event_name": "beforeShellExecution",
            "cursor_version": "2.1.0", "workspace_roots": [self.cwd],
            "command": self.command, "cwd": self.cwd, "timeout": 30_000,
        })
        .to_string()
        .into_bytes()
    }
}

/// What an agent understands from its hook's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing against it.
    GoOn,
    /// The user is asked, with this reason.
    Ask(String),
    /// It does not run, for this reason.
    Deny(String),
}

impl Said {
    /// What Claude Code is answered when a session wants to run a command in the home's project.
    pub fn to_command(home: &Home, session: &str, number: usize, command: &str) -> Said {
        let cwd = home.project().display().to_string();
        let call = ShellCall {
            session,
            call: &format!("{session}-{number}"),
            cwd: &cwd,
            command,
        };
        let agent = AgentKind::ClaudeCode;
        Said::by(agent, &home.hook(agent.name(), &call.payload(agent)))
    }

    /// Reads an answer as the agent would; panics if the agent could not read it.
    pub fn by(agent: AgentKind, run: &Run) -> Said {
        assert_eq!(run.code(), 0, "{run:#?}");
        if run.stdout.trim().is_empty() {
            return Said::GoOn;
        }
        let answer: Value = serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("the answer is no JSON: {error}: {run:#?}"));
        let (decision, reason) = match agent {
            AgentKind::ClaudeCode | AgentKind::Codex => (
                &answer["hookSpecificOutput"]["permissionDecision"],
                &answer["hookSpecificOutput"]["permissionDecisionReason"],
            ),
            AgentKind::Gemini => (&answer["decision"], &answer["reason"]),
            AgentKind::Cursor => (&answer["permission"], &answer["agent_message"]),
            other => panic!("{other} has no hooks"),
        };
        let reason = reason.as_str().unwrap_or_default().to_owned();
        match decision.as_str() {
            None | Some("allow") => Said::GoOn,
            Some("ask") => Said::Ask(reason),
            Some("deny") => Said::Deny(reason),
            Some(other) => panic!("no agent knows the decision `{other}`: {run:#?}"),
        }
    }

    /// Whether the call does not run.
    pub fn is_deny(&self) -> bool {
        matches!(self, Said::Deny(_))
    }
}
