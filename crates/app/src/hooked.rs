//! What stands in the agents' settings: whether they are used here, and whether our hooks
//! are in them. It says nothing of whether the hooks work: only an event does.

use crate::places::Places;
use anyhow::{Context, Result, bail};
use ringfence_agents::HookState;
use ringfence_event::AgentKind;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Largest settings file that is read, in bytes.
const LARGEST: u64 = 8 * 1024 * 1024;

/// What an agent's settings say.
pub(crate) struct Seen {
    pub(crate) used_here: bool,
    pub(crate) settings: PathBuf,
    pub(crate) hooked: Hooked,
    /// Why they cannot work.
    pub(crate) why: Option<String>,
}

/// Whether our hooks stand in an agent's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hooked {
    Whole,
    /// They stand there, but cannot work as they are; or nobody can read the file.
    Broken,
    Absent,
}

/// Looks into an agent's settings.
pub(crate) fn look(agent: AgentKind, places: &Places) -> Seen {
    let agents = places.agents();
    let settings = ringfence_agents::settings_path(agent, &agents);
    let program = std::env::current_exe().unwrap_or_default();
    let (hooked, why) = match read(&settings) {
        Err(error) => (Hooked::Broken, Some(format!("{error:#}"))),
        Ok(text) => {
            match ringfence_agents::inspect(agent, text.as_deref(), &program.to_string_lossy()) {
                HookState::Absent => (Hooked::Absent, None),
                HookState::Stale { why }
                | HookState::Off { why }
                | HookState::Unreadable { why } => (Hooked::Broken, Some(why)),
                HookState::Installed => (Hooked::Whole, None),
            }
        }
    };
    Seen {
        used_here: ringfence_agents::home_of(agent, &agents).exists(),
        settings,
        hooked,
        why,
    }
}

/// The agents that are used on this machine.
pub(crate) fn present(places: &Places) -> Vec<AgentKind> {
    let agents = places.agents();
    AgentKind::HOOKED
        .into_iter()
        .filter(|agent| ringfence_agents::home_of(*agent, &agents).exists())
        .collect()
}

/// The agents in whose settings our hooks stand, wherever they lead.
pub(crate) fn hooked(places: &Places) -> Vec<AgentKind> {
    AgentKind::HOOKED
        .into_iter()
        .filter(|agent| {
            let path = ringfence_agents::settings_path(*agent, &places.agents());
            let text = read(&path).ok().flatten();
            matches!(
                ringfence_agents::inspect(*agent, text.as_deref(), ""),
                HookState::Installed | HookState::Stale { .. } | HookState::Off { .. }
            )
        })
        .collect()
}

/// Reads a settings file; `None` if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<String>> {
    let failed = || format!("failed to read `{}`", path.display());
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(failed),
        Ok(found) if found.len() > LARGEST => {
            bail!("`{}` is larger than {LARGEST} bytes", path.display())
        }
        Ok(found) if !found.is_file() => bail!("`{}` is not a file", path.display()),
        Ok(_) => {}
    }
    fs::read_to_string(path).map(Some).with_context(failed)
}
