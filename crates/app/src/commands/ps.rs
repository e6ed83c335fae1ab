//! `ringfence ps`: agents' trees as they are now, each process with the tool call it belongs to.

use super::person::ask;
use crate::cli::Json;
use crate::daemon::now;
use crate::output::{BOLD, DIM, Exit, YELLOW, ago, print, print_json, table};
use crate::places::Places;
use crate::wire::{Request, Response};
use anyhow::{Context, Result, bail};
use ringfence_api::{Process, Processes};
use ringfence_event::{Join, Timestamp};
use ringfence_store::visible;
use std::collections::BTreeMap;

/// Longest part of a line that the list shows, in characters.
const LONGEST: usize = 60;

pub(super) fn run(args: &Json, places: &Places) -> Result<Exit> {
    let list = match ask(places, &Request::Processes)
        .context("the daemon does not answer\nhint: start it with `ringfence up --detach`")?
    {
        Response::Processes { list } => *list,
        Response::Refused { why } => bail!("{why}"),
        other => bail!("unexpected answer of the daemon: {other:?}"),
    };
    if args.json {
        print_json("processes", &list)?;
    } else {
        print(&text(&list, now()))?;
    }
    Ok(Exit::Done)
}

fn text(list: &Processes, now: Timestamp) -> String {
    let mut trees: BTreeMap<u32, Vec<&Process>> = BTreeMap::new();
    for process in &list.processes {
        trees.entry(process.root).or_default().push(process);
    }
    let mut text = if trees.is_empty() {
        "No agent runs that Ringfence knows of: one is known by its first hook.\n".to_owned()
    } else {
        let (trees, processes) = (trees.len(), list.processes.len());
        format!("{BOLD}{trees} agents, {processes} processes{BOLD:#}\n")
    };
    for (root, processes) in &trees {
        text.push_str(&head(*root, processes));
        let rows: Vec<Vec<String>> = processes.iter().map(|one| row(one, now)).collect();
        text.push_str(&table(&rows));
    }
    text.push_str(&format!("\n{BOLD}Not visible{BOLD:#}\n"));
    for what in &list.not_visible {
        text.push_str(&format!("  {what}\n"));
    }
    if !list.sensed {
        text.push_str(&format!(
            "{YELLOW}No sensor tells of processes{YELLOW:#}: `ringfence doctor` says why.\n"
        ));
    }
    text
}

fn head(root: u32, processes: &[&Process]) -> String {
    let first = processes.first();
    let agent = first.and_then(|one| one.agent);
    let agent = agent.map_or("agent", |agent| agent.title());
    let session = first.and_then(|one| one.session.as_ref());
    let session = session.map_or_else(
        || "no session yet".to_owned(),
        |session| format!("session {}", visible(session.as_str())),
    );
    let many = processes.len();
    format!("\n{BOLD}{agent}{BOLD:#} (process {root}), {session}, {many} in its tree\n")
}

fn row(one: &Process, now: Timestamp) -> Vec<String> {
    let call = match &one.call {
        None => "-".to_owned(),
        Some(call) => {
            let join = match call.join {
                Join::Exact => "exact",
                Join::Inferred => "inferred",
            };
            let said = one.said.as_deref().unwrap_or(call.id.as_str());
            let over = if one.outlives { ", call is over" } else { "" };
            format!("{} {DIM}({join}{over}){DIM:#}", short(said))
        }
    };
    let line = if one.line.is_empty() {
        one.executable.clone().unwrap_or_default()
    } else {
        one.line.clone()
    };
    vec![
        format!("  {}", one.pid),
        ago(one.began, now),
        short(&line),
        call,
    ]
}

fn short(text: &str) -> String {
    let shown = visible(text);
    if shown.chars().count() <= LONGEST {
        return shown;
    }
    let mut cut: String = shown.chars().take(LONGEST).collect();
    cut.push('…');
    cut
}
