//! `ringfence install --telemetry` and back: agents export to this machine's daemon, and what went to
//! the user's own collector still goes there.

use super::install::{diff, write};
use super::{narrow, person};
use crate::cli::Edit as Args;
use crate::config::Config;
use crate::hooked::{present, read};
use crate::output::{Exit, GREEN, YELLOW, print};
use crate::places::{Places, private_dir};
use crate::telemetry::installed::{self, Edit, Installed};
use crate::telemetry::tokens::Tokens;
use crate::trusted::approval::approve_own;
use crate::wire::Request;
use anyhow::{Context, Result, bail};
use ringfence_agents::{Collector, Removal};
use ringfence_event::AgentKind;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The agents whose telemetry is understood.
const EXPORTING: [AgentKind; 4] = [
    AgentKind::ClaudeCode,
    AgentKind::Codex,
    AgentKind::Gemini,
    AgentKind::Copilot,
];

/// Tells agents to export.
pub(super) fn install(args: &Args, places: &Places) -> Result<Exit> {
    for_each(
        args,
        places,
        || used_here(places),
        "does not export",
        |agent| install_one(agent, args.dry_run, places),
    )
}

/// Takes that back.
pub(super) fn uninstall(args: &Args, places: &Places) -> Result<Exit> {
    for_each(
        args,
        places,
        || installed::agents(places),
        "still exports",
        |agent| {
            if !uninstall_one(agent, args.dry_run, places)? {
                print(&format!("{}: not told to export.\n", agent.title()))?;
            }
            Ok(())
        },
    )
}

fn used_here(places: &Places) -> Vec<AgentKind> {
    let mut used = present(places);
    used.retain(|agent| EXPORTING.contains(agent));
    used
}

fn for_each(
    args: &Args,
    places: &Places,
    every: impl Fn() -> Vec<AgentKind>,
    failing: &str,
    work: impl Fn(AgentKind) -> Result<()>,
) -> Result<Exit> {
    if !args.dry_run {
        person::only(places)?;
    }
    let agents: Vec<AgentKind> = if args.all {
        every()
    } else {
        let names = args.agents.iter();
        names
            .map(|name| narrow::one_of(name, &EXPORTING))
            .collect::<Result<_>>()?
    };
    if agents.is_empty() {
        print("No agent here exports, or can be told to.\n")?;
    }
    let mut failed = false;
    for agent in agents {
        if let Err(error) = work(agent) {
            failed = true;
            crate::output::report(&error.context(format!("{} {failing}", agent.title())));
        }
    }
    if !args.dry_run {
        // Without a daemon there is nobody to tell: the next one looks by itself.
        person::ask(places, &Request::Reload)
            .map(drop)
            .unwrap_or_default();
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// The address below which an agent's telemetry is received.
pub(super) fn endpoint(agent: AgentKind, places: &Places) -> Result<String> {
    let port = Config::load(&places.config_file())
        .unwrap_or_default()
        .telemetry_port;
    let address = installed::address(places, port)?;
    let tokens = Tokens::load(places)?;
    Ok(format!("http://{address}/t/{}", tokens.token(agent)))
}

fn install_one(agent: AgentKind, dry_run: bool, places: &Places) -> Result<()> {
    let endpoint = endpoint(agent, places)?;
    let Some(path) = ringfence_agents::export_path(agent, &places.agents()) else {
        return by_hand(agent, &endpoint, dry_run, places);
    };
    let current = read(&path)?;
    let earlier = installed::load(agent, places)?;
    let clean = without_us(agent, current.as_deref(), earlier.as_ref())?;
    let variable = |name: &str| std::env::var(name).ok();
    let wanted = ringfence_agents::export(agent, clean.as_deref(), &endpoint, &variable)
        .with_context(|| format!("`{}` is left as it is", path.display()))?;
    if current.as_deref() == Some(wanted.text.as_str()) {
        return print(&format!(
            "{}: exports already, by `{}`.\n",
            agent.title(),
            path.display()
        ));
    }
    if dry_run {
        let old = current.as_deref().unwrap_or_default();
        return print(&diff(&path, old, &wanted.text));
    }
    let made = path.parent().filter(|folder| !folder.exists());
    let folder = made.map(Path::to_owned);
    if let Some(folder) = &folder {
        private_dir(folder)?;
    }
    approve_own(places, &path, current.as_deref(), Some(&wanted.text))?;
    let mut text = format!(
        "{GREEN}{}{GREEN:#}: exports, by `{}`.\n",
        agent.title(),
        path.display()
    );
    text.push_str(&passed_on(&wanted.collector));
    installed::keep(
        agent,
        places,
        &Installed {
            edit: Some(Edit {
                path: path.clone(),
                before: clean,
                after: wanted.text.clone(),
                replaced: wanted.replaced,
                folder,
            }),
            collector: wanted.collector,
        },
    )?;
    write(&path, &wanted.text)?;
    if fs::metadata(&path).is_ok_and(|found| found.permissions().mode() & 0o044 != 0) {
        text.push_str(&format!(
            "  {YELLOW}Others on this machine can read that file:{YELLOW:#} with the token in it they can send telemetry in this agent's name. `chmod 600` keeps it to you.\n"
        ));
    }
    text.push_str("  Sessions that are open now keep their old settings: start a new one.\n");
    print(&text)
}

fn passed_on(collector: &Collector) -> String {
    let all = [&collector.logs, &collector.traces, &collector.metrics];
    let mut text = String::new();
    for url in all.into_iter().flatten() {
        text.push_str(&format!("  Passed on to `{url}`, as before.\n"));
    }
    text
}

/// The settings as they are without what was written for telemetry.
fn without_us(
    agent: AgentKind,
    current: Option<&str>,
    earlier: Option<&Installed>,
) -> Result<Option<String>> {
    let edit = earlier.and_then(|earlier| earlier.edit.as_ref());
    let (Some(current), Some(edit)) = (current, edit) else {
        return Ok(current.map(str::to_owned));
    };
    if edit.after == current {
        return Ok(edit.before.clone());
    }
    Ok(
        match ringfence_agents::undo_export(agent, current, &edit.replaced)? {
            Removal::Text(text) => Some(text),
            Removal::Empty => None,
        },
    )
}

/// Only the user can set variables in the shell.
fn by_hand(agent: AgentKind, endpoint: &str, dry_run: bool, places: &Places) -> Result<()> {
    let Some(variables) = ringfence_agents::export_by_hand(agent, endpoint) else {
        bail!("Ringfence knows no telemetry of this agent");
    };
    let mut text = format!(
        "{}: no file tells it to export. Put this where your shell reads it (and take care that nobody else can):\n",
        agent.title()
    );
    for (name, value) in variables {
        text.push_str(&format!("  export {name}={value}\n"));
    }
    if !dry_run {
        let nothing = Installed {
            edit: None,
            collector: Collector::default(),
        };
        installed::keep(agent, places, &nothing)?;
    }
    print(&text)
}

/// Takes back what was written for one agent; returns whether anything was.
pub(super) fn uninstall_one(agent: AgentKind, dry_run: bool, places: &Places) -> Result<bool> {
    let Some(earlier) = installed::load(agent, places)? else {
        return Ok(false);
    };
    let Some(edit) = &earlier.edit else {
        if !dry_run {
            installed::forget(agent, places)?;
        }
        let variables = ringfence_agents::export_by_hand(agent, "").unwrap_or_default();
        let names: Vec<&str> = variables.iter().map(|(name, _)| *name).collect();
        print(&format!(
            "{}: telemetry is not awaited any more; take {} out of your shell's files.\n",
            agent.title(),
            names.join(" and ")
        ))?;
        return Ok(true);
    };
    let current = read(&edit.path)?;
    let wanted = without_us(agent, current.as_deref(), Some(&earlier))
        .with_context(|| format!("`{}` is left as it is", edit.path.display()))?;
    if dry_run {
        let (old, new) = (current.unwrap_or_default(), wanted.unwrap_or_default());
        print(&diff(&edit.path, &old, &new))?;
        return Ok(true);
    }
    approve_own(places, &edit.path, current.as_deref(), wanted.as_deref())?;
    match (&current, &wanted) {
        (_, Some(text)) if current != wanted => write(&edit.path, text)?,
        (Some(_), None) => {
            fs::remove_file(&edit.path)
                .with_context(|| format!("failed to remove `{}`", edit.path.display()))?;
            if let Some(folder) = &edit.folder {
                // Only an empty one goes; what the agent has put there stays.
                fs::remove_dir(folder).unwrap_or_default();
            }
        }
        _ => {}
    }
    installed::forget(agent, places)?;
    print(&format!(
        "{}: does not export to Ringfence any more; `{}` is as before.\n",
        agent.title(),
        edit.path.display()
    ))?;
    Ok(true)
}
