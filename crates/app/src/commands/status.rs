//! `ringfence status`: what is guarded, by what was last heard of it, and what is not seen.
//!
//! **Invariant:** an agent is called live because an event came from it, never because
//! a hook is installed.

mod history;
mod sensor;
pub(super) mod telemetry;

use super::narrow::reader;
use super::person::ask;
use crate::cli::Json;
use crate::daemon::now;
use crate::hooked::{self, Hooked};
use crate::judge::Judge;
use crate::output::{BOLD, DIM, Exit, GREEN, YELLOW, ago, print, print_json, table};
use crate::places::Places;
use crate::trusted::FilesStatus;
use crate::wire::{DaemonStatus, Request, Response};
use anyhow::Result;
use ringfence_event::{AgentKind, Timestamp};
use ringfence_store::LastHook;
use serde::Serialize;

/// What no layer of this version sees, whatever the agent.
const NOT_VISIBLE: &str = "agents that are not listed here";

#[derive(Serialize)]
pub(super) struct Status {
    version: &'static str,
    mode: &'static str,
    rules: usize,
    pub(super) daemon: Option<DaemonStatus>,
    events: i64,
    /// Events on disk that no daemon has taken in yet.
    pub(super) waiting: usize,
    pub(super) agents: Vec<Agent>,
    /// The agents that were told to export telemetry.
    pub(super) telemetry: Vec<telemetry::Exporting>,
    pub(super) problems: Vec<String>,
    pub(super) not_visible: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Agent {
    #[serde(rename = "agent")]
    pub(super) kind: AgentKind,
    pub(super) used_here: bool,
    settings: String,
    pub(super) hooks: Hooks,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<LastHook>,
    /// What the user still has to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
    not_visible: &'static [&'static str],
}

/// What is known of an agent's hooks.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Hooks {
    /// An event came through them.
    Live,
    /// They stand in the settings, and nothing came yet.
    Silent,
    /// They stand in the settings, but cannot work as they are.
    Broken,
    /// They do not stand in the settings.
    Absent,
}

pub(super) fn run(args: &Json, places: &Places) -> Result<Exit> {
    let status = gather(places)?;
    if args.json {
        print_json("status", &status)?;
    } else {
        print(&text(&status))?;
    }
    Ok(Exit::Done)
}

pub(super) fn gather(places: &Places) -> Result<Status> {
    let daemon = match ask(places, &Request::Ping) {
        Ok(Response::Pong { status }) => Some(*status),
        _ => None,
    };
    let (last, events) = match reader(places)? {
        Some(store) => (store.last_hooks()?, store.last_seq()?),
        None => (Vec::new(), 0),
    };
    let judge = Judge::load(places)?;
    // A daemon may go on with rules that do not stand there any more.
    let rules = judge.rules.rules().count();
    let rules = daemon.as_ref().map_or(rules, |daemon| daemon.rules);
    // It knows of its own troubles, too.
    let problems = match &daemon {
        Some(daemon) => daemon.problems.clone(),
        None => judge.problems.clone(),
    };
    let exporting = telemetry::gather(places, daemon.as_ref());
    let sensor = daemon.as_ref().map(|daemon| daemon.sensor.clone());
    let mut not_visible = sensor.unwrap_or_default().blind_spots();
    let is_read = daemon.as_ref().is_some_and(|daemon| daemon.proxy.is_some());
    let sent = if is_read {
        "what agents send past the proxy"
    } else {
        "what agents send over the network"
    };
    not_visible.extend([sent, NOT_VISIBLE].map(str::to_owned));
    let refused = daemon.iter().flat_map(|daemon| &daemon.refused);
    not_visible.extend(refused.map(|refused| {
        let program = refused.program.as_deref().unwrap_or("a program");
        format!(
            "what {program} says to {}: it refuses inspection, as it takes no certificate of ours",
            refused.host
        )
    }));
    Ok(Status {
        version: env!("CARGO_PKG_VERSION"),
        mode: judge.config.mode.name(),
        rules,
        daemon,
        events,
        waiting: waiting(places),
        agents: AgentKind::HOOKED
            .into_iter()
            .map(|agent| look(agent, places, &last))
            .collect(),
        telemetry: exporting,
        problems,
        not_visible,
    })
}

fn look(agent: AgentKind, places: &Places, last: &[LastHook]) -> Agent {
    let last = last.iter().find(|hook| hook.agent == agent).cloned();
    let seen = hooked::look(agent, places);
    let hooks = match seen.hooked {
        Hooked::Whole if last.is_some() => Hooks::Live,
        Hooked::Whole => Hooks::Silent,
        Hooked::Broken => Hooks::Broken,
        Hooked::Absent => Hooks::Absent,
    };
    let next = match hooks {
        Hooks::Live => None,
        Hooks::Silent => ringfence_agents::after_install(agent).map(str::to_owned),
        Hooks::Broken => Some(format!("run `ringfence install {agent}` again")),
        Hooks::Absent => Some(format!("run `ringfence install {agent}`")),
    };
    Agent {
        kind: agent,
        used_here: seen.used_here,
        settings: seen.settings.display().to_string(),
        hooks,
        why: seen.why,
        last,
        next,
        not_visible: ringfence_agents::blind_spots(agent),
    }
}

fn text(status: &Status) -> String {
    let now = now();
    let mut text = format!(
        "{BOLD}Ringfence {}{BOLD:#}  mode {}, {} rules, {} events kept\n",
        status.version, status.mode, status.rules, status.events
    );
    text.push_str(&daemon(status, now));
    for problem in &status.problems {
        text.push_str(&format!(
            "{YELLOW}warning:{YELLOW:#} {}\n",
            problem.replace('\n', "\n  ")
        ));
    }
    text.push('\n');
    let rows: Vec<Vec<String>> = status
        .agents
        .iter()
        .filter(|agent| agent.used_here || agent.hooks != Hooks::Absent || agent.last.is_some())
        .map(|agent| row(agent, now))
        .collect();
    if rows.is_empty() {
        text.push_str("No agent that Ringfence knows is used here.\n");
    }
    text.push_str(&table(&rows));
    for agent in &status.agents {
        let named = agent.used_here || agent.hooks != Hooks::Absent;
        if let Some(next) = agent.next.as_ref().filter(|_| named) {
            text.push_str(&format!("  {}: {next}\n", agent.kind.title()));
        }
    }
    text.push_str(&format!("\n{BOLD}Not visible{BOLD:#}\n"));
    for what in &status.not_visible {
        text.push_str(&format!("  everywhere: {what}\n"));
    }
    for agent in status
        .agents
        .iter()
        .filter(|agent| agent.hooks == Hooks::Live)
    {
        for what in agent.not_visible {
            text.push_str(&format!("  {}: {what}\n", agent.kind.title()));
        }
    }
    text
}

/// How many events hook clients have spooled.
fn waiting(places: &Places) -> usize {
    let folders = places.folders();
    std::iter::once(folders.spool)
        .chain(folders.overflow)
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .flatten()
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|ending| ending == "json")
        })
        .count()
}

fn daemon(status: &Status, now: Timestamp) -> String {
    let Some(daemon) = &status.daemon else {
        return format!(
            "{YELLOW}Daemon away{YELLOW:#}: hooks judge by themselves, {} on disk. Start it: ringfence up --detach\n",
            match status.waiting {
                0 => "their events wait".to_owned(),
                1 => "1 event waits".to_owned(),
                waiting => format!("{waiting} events wait"),
            }
        );
    };
    let mut text = format!(
        "{GREEN}Daemon up{GREEN:#} (process {}), started {}, {} decisions\n",
        daemon.pid,
        ago(daemon.since, now),
        daemon.decisions
    );
    if let Some(address) = &daemon.address {
        text.push_str(&format!("Dashboard on {address}: `ringfence open`\n"));
    }
    if let Some(address) = &daemon.proxy {
        text.push_str(&format!(
            "Proxy on {address}: `ringfence exec -- AGENT` goes through it\n"
        ));
    }
    text.push_str(&files(&daemon.files));
    text.push_str(&sensor::lines(&daemon.sensor, now));
    text.push_str(&history::lines(&daemon.history, now));
    text.push_str(&telemetry::lines(&status.telemetry, daemon, now));
    if let Some(error) = daemon
        .store
        .get("last_error")
        .and_then(|error| error.as_str())
    {
        text.push_str(&format!("{YELLOW}Store in trouble:{YELLOW:#} {error}\n"));
    }
    text
}

/// The files that agents obey: how many are watched, and whether one waits for its user.
fn files(files: &FilesStatus) -> String {
    if !files.ready {
        return "Files that agents obey: still looking for them\n".to_owned();
    }
    let mut text = format!(
        "Files that agents obey: {} known, {} directories watched",
        files.files, files.watched
    );
    if files.unwatched > 0 {
        text.push_str(&format!(", {} only looked at", files.unwatched));
    }
    match files.pending {
        0 => text.push('\n'),
        pending => text.push_str(&format!(
            ", {YELLOW}{pending} not as approved{YELLOW:#}: `ringfence files`\n"
        )),
    }
    text
}

fn row(agent: &Agent, now: Timestamp) -> Vec<String> {
    let state = match agent.hooks {
        Hooks::Live => format!("{GREEN}live{GREEN:#}"),
        Hooks::Silent => format!("{YELLOW}hooked, nothing heard yet{YELLOW:#}"),
        Hooks::Broken => format!("{YELLOW}hooks do not work{YELLOW:#}"),
        Hooks::Absent => format!("{YELLOW}not hooked{YELLOW:#}"),
    };
    let heard = agent.last.as_ref().map_or_else(String::new, |last| {
        format!(
            "{} {}{DIM}, {} events{DIM:#}",
            last.moment.as_deref().unwrap_or("event"),
            ago(last.at, now),
            last.total
        )
    });
    vec![
        agent.kind.title().to_owned(),
        state,
        agent.why.clone().unwrap_or(heard),
    ]
}
