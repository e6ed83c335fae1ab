//! How much of what an agent says over the network is read: what merely passed the proxy was not.
//!
//! **Invariant:** of each host only what came last counts, so that a program that takes the certificates
//! now is not blamed for what it did before.

use super::Seen;
use crate::types::Sight;
use ringfence_event::{Action, AgentKind, Exchange, Handling, Sign};
use ringfence_store::StoredEvent;
use std::collections::BTreeMap;

/// Most hosts that are named.
const MOST_NAMED: usize = 3;

/// The agents that `ringfence configure` lets a shell start in a fence.
const STARTED_BY_SHELLS: [AgentKind; 4] = [
    AgentKind::ClaudeCode,
    AgentKind::Codex,
    AgentKind::Gemini,
    AgentKind::Copilot,
];

/// What an agent's latest exchanges show, the newest first: the last one that was read, and how much is.
pub(super) fn look(agent: AgentKind, latest: &[StoredEvent]) -> (Option<&StoredEvent>, Seen) {
    let mut hosts: BTreeMap<&str, bool> = BTreeMap::new();
    for exchange in latest.iter().filter_map(exchange) {
        if is_read(exchange) {
            hosts.entry(&exchange.host).or_insert(true);
        } else if exchange.signs.contains(&Sign::RefusesInspection) {
            hosts.entry(&exchange.host).or_insert(false);
        }
    }
    let refused: Vec<&str> = (hosts.iter())
        .filter_map(|(host, read)| (!read).then_some(*host))
        .collect();
    let read = (latest.iter()).find(|one| exchange(one).is_some_and(is_read));
    let sight = if read.is_some() {
        Sight::Partial
    } else {
        Sight::None
    };
    let seen = match (read, refused.as_slice()) {
        (Some(_), []) => (Sight::Full, None, None),
        (None, []) if !latest.is_empty() => {
            let why = "Its connections came through the proxy, and none of them was read.";
            (sight, Some(why.to_owned()), None)
        }
        (None, []) => {
            let why = "None of its requests came through the proxy.";
            let configure = || format!("ringfence configure {}", agent.name());
            let fix = STARTED_BY_SHELLS.contains(&agent).then(configure);
            (sight, Some(why.to_owned()), fix)
        }
        (_, refused) => (sight, Some(refuses(refused)), None),
    };
    (read, seen)
}

fn refuses(hosts: &[&str]) -> String {
    let named: Vec<&str> = hosts.iter().take(MOST_NAMED).copied().collect();
    let more = match hosts.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = named.join(", ");
    format!("It refuses inspection: what it says to {named}{more} passes unread.")
}

fn exchange(stored: &StoredEvent) -> Option<&Exchange> {
    match &stored.event.action {
        Action::HttpExchange { exchange } => Some(exchange),
        _ => None,
    }
}

fn is_read(exchange: &Exchange) -> bool {
    exchange.handling != Handling::Tunnelled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Instance, record};
    use ringfence_event::{Event, Source};
    use serde_json::Value;

    /// The cell of requests after these exchanges, the oldest first: host, and whether it was read,
    /// refused, or passed as nobody wanted to read it.
    fn cell(exchanges: &[(&str, char)]) -> Value {
        let instance = Instance::start();
        let records = (1..).zip(exchanges).map(|(number, (host, how))| {
            let mut record = record(number);
            let read = *how == 'r';
            record.event = Event {
                source: Source::Proxy,
                moment: None,
                action: Action::HttpExchange {
                    exchange: Box::new(Exchange {
                        host: (*host).to_owned(),
                        handling: if read {
                            Handling::Forwarded
                        } else {
                            Handling::Tunnelled
                        },
                        signs: if *how == 'x' {
                            vec![Sign::RefusesInspection]
                        } else {
                            Vec::new()
                        },
                        ..Exchange::default()
                    }),
                },
                ..record.event
            };
            record
        });
        instance.keep(records.collect::<Vec<_>>());
        instance.read("/api/v1/coverage")["items"][0]["cells"][3].clone()
    }

    #[test]
    fn what_passes_unread_is_not_seen() {
        let read = cell(&[("a.test", 'p'), ("b.test", 'r'), ("a.test", 'p')]);
        assert_eq!(
            (&read["sight"], &read["event"]),
            (&"full".into(), &"1-2".into())
        );
        let passed = cell(&[("a.test", 'p')]);
        assert_eq!(
            (&passed["sight"], &passed["event"]),
            (&"none".into(), &Value::Null)
        );
        let nothing = cell(&[]);
        assert_eq!(nothing["fix"], "ringfence configure claude-code");
    }

    #[test]
    fn who_refuses_is_named_until_it_does_not_any_more() {
        let refused = cell(&[("b.test", 'r'), ("a.test", 'x')]);
        assert_eq!(refused["sight"], "partial");
        let why = "It refuses inspection: what it says to a.test passes unread.";
        assert_eq!(refused["why"], why);
        assert_eq!(cell(&[("a.test", 'x')])["sight"], "none");
        assert_eq!(cell(&[("a.test", 'x'), ("a.test", 'r')])["sight"], "full");
        let hosts = [("a", 'x'), ("b", 'x'), ("c", 'x'), ("d", 'x'), ("e", 'x')];
        let why = cell(&hosts)["why"].to_string();
        assert!(why.contains("a, b, c and 2 more"), "{why}");
    }
}
