//! What the proxy saw, as events: who did it comes from the connection, what from the readers.

use super::super::Shared;
use super::super::overheard::owner;
use crate::overheard;
use ringfence_event::{
    Action, AgentKind, Ending, Event, EventKey, Exchange, Handling, Labels, Operation, SessionId,
    Sign, Source, Timestamp,
};
use ringfence_proxy::reading::Told;
use ringfence_proxy::{Client, Happened, Notice, Unread};
use serde_json::{Map, Value};

/// An event of what was said in an exchange; none of what an agent itself says in its user's place.
pub(super) fn of_told(shared: &Shared, told: Told) -> Option<Event> {
    let (agent, session) = whose(shared, told.connection.client.as_ref());
    if let (Action::Prompt { text }, Some(agent)) = (&told.action, agent)
        && ringfence_agents::is_own_words(agent, text)
    {
        return None;
    }
    let mut event = overheard::event(told, agent, session);
    match &mut event.action {
        Action::HttpExchange { exchange } => {
            exchange.peer = shared.judge().config.proxy.peer(&exchange.host);
        }
        Action::ToolCall { tool } | Action::ToolResult { tool, .. } => {
            if let (Some(agent), Operation::Other) = (agent, &tool.operation) {
                tool.operation = ringfence_agents::meant(agent, &tool.name, &tool.input);
            }
            if let (Some(agent), Some(call)) = (agent, &mut event.call) {
                call.id.0 = ringfence_agents::own_call_id(agent, &tool.name, &call.id.0);
            }
        }
        _ => {}
    }
    Some(event)
}

/// An event of what the proxy says about itself.
pub(super) fn of_notice(shared: &Shared, notice: Notice) -> Event {
    let mut exchange = Exchange {
        protocol: "tcp".to_owned(),
        scheme: "https".to_owned(),
        peer: shared.judge().config.proxy.peer(&notice.host),
        host: notice.host,
        port: notice.port,
        method: "CONNECT".to_owned(),
        handling: Handling::Tunnelled,
        ..Exchange::default()
    };
    let mut rest = Map::new();
    tell(notice.what, notice.at, &mut exchange, &mut rest);
    let client = notice.client.as_ref();
    let (agent, session) = whose(shared, client);
    Event {
        key: EventKey(uuid::Uuid::now_v7()),
        at: notice.at,
        source: Source::Proxy,
        agent,
        moment: None,
        session,
        call: None,
        process: client.map(|client| client.process.clone()),
        cwd: None,
        action: Action::HttpExchange {
            exchange: Box::new(exchange),
        },
        labels: Labels::default(),
        rest,
    }
}

/// Says what happened.
fn tell(what: Happened, at: Timestamp, exchange: &mut Exchange, rest: &mut Map<String, Value>) {
    match what {
        Happened::Tunnelled(tunnel) => {
            exchange.sent = tunnel.sent;
            exchange.received = tunnel.received;
            let lasted = at.0.saturating_sub(tunnel.began.0) / 1000;
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
        Happened::Full { reason } => {
            exchange.status = Some(503);
            exchange.ending = Ending::Unanswered;
            rest.insert("reason".to_owned(), reason.into());
        }
        Happened::Denied { reason } => {
            exchange.status = Some(403);
            exchange.handling = Handling::Blocked;
            rest.insert("reason".to_owned(), reason.into());
        }
    }
}

/// Whose connection it is: as it was known when it began, else as it is known by now.
fn whose(shared: &Shared, client: Option<&Client>) -> (Option<AgentKind>, Option<SessionId>) {
    let Some(client) = client else {
        return (None, None);
    };
    let (agent, session) = (client.agent, client.session.clone());
    if agent.is_some() && session.is_some() {
        return (agent, session);
    }
    let now = owner(shared, client.process.pid);
    (agent.or(now.agent), session.or(now.session))
}
