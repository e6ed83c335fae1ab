//! What stands in each field of one exchange over HTTP.

use super::{Tell, names, one};
use crate::field::Field;
use crate::view::Value;
use ringfence_event::{Event, Exchange, FoundKind, HostClass, Sign};

/// Tells the values of a field.
pub(super) fn of<'a>(event: &'a Event, exchange: &'a Exchange, field: Field, tell: Tell<'_, 'a>) {
    match field {
        Field::Host => one(Some(&exchange.host), tell),
        Field::HostClasses => {
            let hosts = event.labels.hosts.iter();
            let classes: Vec<HostClass> = hosts.map(|host| host.class).collect();
            names(&classes, HostClass::name, tell);
        }
        Field::Port => tell(Value::Made(exchange.port.to_string())),
        Field::Path => one(Some(&exchange.path), tell),
        Field::Method => one(Some(&exchange.method), tell),
        Field::Status => {
            if let Some(status) = exchange.status {
                tell(Value::Made(status.to_string()));
            }
        }
        Field::Peer => one(Some(exchange.peer.name()), tell),
        Field::Format => one(exchange.format.as_deref(), tell),
        Field::Provider => one(exchange.provider.as_deref(), tell),
        Field::Model => one(exchange.model.as_deref(), tell),
        Field::Sign => names(&exchange.signs, Sign::name, tell),
        Field::Found => {
            let kinds: Vec<FoundKind> = exchange.found.iter().map(|found| found.what).collect();
            names(&kinds, FoundKind::name, tell);
        }
        Field::Pattern => {
            for found in &exchange.found {
                tell(Value::Text(&found.pattern));
            }
        }
        Field::Carried => {
            for found in &exchange.found {
                let way = (found.direction.name(), found.what.name());
                let own = if found.at_home { " own" } else { "" };
                tell(Value::Made(format!("{}{own} {}", way.0, way.1)));
            }
        }
        Field::Handling => one(Some(exchange.handling.name()), tell),
        Field::Ending => one(Some(exchange.ending.name()), tell),
        Field::NotRead => {
            for why in &exchange.not_read {
                one(Some(why.name()), tell);
            }
        }
        _ => {}
    }
}

/// The request, and the first thing that was found in it, on one line.
pub(in crate::view) fn told(exchange: &Exchange) -> String {
    let mut line = format!("{} {}{}", exchange.method, exchange.host, exchange.path);
    if let Some(found) = exchange.found.first() {
        line.push_str(&format!(
            ": {} {} in {} ({})",
            found.direction.name(),
            found.pattern,
            found.place,
            found.snippet
        ));
    }
    for sign in &exchange.signs {
        line.push_str(&format!(", {}", sign.name()));
    }
    line
}
