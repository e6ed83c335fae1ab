//! The table of agents: what one must know about each, behind one private trait.

use crate::answer::{AnswerKind, Message, Reply};
use crate::fields::Fields;
use crate::hook::Reading;
use crate::install::Hooks;
use crate::places::{ChildMarks, Places};
use crate::trusted::TrustedFile;
use ringfence_event::{AgentKind, Tool};
use std::path::PathBuf;

/// What there is to know about one agent.
pub(crate) trait Agent: Sync {
    /// Understands what a hook was told; what it takes out of `fields` is not kept twice.
    fn read(&self, fields: &mut Fields) -> Reading;

    /// Says nothing: the agent goes on as if there were no hook.
    fn silence(&self) -> Reply {
        Reply::default()
    }

    /// Says it in the agent's dialect.
    fn render(&self, kind: &AnswerKind, message: &Message) -> Reply;

    /// The directory whose existence means that the agent is used here.
    fn home(&self, places: &Places) -> PathBuf;

    /// The name of the settings file with the hooks, inside of [`Agent::home`].
    fn settings_file(&self) -> &'static str;

    /// Its settings files inside of a project, which can switch the user's hooks off.
    fn project_settings(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether its hooks tell of a session as soon as the program runs, before anybody said a word.
    fn begins_with_a_hook(&self) -> bool {
        false
    }

    /// How its hooks are written into that file; nothing if Ringfence puts none there.
    fn hooks(&self) -> Option<&'static Hooks>;

    /// What the user must do before the hooks run.
    fn after_install(&self) -> Option<&'static str> {
        None
    }

    /// Whether its hooks tell of a call of this tool before it runs.
    fn announces(&self, _tool: &Tool) -> bool {
        false
    }

    /// The files that it trusts.
    fn trusted_files(&self) -> &'static [TrustedFile];

    /// What its hooks do not tell, in words for its user.
    fn blind_spots(&self) -> &'static [&'static str];

    /// Names of its program, of its script, or of the directory that either lies in.
    fn program_names(&self) -> &'static [&'static str];

    /// The signs of it in the processes it starts.
    fn child_marks(&self) -> &'static ChildMarks;
}

/// Returns what is known about an agent.
pub(crate) fn of(agent: AgentKind) -> &'static dyn Agent {
    match agent {
        AgentKind::ClaudeCode => &crate::claude_code::ClaudeCode,
        AgentKind::Codex => &crate::codex::Codex,
        AgentKind::Gemini => &crate::gemini::Gemini,
        AgentKind::Cursor => &crate::cursor::Cursor,
        AgentKind::Copilot => &crate::imported::COPILOT,
        AgentKind::Opencode => &crate::imported::OPENCODE,
        AgentKind::Cline => &crate::imported::CLINE,
        AgentKind::Roo => &crate::imported::ROO,
        AgentKind::Qwen => &crate::imported::QWEN,
        AgentKind::SweAgent => &crate::imported::SWE_AGENT,
    }
}
