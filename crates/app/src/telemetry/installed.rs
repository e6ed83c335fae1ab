//! What `install --telemetry` wrote, one small file for each agent: how to undo it, and where the
//! user's own collector is.
//!
//! **Invariant:** while there is no such file, nothing listens.

use crate::places::{Places, private_dir, write_private};
use anyhow::{Context, Result, bail};
use ringfence_agents::{Collector, Replaced};
use ringfence_event::AgentKind;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;

/// Largest of these files, in bytes: it holds a settings file twice.
const LARGEST: u64 = 20 << 20;

/// What was written for one agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Installed {
    /// What was edited; nothing where only the user can set variables.
    pub(crate) edit: Option<Edit>,
    /// Where the user's own collector takes each signal.
    pub(crate) collector: Collector,
}

/// An edit of a settings file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Edit {
    pub(crate) path: PathBuf,
    /// The text before; `None` if there was no file.
    pub(crate) before: Option<String>,
    /// The text that was written.
    pub(crate) after: String,
    /// What was changed in it, in order, for when others have edited it since.
    pub(crate) replaced: Vec<Replaced>,
    /// The directory, if it was made for the file.
    pub(crate) folder: Option<PathBuf>,
}

fn file(agent: AgentKind, places: &Places) -> PathBuf {
    places.telemetry().join(format!("{agent}.json"))
}

/// Reads what was written for an agent; `None` if nothing was.
pub(crate) fn load(agent: AgentKind, places: &Places) -> Result<Option<Installed>> {
    let path = file(agent, places);
    let failed = || format!("failed to read `{}`", path.display());
    match fs::metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(failed),
        Ok(found) if found.len() > LARGEST => bail!("`{}` is too large", path.display()),
        Ok(_) => {}
    }
    let text = fs::read(&path).with_context(failed)?;
    serde_json::from_slice(&text)
        .map(Some)
        .with_context(|| format!("`{}` is broken", path.display()))
}

/// Keeps what was written for an agent.
pub(crate) fn keep(agent: AgentKind, places: &Places, installed: &Installed) -> Result<()> {
    private_dir(&places.state)?;
    private_dir(&places.telemetry())?;
    let path = file(agent, places);
    write_private(&path, &serde_json::to_vec_pretty(installed)?, 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))
}

/// Forgets it, once it is undone.
pub(crate) fn forget(agent: AgentKind, places: &Places) -> Result<()> {
    let path = file(agent, places);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("failed to remove `{}`", path.display()))
        }
        _ => Ok(()),
    }
}

/// Where telemetry is received. With a port of 0 it is one that was free once, and then the same
/// again: agents' settings name it.
pub(crate) fn address(places: &Places, port: u16) -> Result<SocketAddr> {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    if port != 0 {
        return Ok(loopback(port));
    }
    let path = places.telemetry_address();
    let failed = || format!("failed to read `{}`", path.display());
    match fs::read_to_string(&path) {
        Ok(text) => {
            let known: SocketAddr = text.trim().parse().with_context(failed)?;
            return Ok(loopback(known.port()));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(failed),
    }
    let free = TcpListener::bind(loopback(0)).and_then(|listener| listener.local_addr());
    let free = free.context("no port is free")?;
    private_dir(&places.state)?;
    private_dir(&places.telemetry())?;
    write_private(&path, format!("{free}\n").as_bytes(), 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))?;
    Ok(free)
}

/// The agents that were told to export.
pub(crate) fn agents(places: &Places) -> Vec<AgentKind> {
    AgentKind::ALL
        .into_iter()
        .filter(|agent| file(*agent, places).exists())
        .collect()
}
