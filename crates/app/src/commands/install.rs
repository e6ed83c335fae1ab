//! `ringfence install`: hooks agents in, without harm to what the user has there.

use super::{exporting, servers};
use crate::cli::Edit;
use crate::hooked::{present, read};
use crate::output::{Exit, GREEN, print};
use crate::places::{Places, private_dir, write_private};
use crate::trusted::approval::approve_own;
use anyhow::{Context, Result, bail};
use ringfence_event::AgentKind;
use serde::{Deserialize, Serialize};
use similar::TextDiff;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// What an edit replaced, so that it can be undone to the byte.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Backup {
    pub(super) path: PathBuf,
    /// The text before; `None` if there was no file.
    pub(super) before: Option<String>,
    /// The text that was written.
    pub(super) after: String,
    /// The directory, if it was made for the file.
    pub(super) folder: Option<PathBuf>,
}

pub(super) fn run(args: &Edit, places: &Places) -> Result<Exit> {
    if args.mcp {
        return servers::install(args, places);
    }
    if args.telemetry {
        return exporting::install(args, places);
    }
    let agents = chosen(args, || present(places))?;
    if agents.is_empty() {
        bail!(
            "no agent that Ringfence knows is used here\nhint: name one: `ringfence install claude-code`"
        );
    }
    let mut failed = false;
    for agent in agents {
        if let Err(error) = install(agent, args.dry_run, places) {
            failed = true;
            crate::output::report(&error.context(format!("{} is not hooked", agent.title())));
        }
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// The agents that were named, or all of some kind.
pub(super) fn chosen(args: &Edit, every: impl Fn() -> Vec<AgentKind>) -> Result<Vec<AgentKind>> {
    if args.all {
        return Ok(every());
    }
    args.agents
        .iter()
        .map(|name| super::narrow::hooked(name))
        .collect()
}

fn install(agent: AgentKind, dry_run: bool, places: &Places) -> Result<()> {
    let path = ringfence_agents::settings_path(agent, &places.agents());
    let program = program()?;
    let current = read(&path)?;
    let wanted = ringfence_agents::install(agent, current.as_deref(), &program)
        .with_context(|| format!("`{}` is left as it is", path.display()))?;
    if current.as_deref() == Some(wanted.as_str()) {
        return print(&format!(
            "{}: already hooked in `{}`.\n",
            agent.title(),
            path.display()
        ));
    }
    if dry_run {
        return print(&diff(
            &path,
            current.as_deref().unwrap_or_default(),
            &wanted,
        ));
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.exists())
        .map(Path::to_owned);
    if let Some(folder) = &folder {
        private_dir(folder)?;
    }
    approve_own(places, &path, current.as_deref(), Some(&wanted))?;
    let before = match backup(agent, places)? {
        // Our own last text is updated: what was there before it is still what was there before.
        Some(earlier) if current.as_deref() == Some(earlier.after.as_str()) => earlier.before,
        _ => without_us(agent, current)?,
    };
    keep(
        agent,
        places,
        &Backup {
            path: path.clone(),
            before,
            after: wanted.clone(),
            folder,
        },
    )?;
    write(&path, &wanted)?;
    let mut text = format!(
        "{GREEN}{}{GREEN:#}: hooked in `{}`.\n",
        agent.title(),
        path.display()
    );
    if let Some(advice) = ringfence_agents::after_install(agent) {
        text.push_str(&format!("  {advice}\n"));
    }
    text.push_str("  Sessions that are open now may keep their old settings: start a new one.\n");
    print(&text)
}

fn without_us(agent: AgentKind, current: Option<String>) -> Result<Option<String>> {
    match current {
        None => Ok(None),
        Some(text) => Ok(match ringfence_agents::uninstall(agent, &text)? {
            ringfence_agents::Removal::Text(text) => Some(text),
            ringfence_agents::Removal::Empty => None,
        }),
    }
}

pub(super) fn program() -> Result<String> {
    let program = std::env::current_exe().context("failed to find this program")?;
    program
        .into_os_string()
        .into_string()
        .ok()
        .context("the path of this program is not UTF-8")
}

/// The change, as `diff -u` shows it.
pub(super) fn diff(path: &Path, old: &str, new: &str) -> String {
    let name = path.display().to_string();
    TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&name, &name)
        .to_string()
}

/// Replaces a settings file in one step; its mode stays, and a link stays a link.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mode = match fs::metadata(&target) {
        Ok(found) => found.permissions().mode() & 0o7777,
        Err(_) => 0o600,
    };
    // Root may write everything: what its owner made read-only is still not ours to replace.
    if mode & 0o200 == 0 {
        bail!(
            "`{}` is read-only\nhint: make it writable (`chmod u+w`), or leave this agent out",
            path.display()
        );
    }
    write_private(&target, text.as_bytes(), mode)
        .with_context(|| format!("failed to write `{}`", path.display()))
}

fn backup_file(agent: AgentKind, places: &Places) -> PathBuf {
    places.backups().join(format!("{agent}.json"))
}

/// What the last installation replaced.
pub(super) fn backup(agent: AgentKind, places: &Places) -> Result<Option<Backup>> {
    let path = backup_file(agent, places);
    match fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text)
            .map(Some)
            .with_context(|| format!("`{}` is broken", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("failed to read `{}`", path.display())),
    }
}

fn keep(agent: AgentKind, places: &Places, backup: &Backup) -> Result<()> {
    private_dir(&places.state)?;
    private_dir(&places.backups())?;
    let path = backup_file(agent, places);
    write_private(&path, &serde_json::to_vec_pretty(backup)?, 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))
}

/// Forgets what an installation replaced, once it is undone.
pub(super) fn forget(agent: AgentKind, places: &Places) -> Result<()> {
    let path = backup_file(agent, places);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("failed to remove `{}`", path.display()))
        }
        _ => Ok(()),
    }
}
