//! Where agents keep their configuration: paths as data, nothing is opened here.

use crate::agent;
use ringfence_event::{AgentKind, Tool};
use std::path::PathBuf;
use std::sync::LazyLock;

/// The directories of a user that agents' configuration is looked for in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The home directory.
    pub home: PathBuf,
    /// `CLAUDE_CONFIG_DIR`, if set: Claude Code's directory instead of `~/.claude`.
    pub claude_config_dir: Option<PathBuf>,
    /// `CODEX_HOME`, if set: Codex's directory instead of `~/.codex`.
    pub codex_home: Option<PathBuf>,
}

/// Returns the file that [`install`](crate::install) edits.
pub fn settings_path(agent: AgentKind, places: &Places) -> PathBuf {
    let agent = agent::of(agent);
    agent.home(places).join(agent.settings_file())
}

/// Returns the directory whose existence means that the agent is used here.
pub fn home_of(agent: AgentKind, places: &Places) -> PathBuf {
    agent::of(agent).home(places)
}

/// Returns what an agent's hooks do not tell, in words for its user.
pub fn blind_spots(agent: AgentKind) -> &'static [&'static str] {
    agent::of(agent).blind_spots()
}

/// Whether hooks of an agent, where they are installed and trusted, tell of a call of this tool before
/// it runs. Tools that touch nothing outside of the agent count as not announced.
pub fn announces(agent: AgentKind, tool: &Tool) -> bool {
    agent::of(agent).announces(tool)
}

/// Whether a process with this executable and these arguments is the agent, by the
/// names in their paths; only program and script count, so that a file that an editor
/// opens makes no agent of it.
pub fn is_process(agent: AgentKind, executable: &str, arguments: &[&str]) -> bool {
    let names = agent::of(agent).program_names();
    std::iter::once(executable)
        .chain(arguments.iter().take(2).copied())
        .flat_map(|path| path.split('/'))
        .any(|part| names.contains(&part))
}

/// Returns the names by which processes of agents are known.
pub fn program_names() -> Vec<&'static str> {
    let agents = AgentKind::ALL.into_iter();
    let names = agents.flat_map(|agent| agent::of(agent).program_names());
    names.copied().collect()
}

/// The signs of an agent in the processes that it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildMarks {
    /// Variables that hold the tool call's id.
    pub call: &'static [&'static str],
    /// Variables that hold the session's id.
    pub session: &'static [&'static str],
    /// Variables that only tell that some session is above.
    pub any: &'static [&'static str],
    /// Texts that stand in the line of a shell that it starts for a tool call, and in no line that
    /// it starts for itself.
    pub shell: &'static [&'static str],
}

/// Returns the signs of an agent in the processes that it starts.
pub fn child_marks(agent: AgentKind) -> &'static ChildMarks {
    agent::of(agent).child_marks()
}

/// Returns the variables by which a process knows that an agent started it.
pub fn child_markers() -> &'static [&'static str] {
    static MARKERS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        AgentKind::HOOKED
            .into_iter()
            .map(child_marks)
            .flat_map(|marks| [marks.call, marks.session, marks.any])
            .flatten()
            .copied()
            .collect()
    });
    &MARKERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_can_be_moved() {
        let home = Places {
            home: PathBuf::from("/home/dev"),
            ..Places::default()
        };
        let moved = Places {
            claude_config_dir: Some(PathBuf::from("/c")),
            codex_home: Some(PathBuf::from("/x")),
            ..home.clone()
        };
        let paths = |places: &Places| AgentKind::HOOKED.map(|agent| settings_path(agent, places));
        assert_eq!(
            paths(&home),
            [
                PathBuf::from("/home/dev/.claude/settings.json"),
                PathBuf::from("/home/dev/.codex/hooks.json"),
                PathBuf::from("/home/dev/.gemini/settings.json"),
                PathBuf::from("/home/dev/.cursor/hooks.json"),
            ]
        );
        assert_eq!(
            paths(&moved),
            [
                PathBuf::from("/c/settings.json"),
                PathBuf::from("/x/hooks.json"),
                PathBuf::from("/home/dev/.gemini/settings.json"),
                PathBuf::from("/home/dev/.cursor/hooks.json"),
            ]
        );
    }
}
