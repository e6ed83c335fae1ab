//! `ringfence uninstall`: gives back the same bytes, or, where the user has edited
//! since, takes out exactly what was put in.

use super::install::{Backup, backup, chosen, diff, forget, write};
use super::{exporting, person, servers};
use crate::cli::Edit;
use crate::hooked::{hooked, read};
use crate::output::{Exit, print};
use crate::places::Places;
use crate::telemetry::installed;
use crate::trusted::approval::approve_own;
use crate::wire::Request;
use anyhow::{Context, Result};
use ringfence_agents::{HookState, Removal};
use ringfence_event::AgentKind;
use std::fs;
use std::path::Path;

pub(super) fn run(args: &Edit, places: &Places) -> Result<Exit> {
    if args.telemetry {
        return exporting::uninstall(args, places);
    }
    if !args.dry_run {
        person::only(places)?;
    }
    if args.mcp {
        return servers::uninstall(args, places);
    }
    let exporting = installed::agents(places);
    let every = || {
        let mut agents = hooked(places);
        for agent in exporting.iter().copied().chain(servers::wrapped(places)) {
            if !agents.contains(&agent) {
                agents.push(agent);
            }
        }
        agents
    };
    let agents = chosen(args, every)?;
    if agents.is_empty() {
        print("No agent is hooked.\n")?;
    }
    let mut failed = false;
    for agent in agents {
        // Whoever wants it out of an agent wants all of it out.
        let unwrapped = servers::uninstall_one(agent, args.dry_run, places);
        let exported = exporting::uninstall_one(agent, args.dry_run, places);
        let unhooked = uninstall(agent, args.dry_run, places);
        if let Err(error) = unwrapped.and(exported).and(unhooked) {
            failed = true;
            crate::output::report(&error.context(format!("{} is still hooked", agent.title())));
        }
    }
    if !exporting.is_empty() && !args.dry_run {
        // Without a daemon there is nobody to tell: the next one looks by itself.
        person::ask(places, &Request::Reload)
            .map(drop)
            .unwrap_or_default();
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

fn uninstall(agent: AgentKind, dry_run: bool, places: &Places) -> Result<()> {
    let path = ringfence_agents::settings_path(agent, &places.agents());
    let current = read(&path)?;
    let state = ringfence_agents::inspect(agent, current.as_deref(), "");
    let (Some(current), false) = (current, state == HookState::Absent) else {
        return print(&format!("{}: not hooked.\n", agent.title()));
    };
    let backup =
        backup(agent, places)?.filter(|backup| backup.path == path && backup.after == current);
    let wanted = match &backup {
        Some(backup) => backup.before.clone(),
        None => match ringfence_agents::uninstall(agent, &current)
            .with_context(|| format!("`{}` is left as it is", path.display()))?
        {
            Removal::Text(text) => Some(text),
            Removal::Empty => None,
        },
    };
    if dry_run {
        return print(&diff(
            &path,
            &current,
            wanted.as_deref().unwrap_or_default(),
        ));
    }
    approve_own(places, &path, Some(&current), wanted.as_deref())?;
    match &wanted {
        Some(text) => write(&path, text)?,
        None => remove(&path, backup.as_ref())?,
    }
    forget(agent, places)?;
    print(&format!(
        "{}: Ringfence's hooks are out of `{}`.\n",
        agent.title(),
        path.display()
    ))
}

/// Removes a file that was ours alone, and the directory that was made for it.
fn remove(path: &Path, backup: Option<&Backup>) -> Result<()> {
    fs::remove_file(path).with_context(|| format!("failed to remove `{}`", path.display()))?;
    if let Some(folder) = backup.and_then(|backup| backup.folder.as_ref()) {
        // Only an empty one goes; what the agent has put there stays.
        fs::remove_dir(folder).unwrap_or_default();
    }
    Ok(())
}
