//! `ringfence lock` and `unlock`: a session that may reach only what its user names.

use super::narrow::reader;
use super::person::{ask, only};
use crate::cli::Lock;
use crate::config::Config;
use crate::output::{Exit, GREEN, YELLOW, print};
use crate::places::Places;
use crate::sensor::denials::network;
use crate::sensor::locks::{Locks, is_released};
use crate::wire::{Request, Response};
use anyhow::{Context, Result, bail};
use ringfence_event::SessionId;
use ringfence_store::{SessionFilter, visible};

/// Most names and addresses that one session may reach.
const MOST: usize = 256;

pub(super) fn lock(args: &Lock, places: &Places) -> Result<Exit> {
    only(places)?;
    if args.allow.len() > MOST {
        bail!("`--allow` names more than {MOST} hosts");
    }
    for host in &args.allow {
        check(host)?;
    }
    let session = find(&args.session, places)?;
    let mut locks = Locks::load(places)?;
    locks.lock(session.clone(), args.allow.clone())?;
    locks.save(places)?;
    let mut text = format!(
        "{GREEN}Locked{GREEN:#}: session {} reaches loopback{} and nothing else.\n",
        visible(session.as_str()),
        match args.allow.as_slice() {
            [] => String::new(),
            hosts => format!(", {}", visible(&hosts.join(", "))),
        }
    );
    text.push_str(&not_in_force(places)?);
    print(&text)?;
    Ok(Exit::Done)
}

pub(super) fn unlock(session: &str, places: &Places) -> Result<Exit> {
    only(places)?;
    let mut locks = Locks::load(places)?;
    let named: Vec<SessionId> = (locks.0.keys())
        .filter(|one| one.as_str().starts_with(session))
        .cloned()
        .collect();
    let [one] = named.as_slice() else {
        bail!("{} locked sessions begin with `{session}`", named.len());
    };
    locks.0.remove(one);
    locks.save(places)?;
    tell(places);
    print(&format!(
        "Unlocked: session {} reaches what it did before.\n",
        visible(one.as_str())
    ))?;
    Ok(Exit::Done)
}

/// A name or a network: anything else would be a name that nobody ever asks for.
fn check(host: &str) -> Result<()> {
    let is_name = !host.is_empty()
        && host
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || b".-_".contains(&letter));
    if network(host).is_none() && !is_name {
        bail!(
            "`{}` is no host\nhint: name hosts as `example.org`, addresses as `192.0.2.1` or `192.0.2.0/24`",
            visible(host)
        );
    }
    Ok(())
}

/// The one session that begins so.
fn find(session: &str, places: &Places) -> Result<SessionId> {
    let none = || format!("no session begins with `{}`", visible(session));
    let store = reader(places)?.with_context(none)?;
    let found = store.sessions(&SessionFilter {
        session: Some(session.to_owned()),
        limit: Some(2),
        ..SessionFilter::default()
    })?;
    match found.as_slice() {
        [one] => Ok(one.session.clone()),
        [] => bail!("{}\nhint: `ringfence sessions` lists them", none()),
        [one, other, ..] => bail!(
            "`{}` may be the session `{}` or `{}`\nhint: type more of it",
            visible(session),
            one.session,
            other.session
        ),
    }
}

/// Lets the daemon load it; returns what keeps it from being in force.
fn not_in_force(places: &Places) -> Result<String> {
    tell(places);
    let why = match ask(places, &Request::Ping) {
        Ok(Response::Pong { status }) => {
            if is_released(places) {
                Some(
                    "all denials are lifted: `ringfence release --undo` takes that back".to_owned(),
                )
            } else if status.sensor.connected || status.sensor.fenced > 0 {
                None
            } else {
                status.sensor.why
            }
        }
        _ => Some("the daemon is not up".to_owned()),
    };
    let socket = Config::load(&places.config_file())?.sensor;
    Ok(why.map_or_else(String::new, |why| {
        format!(
            "{YELLOW}Not in force yet:{YELLOW:#} {}\n(the sensor's socket is `{}`)\n",
            why.replace('\n', "\n  "),
            socket.display()
        )
    }))
}

fn tell(places: &Places) {
    // Without a daemon, its next start reads it.
    ask(places, &Request::Reload).map(drop).unwrap_or_default();
}
