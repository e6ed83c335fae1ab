//! Cursor and its CLI. Contracts read from published descriptions and from other
//! tools' tests; not recorded, since its client could not be run.

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
use crate::trusted::{TrustedFile, instructions, mcp, program, settings, skill};
use std::path::PathBuf;

pub(crate) use transcript::{read_line, read_row};

pub(crate) struct Cursor;

impl Agent for Cursor {
    fn read(&self, fields: &mut Fields) -> Reading {
        hook::read(fields)
    }

    fn silence(&self) -> Reply {
        answer::silence()
    }

    fn render(&self, kind: &AnswerKind, message: &Message) -> Reply {
        answer::render(kind, message)
    }

    fn home(&self, places: &Places) -> PathBuf {
        places.home.join(".cursor")
    }

    fn settings_file(&self) -> &'static str {
        "hooks.json"
    }

    fn hooks(&self) -> Option<&'static Hooks> {
        Some(&install::HOOKS)
    }

    fn trusted_files(&self) -> &'static [TrustedFile] {
        TRUSTED
    }

    fn blind_spots(&self) -> &'static [&'static str] {
        &[
            "edits are told after they happened where it fires no preToolUse",
            "cloud agents run elsewhere, without these hooks",
        ]
    }

    fn program_names(&self) -> &'static [&'static str] {
        &["cursor", "Cursor", "cursor-agent"]
    }

    fn child_marks(&self) -> &'static ChildMarks {
        &ChildMarks {
            call: &[],
            session: &[],
            any: &["CURSOR_AGENT"],
            shell: &[],
        }
    }
}

const TRUSTED: &[TrustedFile] = &[
    settings("~/.cursor/hooks.json"),
    mcp("~/.cursor/mcp.json"),
    settings("~/.cursor/cli-config.json"),
    settings("~/.cursor/permissions.json"),
    settings("**/.cursor/hooks.json"),
    program("**/.cursor/hooks/**"),
    mcp("**/.cursor/mcp.json"),
    settings("**/.cursor/cli.json"),
    settings("**/.cursor/environment.json"),
    settings("**/.cursor/permissions.json"),
    settings("**/.cursorignore"),
    settings("/etc/cursor/**"),
    instructions("**/.cursorrules"),
    instructions("**/.cursor/rules/**"),
    skill("**/.cursor/commands/**"),
    skill("**/.cursor/skills/**"),
    skill("**/.cursor/agents/**"),
    instructions("**/AGENTS.md"),
];
