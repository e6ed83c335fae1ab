//! `ringfence install --mcp`: the MCP servers that an agent starts, put behind `ringfence mcp-wrap`;
//! and taken out again, to the byte.

use super::install::{chosen, diff, program, write};
use crate::cli::Edit;
use crate::hooked::{present, read};
use crate::output::{Exit, GREEN, print};
use crate::places::Places;
use crate::trusted::approval::approve_own;
use anyhow::{Context, Result, bail};
use ringfence_agents::{EditError, McpEdit, mcp_files, unwrap_mcp, wrap_mcp};
use ringfence_event::AgentKind;
use std::path::Path;

pub(super) fn install(args: &Edit, places: &Places) -> Result<Exit> {
    let agents = chosen(args, || present(places))?;
    if agents.is_empty() {
        bail!(
            "no agent that Ringfence knows is used here\nhint: name one: `ringfence install --mcp claude-code`"
        );
    }
    let program = program()?;
    Ok(each(&agents, |agent| {
        let edit = |text: &str| wrap_mcp(agent, text, &program);
        let changed = edit_files(agent, args.dry_run, places, "read from now on", &edit)?;
        if changed == 0 && !args.dry_run {
            return print(&format!(
                "{}: no MCP server that it starts is left to wrap.\n",
                agent.title()
            ));
        }
        Ok(())
    }))
}

pub(super) fn uninstall(args: &Edit, places: &Places) -> Result<Exit> {
    let agents = chosen(args, || wrapped(places))?;
    if agents.is_empty() {
        print("No MCP server is wrapped.\n")?;
    }
    Ok(each(&agents, |agent| {
        uninstall_one(agent, args.dry_run, places)
    }))
}

/// Takes the wraps out of one agent's configuration.
pub(super) fn uninstall_one(agent: AgentKind, dry_run: bool, places: &Places) -> Result<()> {
    let edit = |text: &str| unwrap_mcp(agent, text);
    edit_files(agent, dry_run, places, "as they were", &edit).map(drop)
}

/// The agents with a wrapped server.
pub(super) fn wrapped(places: &Places) -> Vec<AgentKind> {
    let agents = AgentKind::HOOKED.into_iter();
    let has = |agent: &AgentKind| {
        let files = mcp_files(*agent, &places.agents());
        files.iter().any(|path| {
            let text = read(path).ok().flatten();
            let edit = text.and_then(|text| unwrap_mcp(*agent, &text).ok());
            edit.is_some_and(|edit| !edit.servers.is_empty())
        })
    };
    agents.filter(has).collect()
}

fn each(agents: &[AgentKind], change: impl Fn(AgentKind) -> Result<()>) -> Exit {
    let mut failed = false;
    for agent in agents {
        if let Err(error) = change(*agent) {
            failed = true;
            let what = format!("the MCP servers of {} are as they were", agent.title());
            crate::output::report(&error.context(what));
        }
    }
    if failed { Exit::Failed } else { Exit::Done }
}

/// Edits the files of an agent; returns how many servers changed.
fn edit_files(
    agent: AgentKind,
    dry_run: bool,
    places: &Places,
    how: &str,
    edit: &dyn Fn(&str) -> Result<McpEdit, EditError>,
) -> Result<usize> {
    let mut changed = 0;
    for path in mcp_files(agent, &places.agents()) {
        let Some(current) = read(&path)? else {
            continue;
        };
        let McpEdit { text, servers } =
            edit(&current).with_context(|| format!("`{}` is left as it is", path.display()))?;
        if servers.is_empty() {
            continue;
        }
        changed += servers.len();
        if dry_run {
            print(&diff(&path, &current, &text))?;
            continue;
        }
        put(places, &path, &current, &text)?;
        print(&format!(
            "{GREEN}{}{GREEN:#}: {} in `{}`: {how}.\n",
            agent.title(),
            servers.join(", "),
            path.display()
        ))?;
    }
    Ok(changed)
}

/// Agents write these files too: what changed since it was read is not overwritten.
fn put(places: &Places, path: &Path, current: &str, text: &str) -> Result<()> {
    approve_own(places, path, Some(current), Some(text))?;
    if read(path)?.as_deref() != Some(current) {
        bail!(
            "`{}` was changed at the same moment\nhint: close the agent, and try again",
            path.display()
        );
    }
    write(path, text)
}
