//! The files that agents obey, and the git, editor and shell files that the same attacks use:
//! which there are, what kind each is, and what a change of one means.
//!
//! **Invariant:** texts in, sentences out; nothing is opened here, and no rule judges here.

mod compare;
mod facts;
mod git;
mod keys;
mod lines;
mod others;
mod read;

pub use compare::{LARGEST_COMPARED, compare, watched_part};

use crate::agent;
use ringfence_event::AgentKind;
use std::sync::LazyLock;

/// A file that an agent obeys or is configured by, or that attacks on agents use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustedFile {
    /// `~/…` in the home directory, `**/…` in any directory, `/…` absolute; `*` is any
    /// part of a name, `**` any number of directories.
    pub pattern: &'static str,
    /// What it is.
    pub kind: TrustedKind,
}

/// What a trusted file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrustedKind {
    /// Hooks, permissions, servers: what guards or steers an agent.
    Settings,
    /// MCP servers.
    Mcp,
    /// A program that an agent runs by itself.
    Program,
    /// A plugin or an extension, with all that is in it.
    Plugin,
    /// Instructions that an agent obeys.
    Instructions,
    /// What an agent keeps for itself to obey later.
    Memory,
    /// Skills, commands and subagents: instructions that are called by name.
    Skill,
    /// Settings and tasks of an editor.
    Ide,
    /// What git and its companions run by themselves.
    Git,
    /// What a shell, a session or the login server obeys.
    Shell,
}

impl TrustedKind {
    /// Every kind.
    pub const ALL: [TrustedKind; 10] = [
        TrustedKind::Settings,
        TrustedKind::Mcp,
        TrustedKind::Program,
        TrustedKind::Plugin,
        TrustedKind::Instructions,
        TrustedKind::Memory,
        TrustedKind::Skill,
        TrustedKind::Ide,
        TrustedKind::Git,
        TrustedKind::Shell,
    ];

    /// The name as it stands in JSON and in lists.
    pub fn name(self) -> &'static str {
        match self {
            TrustedKind::Settings => "settings",
            TrustedKind::Mcp => "mcp",
            TrustedKind::Program => "program",
            TrustedKind::Plugin => "plugin",
            TrustedKind::Instructions => "instructions",
            TrustedKind::Memory => "memory",
            TrustedKind::Skill => "skill",
            TrustedKind::Ide => "ide",
            TrustedKind::Git => "git",
            TrustedKind::Shell => "shell",
        }
    }

    /// Finds a kind by [`TrustedKind::name`].
    pub fn from_name(name: &str) -> Option<TrustedKind> {
        TrustedKind::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// Whether its words are orders to a model, rather than settings of a program.
    pub fn is_obeyed(self) -> bool {
        matches!(
            self,
            TrustedKind::Instructions | TrustedKind::Memory | TrustedKind::Skill
        )
    }
}

macro_rules! of_kind {
    ($($name:ident $kind:ident $what:literal;)*) => {$(
        #[doc = $what]
        pub(crate) const fn $name(pattern: &'static str) -> TrustedFile {
            TrustedFile { pattern, kind: TrustedKind::$kind }
        }
    )*};
}

of_kind! {
    settings Settings "A configuration file.";
    mcp Mcp "A file with MCP servers.";
    program Program "Programs that an agent runs.";
    plugin Plugin "Plugins or extensions.";
    instructions Instructions "A file with instructions.";
    memory Memory "An agent's memory.";
    skill Skill "Skills, commands or subagents.";
    ide Ide "An editor's file.";
    git Git "A file of git or one of its companions.";
    shell Shell "A file of a shell, a session or the login server.";
}

/// Returns the files that agents with hooks of ours trust, each pattern once.
pub fn trusted_files() -> &'static [TrustedFile] {
    static FILES: LazyLock<Vec<TrustedFile>> = LazyLock::new(|| {
        let mut files: Vec<TrustedFile> = Vec::new();
        for agent in AgentKind::HOOKED {
            for file in agent::of(agent).trusted_files() {
                if !files.contains(file) {
                    files.push(*file);
                }
            }
        }
        files
    });
    &FILES
}

/// Returns every file worth watching: [`trusted_files`], those of other agents and of editors, and
/// the git and shell files that the same attacks use. Each pattern stands once.
pub fn watched_files() -> &'static [TrustedFile] {
    static FILES: LazyLock<Vec<TrustedFile>> = LazyLock::new(|| {
        let mut files = trusted_files().to_vec();
        files.extend_from_slice(others::OTHERS);
        files
    });
    &FILES
}

#[cfg(test)]
mod tests;
