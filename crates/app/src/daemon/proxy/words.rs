//! What the proxy saw, as events: who did it comes from the connection, what from the readers.

use super::super::Shared;
use super::super::overheard::owner;
use ringfence_event::{
    Action, Ending, Event, EventKey, Exchange, Handling, Labels, Sign, Source, Timestamp,
};
use ringfence_proxy::reading::Told;
use ringfence_proxy::{Client, Happened, Notice, Unread};

/// An event of what was said in an exchange.
pub(super) fn of_told(shared: &Shared, told: Told) -> Event {
    let client = told.connection.client.as_ref();
    let event = event(shared, told.at, client, told.action);
    Event {
        call: told.call,
        ..event
    }
}

/// An event of what the proxy says about itself.
pub(super) fn of_notice(shared: &Shared, notice: Notice) -> Event {
    let mut exchange = Exchange {
        protocol: "tcp".to_owned(),
        scheme: "https".to_owned(),
        host: notice.host,
        port: notice.port,
        method: "CONNECT".to_owned(),
        handling: Handling::Tunnelled,
        ..Exchange::default()
    };
    let mut rest = serde_json::Map::new();
    match notice.what {
        Happened::Tunnelled(tunnel) => {
            exchange.sent = tunnel.sent;
            exchange.received = tunnel.received;
            let lasted = notice.at.0.saturating_sub(tunnel.began.0) / 1000;
            exchange.milliseconds = u64::try_from(lasted).unwrap_or(0);
            exchange.signs = match tunnel.why {
                Unread::NotListed | Unread::OtherProtocol => Vec::new(),
                Unread::Mismatch => vec![Sign::NameMismatch],
                Unread::RefusedBefore => vec![Sign::RefusesInspection],
            };
            rest.extend(
                tunnel
                    .greeted
                    .map(|name| ("greeted".to_owned(), name.into())),
            );
        }
        Happened::Mismatch { greeted } => {
            exchange.signs = vec![Sign::NameMismatch];
            rest.insert("greeted".to_owned(), greeted.into());
        }
        Happened::RefusesInspection => {
            exchange.signs = vec![Sign::RefusesInspection];
            exchange.ending = Ending::Cut;
        }
        Happened::Unreachable { reason } => {
            exchange.status = Some(502);
            exchange.ending = Ending::Unanswered;
            rest.insert("reason".to_owned(), reason.into());
        }
        Happened::Denied { reason } => {
            exchange.status = Some(403);
            exchange.handling = Handling::Blocked;
            rest.insert("reason".to_owned(), reason.into());
        }
    }
    let action = Action::HttpExchange {
        exchange: Box::new(exchange),
    };
    let client = notice.client.as_ref();
    Event {
        rest,
        ..event(shared, notice.at, client, action)
    }
}

fn event(shared: &Shared, at: Timestamp, client: Option<&Client>, action: Action) -> Event {
    Event {
        key: EventKey(uuid::Uuid::now_v7()),
        at,
        source: Source::Proxy,
        agent: client.and_then(|client| owner(shared, client.process.pid).agent),
        moment: None,
        session: client.and_then(|client| client.session.clone()),
        call: None,
        process: client.map(|client| client.process.clone()),
        cwd: None,
        action,
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    }
}
