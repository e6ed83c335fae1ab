//! Which sessions touched a file, a host or a program.
//!
//! **Invariant:** at most [`MOST_EVENTS`] events are looked at for each, the newest ones.

use super::SessionQuery;
use crate::failure::Failure;
use ringfence_event::{Action, Event, SessionId};
use ringfence_store::{EventFilter, Reader};
use std::collections::BTreeSet;

/// Events that are looked at.
const MOST_EVENTS: usize = 5000;

/// Events that are in memory at once.
const AT_ONCE: usize = 250;

/// Sessions that were found.
pub(super) struct Sessions {
    pub(super) ids: BTreeSet<SessionId>,
    /// Set when there was more to look through.
    pub(super) more: bool,
}

/// Returns the sessions that touched all that is asked for; `None` if nothing is.
pub(super) fn sessions(reader: &Reader, query: &SessionQuery) -> Result<Option<Sessions>, Failure> {
    let asked = [
        (&query.file, has_file as fn(&Event, &str) -> bool),
        (&query.host, has_host),
        (&query.process, has_program),
    ];
    let mut found: Option<Sessions> = None;
    for (text, has) in asked {
        let Some(text) = text else { continue };
        let one = having(reader, query, text, has)?;
        found = Some(match found {
            None => one,
            Some(before) => Sessions {
                ids: before.ids.intersection(&one.ids).cloned().collect(),
                more: before.more || one.more,
            },
        });
    }
    Ok(found)
}

fn having(
    reader: &Reader,
    query: &SessionQuery,
    text: &str,
    has: fn(&Event, &str) -> bool,
) -> Result<Sessions, Failure> {
    let mut found = Sessions {
        ids: BTreeSet::new(),
        more: false,
    };
    let low = text.to_lowercase();
    let all = EventFilter {
        agent: query.agent,
        since: query.since,
        newest_first: true,
        limit: Some(AT_ONCE),
        ..EventFilter::default()
    };
    // What the kernel saw is found by its subject, what was said by its words.
    let by_subject = EventFilter {
        subject: Some(text.to_owned()),
        ..all.clone()
    };
    // A command names a file as seen from where it runs: its last part always stands there.
    let words = text.rsplit('/').next().unwrap_or(text);
    let by_words = EventFilter {
        text: Some(words.to_owned()),
        ..all
    };
    for mut filter in [by_subject, by_words] {
        let mut left = MOST_EVENTS;
        loop {
            let events = reader.events(&filter)?;
            let Some(last) = events.last() else { break };
            filter.before_seq = Some(last.id.seq);
            left = left.saturating_sub(events.len());
            let fits = events.into_iter().filter(|stored| has(&stored.event, &low));
            found
                .ids
                .extend(fits.filter_map(|stored| stored.event.session));
            if left == 0 {
                found.more = true;
                break;
            }
        }
    }
    Ok(found)
}

fn has_file(event: &Event, text: &str) -> bool {
    let labels = event.labels.files.iter();
    let mut paths = labels.flat_map(|file| [file.full.as_str(), file.path.as_str()]);
    let own = match &event.action {
        Action::File { path, .. } => Some(path.as_str()),
        Action::ConfigChange { path, .. } => path.as_deref(),
        _ => None,
    };
    paths.any(|path| contains(path, text)) || own.is_some_and(|path| contains(path, text))
}

fn has_host(event: &Event, text: &str) -> bool {
    let own = match &event.action {
        Action::Connect { address, .. } => Some(address.as_str()),
        Action::DnsQuery { name, .. } => Some(name.as_str()),
        Action::HttpExchange { exchange } => Some(exchange.host.as_str()),
        _ => None,
    };
    let mut hosts = event.labels.hosts.iter();
    hosts.any(|host| contains(&host.host, text)) || own.is_some_and(|host| contains(host, text))
}

fn has_program(event: &Event, text: &str) -> bool {
    let own = event
        .process
        .as_ref()
        .and_then(|one| one.executable.as_deref());
    let started = match &event.action {
        Action::Exec { argv, .. } => argv.first().map(String::as_str),
        _ => None,
    };
    let mut programs = event.labels.commands.iter().map(|one| one.program.as_str());
    programs.any(|program| contains(program, text))
        || [own, started]
            .into_iter()
            .flatten()
            .any(|program| contains(program, text))
}

fn contains(whole: &str, text: &str) -> bool {
    whole.to_lowercase().contains(text)
}
