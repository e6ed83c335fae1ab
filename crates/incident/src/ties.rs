//! What makes two events parts of one story.
//!
//! **Invariant:** events of different sessions are never tied.

use crate::Evidence;
use ringfence_event::{Action, InjectionLevel, Operation, SessionId};
use std::collections::HashMap;

/// After a text that gives orders was read, what alarms within this time belongs to it, in microseconds.
const OBEYING: i64 = 30 * 60 * 1_000_000;

/// Something that two events of a session can have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Tie {
    /// The same event: an earlier step of a sequence.
    Event(String),
    /// The same tool call.
    Call(String),
    /// The same secret, by its fingerprint.
    Secret(String),
    /// The same text from outside, by where it was read.
    Source(String),
}

fn ties(evidence: &Evidence) -> Vec<Tie> {
    let event = &evidence.event;
    let mut ties = vec![Tie::Event(event.key.to_string())];
    ties.extend(event.call.iter().map(|call| Tie::Call(call.id.0.clone())));
    for finding in &evidence.findings {
        ties.extend(
            finding
                .steps
                .iter()
                .map(|step| Tie::Event(step.to_string())),
        );
    }
    let certain = event.labels.secrets.iter().filter(|secret| !secret.generic);
    ties.extend(certain.map(|secret| Tie::Secret(secret.fingerprint.clone())));
    let leaks = event.labels.leaks.iter();
    ties.extend(leaks.map(|leak| Tie::Secret(leak.fingerprint.clone())));
    if !event.labels.injections.is_empty() {
        ties.extend(sources(evidence).into_iter().map(Tie::Source));
    }
    ties
}

/// Returns where the text of an event came from: addresses, files, an MCP server.
pub(crate) fn sources(evidence: &Evidence) -> Vec<String> {
    let event = &evidence.event;
    match &event.action {
        Action::ConfigChange {
            path: Some(path), ..
        } => vec![path.clone()],
        action => match action.tool().map(|tool| &tool.operation) {
            Some(Operation::Fetch { urls }) => urls.clone(),
            Some(Operation::Read { paths }) => paths.clone(),
            Some(Operation::Mcp { server, tool }) => vec![format!("{server}: {tool}")],
            Some(Operation::Shell { command, .. }) => vec![command.clone()],
            _ => Vec::new(),
        },
    }
}

/// Returns for each event the number of its story; those of one story have the same.
pub(crate) fn stories(evidence: &[Evidence]) -> Vec<usize> {
    let mut heads: Vec<usize> = (0..evidence.len()).collect();
    let mut known: HashMap<(Option<&str>, Tie), usize> = HashMap::new();
    for (place, one) in evidence.iter().enumerate() {
        let session = one.event.session.as_ref().map(SessionId::as_str);
        for tie in ties(one) {
            let other = *known.entry((session, tie)).or_insert(place);
            join(&mut heads, place, other);
        }
    }
    obeying(evidence, &mut heads);
    (0..evidence.len())
        .map(|place| head(&heads, place))
        .collect()
}

/// Ties what alarms to the last text that gave orders in the same session, shortly before.
fn obeying(evidence: &[Evidence], heads: &mut [usize]) {
    let mut order: Vec<usize> = (0..evidence.len()).collect();
    order.sort_by_key(|place| evidence.get(*place).map(|one| one.event.at));
    let mut last: HashMap<&str, (i64, usize)> = HashMap::new();
    for place in order {
        let Some(one) = evidence.get(place) else {
            continue;
        };
        let Some(session) = &one.event.session else {
            continue;
        };
        let orders =
            (one.event.labels.injections.iter()).any(|mark| mark.level == InjectionLevel::Alert);
        if let Some((at, from)) = last.get(session.as_str())
            && one.event.at.0 - at <= OBEYING
            && one.alarms().next().is_some()
        {
            join(heads, place, *from);
        }
        if orders {
            last.insert(session.as_str(), (one.event.at.0, place));
        }
    }
}

fn head(heads: &[usize], place: usize) -> usize {
    let mut place = place;
    while let Some(above) = heads.get(place)
        && *above != place
    {
        place = *above;
    }
    place
}

fn join(heads: &mut [usize], left: usize, right: usize) {
    let (left, right) = (head(heads, left), head(heads, right));
    if let Some(place) = heads.get_mut(left.max(right)) {
        *place = left.min(right);
    }
}
