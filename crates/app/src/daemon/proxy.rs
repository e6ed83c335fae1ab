//! The proxy in the daemon: runs while the user wants it, is read, and its words are kept as events.
//!
//! **Invariant:** it has threads of its own, and what it read is judged when it has passed; only what a
//! rule could deny waits for it (`gate`). Without it the guard still stands, so that a failure is told and
//! not fatal. Connections end only where how they are made changes.

#[cfg(target_os = "linux")]
mod clients;
mod gate;
mod ledger;
mod words;

use super::{Shared, log, now};
use crate::config::ProxyConfig;
use crate::overheard;
use crate::wire::Refused;
use anyhow::{Context, Result};
use ringfence_proxy::reading::{Examiner, Readers};
use ringfence_proxy::{
    Authority, Control, Hosts, Notices, Opened, Pieces, Running, Settings, Why, write_bundle,
};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Most events that are kept at once.
const BATCH: usize = 64;

/// The proxy, if there is one.
#[derive(Default)]
pub(super) struct Proxy {
    state: Mutex<State>,
    /// Held by who changes it.
    changing: Mutex<()>,
}

#[derive(Default)]
struct State {
    running: Option<Running>,
    config: ProxyConfig,
    why: Option<String>,
    renewed: Option<String>,
    /// The version of its authority.
    version: u32,
}

impl Proxy {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why it does not run, if it should, and whether its authority is another than before.
    pub(super) fn problems(&self) -> Vec<String> {
        let state = self.state();
        let control = state.running.as_ref().and_then(Running::control);
        let full = control.and_then(full);
        let known = state.why.iter().chain(&state.renewed).cloned();
        known.chain(full).collect()
    }

    /// Where it listens.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.state().running.as_ref().map(Running::address)
    }

    /// Which programs refuse to be read, and by which hosts' names.
    pub(super) fn refusals(&self) -> Vec<Refused> {
        let state = self.state();
        let control = state.running.as_ref().and_then(Running::control);
        let refusals = control.map(Control::refusals).unwrap_or_default();
        let refusals = refusals.into_iter();
        refusals
            .map(|(program, host)| Refused { program, host })
            .collect()
    }
}

/// Looks what the user wants: starts the proxy, changes it, or ends it.
pub(super) fn look(shared: &Arc<Shared>) {
    let changing = &shared.proxy.changing;
    let _changing = changing.lock().unwrap_or_else(PoisonError::into_inner);
    let config = shared.judge().config.proxy.clone();
    let mut state = shared.proxy.state();
    if state.running.is_some() && state.config.is_made_as(&config) {
        let hosts_changed = state.config.hosts() != config.hosts();
        state.config = config;
        if let Err(error) = follow(shared, &mut state, hosts_changed) {
            state.why = Some(format!("the proxy keeps its old authority: {error:#}"));
        }
        return;
    }
    let before = state.running.take();
    state.why = None;
    drop(state);
    // Its readers may wait for this state.
    drop(before);
    if !config.enabled {
        shared.proxy.state().config = config;
        return;
    }
    let started = start(shared, &config);
    let mut state = shared.proxy.state();
    match started {
        Ok(started) => {
            state.running = Some(started.running);
            state.renewed = started.renewed;
            state.version = started.version;
        }
        Err(error) => {
            let why = format!("the proxy does not run: {error:#}").replace('\n', " ");
            log(&format!("warning: {why}"));
            state.why = Some(why);
        }
    }
    state.config = config;
}

/// Ends the proxy, and keeps what its readers know by then.
pub(super) fn stop(shared: &Shared) {
    let before = shared.proxy.state().running.take();
    drop(before);
}

/// Takes other hosts, and the authority that stands now, if somebody made another.
fn follow(shared: &Shared, state: &mut State, hosts_changed: bool) -> Result<()> {
    state.why = None;
    let folder = shared.places.authority();
    let standing = Authority::standing_in(&folder)?;
    let same = standing.is_some_and(|standing| standing.version == state.version);
    if same && !hosts_changed {
        return Ok(());
    }
    let hosts = state.config.hosts();
    let (authority, opened) = Authority::open(&folder, &hosts, now())?;
    write_bundle(&folder, authority.standing(), &state.config.roots)?;
    state.version = authority.standing().version;
    state.renewed = renewed(&opened);
    if let Some(control) = state.running.as_ref().and_then(Running::control) {
        control.replace(hosts, Arc::new(authority));
    }
    Ok(())
}

/// A proxy that was started.
struct Started {
    running: Running,
    renewed: Option<String>,
    version: u32,
}

fn start(shared: &Arc<Shared>, config: &ProxyConfig) -> Result<Started> {
    let hosts = config.hosts();
    let folder = shared.places.authority();
    let (authority, opened) = Authority::open(&folder, &hosts, now())?;
    write_bundle(&folder, authority.standing(), &config.roots)?;
    let version = authority.standing().version;
    let ledger = ledger::OfSessions::new(Arc::downgrade(shared));
    let examiner = overheard::examiner(&shared.places, Box::new(ledger))?;
    let settings = settings(shared, config, hosts, &examiner);
    let (running, pieces, notices) = Running::start(settings, Arc::new(authority))
        .context("choose another `port` below `[proxy]` in the configuration")?;
    read(shared, examiner, pieces)?;
    listen(shared, notices)?;
    Ok(Started {
        running,
        renewed: renewed(&opened),
        version,
    })
}

/// What a person must know of clients for whom there was no room.
fn full(control: &Control) -> Option<String> {
    let (away, room) = (control.turned_away(), control.room());
    let hint = if room < Settings::MOST {
        "; the system lets one process open too few files (`ulimit -Hn`)"
    } else {
        ""
    };
    (away > 0).then(|| {
        format!("the proxy turned {away} connections away: there is room for {room} at once{hint}")
    })
}

fn settings(
    shared: &Arc<Shared>,
    config: &ProxyConfig,
    hosts: Hosts,
    examiner: &Arc<Examiner>,
) -> Settings {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, config.port));
    let mut settings = Settings::new(listen, hosts);
    settings.upstream = config.upstream();
    let guard = gate::Guard::new(Arc::downgrade(shared), Arc::clone(examiner));
    settings.gate = Some(Arc::new(guard));
    #[cfg(target_os = "linux")]
    {
        settings.clients = Some(Arc::new(clients::Sockets::new(Arc::downgrade(shared))));
    }
    settings
}

/// What a person must know of an authority that is another than before.
fn renewed(opened: &Opened) -> Option<String> {
    let why = match opened {
        Opened::Kept | Opened::Made(Why::First) => return None,
        Opened::Made(Why::EndsSoon) => "the one before ended soon".to_owned(),
        Opened::Made(Why::MoreHosts(more)) => {
            format!("the one before may not sign for {}", more.join(", "))
        }
    };
    Some(format!(
        "the proxy has a new certificate authority, since {why}: whoever was told to trust the one before must be told again"
    ))
}

/// Reads what passes, on a thread of its own that ends with the proxy.
fn read(shared: &Arc<Shared>, examiner: Arc<Examiner>, mut pieces: Pieces) -> Result<()> {
    let shared = Arc::clone(shared);
    let run = move || {
        let mut readers = Readers::new(examiner);
        while let Some(piece) = pieces.blocking_next() {
            let mut events = Vec::new();
            let mut next = Some(piece);
            while let Some(piece) = next {
                let told = readers.take(piece).into_iter();
                events.extend(told.filter_map(|told| words::of_told(&shared, told)));
                next = (events.len() < BATCH).then(|| pieces.try_next()).flatten();
            }
            keep(&shared, events);
        }
    };
    thread::Builder::new()
        .name("proxy reader".to_owned())
        .spawn(run)
        .context("failed to start a thread")?;
    Ok(())
}

/// Hears what the proxy says about itself, on a thread of its own that ends with the proxy.
fn listen(shared: &Arc<Shared>, mut notices: Notices) -> Result<()> {
    let shared = Arc::clone(shared);
    let run = move || {
        while let Some(notice) = notices.blocking_next() {
            keep(&shared, vec![words::of_notice(&shared, notice)]);
        }
    };
    thread::Builder::new()
        .name("proxy notices".to_owned())
        .spawn(run)
        .context("failed to start a thread")?;
    Ok(())
}

fn keep(shared: &Shared, events: Vec<ringfence_event::Event>) {
    if !events.is_empty()
        && let Err(error) = shared.hear(events)
    {
        log(&format!(
            "warning: what the proxy read is not kept: {error}"
        ));
    }
}
