//! `ringfence threats`: what was carried over the wire that should not have been.

use super::narrow::{nothing_yet, reader};
use crate::cli::Threats;
use crate::daemon::now;
use crate::output::{DIM, Exit, clock, print, print_json};
use crate::places::Places;
use anyhow::Result;
use ringfence_event::{
    Action, AgentKind, Direction, Event, Exchange, FoundKind, SessionId, Sign, Timestamp,
};
use ringfence_store::{EventFilter, Reader, StoredEvent, visible};
use serde::Serialize;

/// Exchanges that are looked at for the newest threats: few carry any.
const MOST_EXCHANGES: usize = 100_000;

/// One threat; the first seven fields are those of `ClawSec`'s log.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the log has these names")]
struct Threat {
    direction: &'static str,
    protocol: String,
    threat_type: &'static str,
    pattern: String,
    snippet: String,
    source: String,
    dest: String,
    timestamp: Timestamp,
    place: String,
    agent: Option<AgentKind>,
    session: Option<SessionId>,
    event: String,
}

pub(super) fn run(args: &Threats, places: &Places) -> Result<Exit> {
    let Some(store) = reader(places)? else {
        if args.json {
            print_json("threats", &Vec::<Threat>::new())?;
        } else {
            print(&nothing_yet(places))?;
        }
        return Ok(Exit::Done);
    };
    let mut threats = newest(&store, args.limit)?;
    threats.reverse();
    if args.json {
        print_json("threats", &threats)?;
    } else if threats.is_empty() {
        print("No threat was seen on the wire.\n")?;
    } else {
        let now = now();
        let text: String = threats.iter().map(|threat| entry(threat, now)).collect();
        print(&text)?;
    }
    Ok(Exit::Done)
}

/// The newest threats, the newest first.
fn newest(store: &Reader, limit: usize) -> Result<Vec<Threat>> {
    let mut threats = Vec::new();
    let mut looked = 0;
    let mut before = None;
    while threats.len() < limit && looked < MOST_EXCHANGES {
        let page = store.events(&EventFilter {
            kind: Some("http_exchange".to_owned()),
            before_seq: before,
            limit: Some(500),
            newest_first: true,
            ..EventFilter::default()
        })?;
        let Some(last) = page.last() else { break };
        before = Some(last.id.seq);
        looked += page.len();
        for stored in &page {
            threats.extend(of_event(stored).into_iter().rev());
        }
    }
    threats.truncate(limit);
    Ok(threats)
}

fn of_event(stored: &StoredEvent) -> Vec<Threat> {
    let event = &stored.event;
    let Action::HttpExchange { exchange } = &event.action else {
        return Vec::new();
    };
    let threat = |direction: Direction, threat_type, pattern: &str, snippet: &str, place: &str| {
        let (source, dest) = ends(event, exchange, direction);
        Threat {
            direction: direction.name(),
            protocol: exchange.scheme.clone(),
            threat_type,
            pattern: pattern.to_owned(),
            snippet: snippet.to_owned(),
            source,
            dest,
            timestamp: event.at,
            place: place.to_owned(),
            agent: event.agent,
            session: event.session.clone(),
            event: stored.id.to_string(),
        }
    };
    let found = exchange.found.iter().map(|found| {
        let kind = match found.what {
            FoundKind::Secret | FoundKind::Leak => "EXFIL",
            FoundKind::Injection => "INJECTION",
        };
        threat(
            found.direction,
            kind,
            &found.pattern,
            &found.snippet,
            &found.place,
        )
    });
    let foreign = |sign: &&Sign| matches!(sign, Sign::ForeignKey | Sign::ForeignOrganisation);
    let signs = exchange.signs.iter().filter(foreign);
    let signs = signs.map(|sign| threat(Direction::Outgoing, "EXFIL", sign.name(), "", "header"));
    found.chain(signs).collect()
}

/// Who sent it, and to whom.
fn ends(event: &Event, exchange: &Exchange, direction: Direction) -> (String, String) {
    let agent = event.agent.map_or("a program", AgentKind::title).to_owned();
    let far = match exchange.port {
        0 => exchange.host.clone(),
        port => format!("{}:{port}", exchange.host),
    };
    match direction {
        Direction::Outgoing => (agent, far),
        Direction::Incoming => (far, agent),
    }
}

fn entry(threat: &Threat, now: Timestamp) -> String {
    format!(
        "{DIM}{}{DIM:#}  {}  {}  {} {}  {DIM}{}{DIM:#}\n    {} → {}  {DIM}{}{DIM:#}\n",
        clock(threat.timestamp, now),
        threat.threat_type,
        threat.direction,
        visible(&threat.pattern),
        visible(&threat.snippet),
        threat.event,
        visible(&threat.source),
        visible(&threat.dest),
        visible(&threat.place),
    )
}
