//! Anthropic Claude Code. Contracts read from version 2.1.329, its documentation and
//! its SDK's typings; payloads recorded from it.

mod answer;
mod hook;
mod install;
mod transcript;

use crate::agent::Agent;
use crate::answer::{AnswerKind, Message, Reply};
use crate::fields::Fields;
use crate::hook::Reading;
use crate::install::Hooks;
use crate::places::{ChildMarks, Places};
use crate::trusted::{TrustedFile, instructions, mcp, memory, plugin, program, settings, skill};
use ringfence_event::{Operation, Tool};
use std::path::PathBuf;

pub(crate) use hook::means;
pub(crate) use transcript::{read_line, read_meta, read_result};

pub(crate) struct ClaudeCode;

impl Agent for ClaudeCode {
    fn read(&self, fields: &mut Fields) -> Reading {
        hook::read(fields)
    }

    fn render(&self, kind: &AnswerKind, message: &Message) -> Reply {
        answer::render(kind, message)
    }

    fn home(&self, places: &Places) -> PathBuf {
        let moved = places.claude_config_dir.clone();
        moved.unwrap_or_else(|| places.home.join(".claude"))
    }

    fn settings_file(&self) -> &'static str {
        "settings.json"
    }

    fn project_settings(&self) -> &'static [&'static str] {
        &[".claude/settings.json", ".claude/settings.local.json"]
    }

    fn begins_with_a_hook(&self) -> bool {
        true
    }

    fn hooks(&self) -> Option<&'static Hooks> {
        Some(&install::HOOKS)
    }

    fn announces(&self, tool: &Tool) -> bool {
        tool.operation != Operation::Other
    }

    fn trusted_files(&self) -> &'static [TrustedFile] {
        TRUSTED
    }

    fn blind_spots(&self) -> &'static [&'static str] {
        &[
            "a file named with `@` in a prompt is read without a hook",
            "hooks of the project can be switched off by `disableAllHooks` in its settings",
        ]
    }

    fn program_names(&self) -> &'static [&'static str] {
        &["claude", "claude.exe", "claude-code"]
    }

    // Seen of versions 2.1.197 and 2.1.329: a shell for a tool call reads a snapshot of the user's
    // settings, evaluates the command and leaves its directory in a file.
    fn child_marks(&self) -> &'static ChildMarks {
        &ChildMarks {
            call: &[],
            session: &["CLAUDE_CODE_SESSION_ID"],
            any: &["CLAUDECODE", "CLAUDE_CODE_CHILD_SESSION"],
            shell: &["&& pwd -P >| "],
        }
    }
}

const TRUSTED: &[TrustedFile] = &[
    settings("~/.claude.json"),
    settings("~/.claude/settings*.json"),
    plugin("~/.claude/plugins/**"),
    program("~/.claude/workflows/**"),
    settings("**/.claude/settings*.json"),
    program("**/.claude/workflows/**"),
    program("**/.claude/hooks/**"),
    mcp("**/.mcp.json"),
    settings("/etc/claude-code/managed-settings.json"),
    settings("/etc/claude-code/managed-settings.d/*.json"),
    mcp("/etc/claude-code/managed-mcp.json"),
    instructions("**/CLAUDE.md"),
    instructions("**/CLAUDE.local.md"),
    instructions("**/.claude/rules/**"),
    skill("**/.claude/agents/**"),
    skill("**/.claude/commands/**"),
    skill("**/.claude/skills/**"),
    instructions("**/.claude/output-styles/**"),
    memory("**/.claude/agent-memory/**"),
    memory("~/.claude/projects/*/memory/**"),
];
