//! OpenAI Codex CLI. Contracts read from version 0.169.0, which carries the JSON
//! schemas of its hooks; payloads recorded from it.

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
use crate::trusted::{TrustedFile, instructions, memory, settings, skill};
use ringfence_event::{Operation, Tool};
use std::path::PathBuf;

pub(crate) use hook::means;
pub(crate) use transcript::read_line;

pub(crate) struct Codex;

impl Agent for Codex {
    fn read(&self, fields: &mut Fields) -> Reading {
        hook::read(fields)
    }

    fn render(&self, kind: &AnswerKind, message: &Message) -> Reply {
        answer::render(kind, message)
    }

    fn home(&self, places: &Places) -> PathBuf {
        let moved = places.codex_home.clone();
        moved.unwrap_or_else(|| places.home.join(".codex"))
    }

    fn settings_file(&self) -> &'static str {
        "hooks.json"
    }

    fn hooks(&self) -> Option<&'static Hooks> {
        Some(&install::HOOKS)
    }

    fn after_install(&self) -> Option<&'static str> {
        Some(
            "Codex runs a hook only after you have trusted it, and says nothing until then: \
             start `codex` and, at \"Hooks need review\", choose \"Trust all and continue\" \
             (or type `/hooks` in an open session)",
        )
    }

    // Seen of version 0.169.0: what is typed into a running shell, plans and searches fire none.
    fn announces(&self, tool: &Tool) -> bool {
        let told = matches!(
            tool.operation,
            Operation::Shell { .. } | Operation::Write { .. } | Operation::Mcp { .. }
        );
        told && tool.name != "write_stdin"
    }

    fn trusted_files(&self) -> &'static [TrustedFile] {
        TRUSTED
    }

    fn blind_spots(&self) -> &'static [&'static str] {
        &[
            "hooks that the user has not trusted are skipped without a word",
            "commands that run inside of its code mode fire no hook",
            "text that is typed into a shell which already runs fires no hook",
        ]
    }

    fn program_names(&self) -> &'static [&'static str] {
        &["codex"]
    }

    // Seen of version 0.169.0.
    fn child_marks(&self) -> &'static ChildMarks {
        &ChildMarks {
            call: &["CODEX_TOOL_CALL_ID"],
            session: &["CODEX_SESSION_ID", "CODEX_THREAD_ID"],
            any: &[],
            shell: &[],
        }
    }
}

const TRUSTED: &[TrustedFile] = &[
    settings("~/.codex/config.toml"),
    settings("~/.codex/hooks.json"),
    settings("~/.codex/rules/**"),
    settings("**/.codex/config.toml"),
    settings("**/.codex/hooks.json"),
    settings("**/.codex/rules/**"),
    settings("/etc/codex/**"),
    instructions("**/AGENTS.md"),
    instructions("**/AGENTS.override.md"),
    skill("~/.codex/prompts/**"),
    skill("~/.codex/skills/**"),
    memory("~/.codex/memories/**"),
    skill("**/.agents/skills/**"),
    skill("**/.codex/skills/**"),
];
