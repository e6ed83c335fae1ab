//! Agents whose sessions are read, and into whose settings Ringfence puts no hooks yet: where
//! they are, and by which names.
//!
//! Their trusted files stand in `trusted/others.rs`.

pub(crate) mod cline;
pub(crate) mod copilot;
pub(crate) mod opencode;
pub(crate) mod qwen;
pub(crate) mod swe_agent;

use crate::agent::Agent;
use crate::answer::{AnswerKind, Message, Reply};
use crate::fields::Fields;
use crate::hook::Reading;
use crate::install::Hooks;
use crate::places::{ChildMarks, Places};
use crate::trusted::TrustedFile;
use ringfence_event::Action;
use std::path::PathBuf;

/// What there is to know about such an agent.
pub(crate) struct Imported {
    home: &'static str,
    settings_file: &'static str,
    program_names: &'static [&'static str],
}

pub(crate) static COPILOT: Imported = Imported {
    home: ".copilot",
    settings_file: "settings.json",
    program_names: &["copilot"],
};

pub(crate) static OPENCODE: Imported = Imported {
    home: ".local/share/opencode",
    settings_file: "opencode.json",
    program_names: &["opencode"],
};

pub(crate) static CLINE: Imported = Imported {
    home: ".cline",
    settings_file: "cline_mcp_settings.json",
    program_names: &["cline", "saoudrizwan.claude-dev"],
};

pub(crate) static ROO: Imported = Imported {
    home: ".roo",
    settings_file: "mcp_settings.json",
    program_names: &["rooveterinaryinc.roo-cline"],
};

pub(crate) static QWEN: Imported = Imported {
    home: ".qwen",
    settings_file: "settings.json",
    program_names: &["qwen", "qwen-code"],
};

pub(crate) static SWE_AGENT: Imported = Imported {
    home: ".swe-agent",
    settings_file: "config.yaml",
    program_names: &["sweagent"],
};

impl Agent for Imported {
    fn read(&self, fields: &mut Fields) -> Reading {
        Reading::of(fields, |_, _| (Action::Other, AnswerKind::Observe))
    }

    fn render(&self, _: &AnswerKind, _: &Message) -> Reply {
        Reply::default()
    }

    fn home(&self, places: &Places) -> PathBuf {
        places.home.join(self.home)
    }

    fn settings_file(&self) -> &'static str {
        self.settings_file
    }

    fn hooks(&self) -> Option<&'static Hooks> {
        None
    }

    fn trusted_files(&self) -> &'static [TrustedFile] {
        &[]
    }

    fn blind_spots(&self) -> &'static [&'static str] {
        &["it is known only by what it writes down, after it was done"]
    }

    fn program_names(&self) -> &'static [&'static str] {
        self.program_names
    }

    fn child_marks(&self) -> &'static ChildMarks {
        &ChildMarks {
            call: &[],
            session: &[],
            any: &[],
            shell: &[],
        }
    }
}
