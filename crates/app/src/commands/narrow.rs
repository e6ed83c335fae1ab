//! What lists are narrowed by, read from the command line; and the store they read.

use crate::cli::Narrow;
use crate::daemon::now;
use crate::output;
use crate::places::Places;
use anyhow::{Context, Result, bail};
use ringfence_event::{AgentKind, Timestamp};
use ringfence_store::Reader;

/// Reads the name of an agent.
pub(super) fn agent(name: &str) -> Result<AgentKind> {
    one_of(name, &AgentKind::ALL)
}

/// Reads the name of an agent that has hooks.
pub(super) fn hooked(name: &str) -> Result<AgentKind> {
    one_of(name, &AgentKind::HOOKED)
}

/// Reads the name of one of these agents.
pub(super) fn one_of(name: &str, agents: &[AgentKind]) -> Result<AgentKind> {
    let found = AgentKind::from_name(name).filter(|agent| agents.contains(agent));
    found.with_context(|| {
        let known: Vec<&str> = agents.iter().map(|agent| agent.name()).collect();
        format!(
            "no agent is called `{name}`\nhint: use one of {}",
            known.join(", ")
        )
    })
}

/// The three filters that every list has.
pub(super) fn narrow(args: &Narrow) -> Result<(Option<AgentKind>, Option<Timestamp>)> {
    let agent = args.agent.as_deref().map(agent).transpose()?;
    let since = args
        .since
        .as_deref()
        .map(|text| output::since(text, now()))
        .transpose()?;
    Ok((agent, since))
}

/// Most findings or sessions that one answer of the store holds.
const MOST: usize = 10_000;

/// How many at the most; more than one answer holds is an error, not a short list.
pub(super) fn limit(args: &Narrow) -> Result<usize> {
    if args.limit > MOST {
        bail!(
            "`--limit {}` is more than {MOST}\nhint: narrow it down with --since",
            args.limit
        );
    }
    Ok(args.limit)
}

/// One of a fixed set of words.
pub(super) fn word<T>(what: &str, text: &str, found: Option<T>, known: &[&str]) -> Result<T> {
    found.with_context(|| {
        format!(
            "no {what} is called `{text}`\nhint: use one of {}",
            known.join(", ")
        )
    })
}

/// Opens the store to read; `None` on a machine where nothing was recorded yet.
pub(super) fn reader(places: &Places) -> Result<Option<Reader>> {
    Reader::open(&places.folders()).context("failed to open the store")
}

/// What an empty list says.
pub(super) fn nothing_yet(places: &Places) -> String {
    if crate::hooked::hooked(places).is_empty() {
        "Nothing is recorded yet, and no agent is hooked.\nhint: `ringfence install --all`, then `ringfence up --detach`\n".to_owned()
    } else {
        "Nothing is recorded yet. The first event comes with the next tool call of a hooked agent.\n".to_owned()
    }
}
