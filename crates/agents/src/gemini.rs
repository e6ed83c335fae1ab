//! Google Gemini CLI. Contracts read from version 0.61.0, its documentation and its
//! source; payloads recorded from it.

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
use crate::trusted::{TrustedFile, instructions, plugin, program, settings, skill};
use ringfence_event::{Operation, Tool};
use std::path::PathBuf;

pub(crate) use transcript::{elements, operation, read_record};

pub(crate) struct Gemini;

impl Agent for Gemini {
    fn read(&self, fields: &mut Fields) -> Reading {
        hook::read(fields)
    }

    fn render(&self, kind: &AnswerKind, message: &Message) -> Reply {
        answer::render(kind, message)
    }

    fn home(&self, places: &Places) -> PathBuf {
        places.home.join(".gemini")
    }

    fn settings_file(&self) -> &'static str {
        "settings.json"
    }

    fn project_settings(&self) -> &'static [&'static str] {
        &[".gemini/settings.json"]
    }

    fn begins_with_a_hook(&self) -> bool {
        true
    }

    fn hooks(&self) -> Option<&'static Hooks> {
        Some(&install::HOOKS)
    }

    fn announces(&self, tool: &Tool) -> bool {
        !matches!(
            tool.operation,
            Operation::Other | Operation::Subagent { .. }
        )
    }

    fn trusted_files(&self) -> &'static [TrustedFile] {
        TRUSTED
    }

    fn blind_spots(&self) -> &'static [&'static str] {
        &["files named with `@` in a prompt are read without a hook"]
    }

    fn program_names(&self) -> &'static [&'static str] {
        &["gemini", "gemini-cli"]
    }

    // Seen of version 0.61.0.
    fn child_marks(&self) -> &'static ChildMarks {
        &ChildMarks {
            call: &[],
            session: &[],
            any: &["GEMINI_CLI"],
            shell: &["_bgpids_file=/", "__code=$?; pgrep -g 0"],
        }
    }
}

const TRUSTED: &[TrustedFile] = &[
    settings("~/.gemini/settings.json"),
    settings("~/.gemini/trustedFolders.json"),
    settings("~/.gemini/trusted_hooks.json"),
    settings("~/.gemini/policies/**"),
    plugin("~/.gemini/extensions/**"),
    settings("~/.gemini/.env"),
    settings("**/.gemini/settings.json"),
    settings("**/.gemini/policies/**"),
    plugin("**/.gemini/extensions/**"),
    program("**/.gemini/hooks/**"),
    settings("**/.gemini/.env"),
    settings("/etc/gemini-cli/**"),
    instructions("**/GEMINI.md"),
    instructions("**/.gemini/system.md"),
    skill("**/.gemini/commands/**"),
    skill("**/.gemini/skills/**"),
    skill("**/.gemini/agents/**"),
];
