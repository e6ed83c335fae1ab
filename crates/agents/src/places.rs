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

/// Names of interpreters that run an agent's script.
const INTERPRETERS: [&str; 3] = ["node", "bun", "deno"];

/// First arguments with which an agent's program holds no session with its user.
const NO_SESSION: [&str; 10] = [
    "--version",
    "-v",
    "--help",
    "-h",
    "config",
    "doctor",
    "install",
    "mcp",
    "mcp-server",
    "update",
];

/// Which agent holds a session in a process with this executable and these arguments, and fires a
/// hook as soon as it does.
pub fn session_of(executable: &str, arguments: &[&str]) -> Option<AgentKind> {
    let next = arguments.get(1 + usize::from(is_script(executable, arguments)));
    if next.is_some_and(|next| NO_SESSION.contains(next)) {
        return None;
    }
    program_of(executable, arguments).filter(|agent| agent::of(*agent).begins_with_a_hook())
}

/// Which agent's program a process with this executable and these arguments runs: only the names of
/// program and script count, not of directories.
pub fn program_of(executable: &str, arguments: &[&str]) -> Option<AgentKind> {
    let program = arguments.first().copied();
    let script = arguments.get(1).copied();
    let script = script.filter(|_| is_script(executable, arguments));
    let paths = [Some(executable), program, script];
    AgentKind::HOOKED.into_iter().find(|agent| {
        let names = agent::of(*agent).program_names();
        let mut paths = paths.into_iter().flatten();
        paths.any(|path| names.contains(&stem(path)))
    })
}

fn is_script(executable: &str, arguments: &[&str]) -> bool {
    let program = arguments.first().copied().unwrap_or_default();
    let mut paths = [executable, program].into_iter();
    paths.any(|path| INTERPRETERS.contains(&stem(path)))
}

/// The name of a file, without directory and without the ending of a script.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".js", ".mjs", ".cjs"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name)
}

/// Returns an agent's settings files inside of a project, which can switch the user's hooks off.
pub fn project_settings(agent: AgentKind) -> &'static [&'static str] {
    agent::of(agent).project_settings()
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
    fn a_process_that_holds_a_session_is_known() {
        let claude = Some(AgentKind::ClaudeCode);
        let gemini = Some(AgentKind::Gemini);
        let table: [(&str, &[&str], Option<AgentKind>); 12] = [
            (
                "/home/a/.local/share/claude/versions/2.1.3",
                &["claude", "-p", "x"],
                claude,
            ),
            ("/x/claude.exe", &["/x/claude.exe"], claude),
            (
                "/usr/bin/node",
                &["node", "/usr/lib/gemini-cli/bundle/gemini.js", "-p"],
                gemini,
            ),
            ("/usr/bin/node", &["node", "/usr/bin/gemini"], gemini),
            // Others that only have the name in a path or among their arguments.
            ("/usr/bin/node", &["node", "/home/a/claude/server.js"], None),
            ("/usr/bin/vim", &["vim", "claude"], None),
            ("/usr/bin/bash", &["bash", "/usr/bin/claude"], None),
            // No session.
            ("/x/claude", &["claude", "mcp", "serve"], None),
            (
                "/usr/bin/node",
                &["node", "/usr/bin/gemini", "--version"],
                None,
            ),
            // It tells nothing before its first prompt.
            ("/x/codex", &["codex"], None),
            ("", &[], None),
            ("/", &["/", "/"], None),
        ];
        for (executable, arguments, agent) in table {
            assert_eq!(session_of(executable, arguments), agent, "{arguments:?}");
        }
        // Whatever it does.
        let codex = Some(AgentKind::Codex);
        assert_eq!(program_of("/x/codex", &["codex", "exec"]), codex);
        assert_eq!(program_of("/x/claude", &["claude", "mcp"]), claude);
        assert_eq!(program_of("/usr/bin/vim", &["vim", "codex"]), None);
    }

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
