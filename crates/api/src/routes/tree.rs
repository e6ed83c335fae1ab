//! `GET /api/v1/incidents/{id}/processes`: what ran around an incident, as the kernel told of it.
//!
//! **Invariant:** only what stands in the record is told; at most [`MOST_EVENTS`] events are looked at.

use super::incidents::find;
use crate::extract::Named;
use crate::failure::Failure;
use crate::readers::Json;
use crate::shared::Shared;
use crate::types::{ErrorAnswer, IncidentProcess, IncidentProcesses};
use axum::extract::State;
use ringfence_event::{Action, ProcessRef, Source, Timestamp, ToolCallId};
use ringfence_incident::Incident;
use ringfence_store::{EventFilter, Reader, StoredEvent};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// How long before its first step and after its last one is looked, in microseconds.
const AROUND: i64 = 60_000_000;

/// Events of the kernel that are looked at.
const MOST_EVENTS: usize = 20_000;

/// Events that are in memory at once.
const AT_ONCE: usize = 500;

/// Processes that are told.
const MOST: usize = 300;

/// Steps that are looked up.
const MOST_STEPS: usize = 200;

/// The processes around an incident: those of its calls, and those that are steps of it themselves.
#[utoipa::path(get, path = "/api/v1/incidents/{id}/processes", operation_id = "incident_processes", tag = "incidents",
    params(("id" = String, Path, description = "Its short name.")),
    responses((status = 200, body = IncidentProcesses), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn processes(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
) -> Result<Json, Failure> {
    let read = move |reader: &Reader| {
        let incident = find(reader, &id)?;
        around(reader, &incident)
    };
    shared.readers.json(read).await
}

/// What the steps of an incident are known by.
struct Steps {
    calls: HashMap<ToolCallId, String>,
    places: BTreeSet<String>,
}

impl Steps {
    fn read(reader: &Reader, incident: &Incident) -> Result<Steps, Failure> {
        let mut steps = Steps {
            calls: HashMap::new(),
            places: BTreeSet::new(),
        };
        for step in incident.steps.iter().take(MOST_STEPS) {
            let found = reader.event(&step.place)?;
            if let Some(call) = found.and_then(|stored| stored.event.call) {
                let place = steps.calls.entry(call.id).or_default();
                // The first one of a call is where it was announced.
                if place.is_empty() {
                    place.clone_from(&step.place);
                }
            }
            steps.places.insert(step.place.clone());
        }
        Ok(steps)
    }

    /// The step that an event belongs to.
    fn of(&self, stored: &StoredEvent) -> Option<String> {
        let own = stored.id.to_string();
        if self.places.contains(&own) {
            return Some(own);
        }
        let call = stored.event.call.as_ref()?;
        self.calls.get(&call.id).cloned()
    }
}

type Tree = BTreeMap<(u32, u64), IncidentProcess>;

fn around(reader: &Reader, incident: &Incident) -> Result<IncidentProcesses, Failure> {
    let mut answer = IncidentProcesses::default();
    let Some(session) = &incident.session else {
        return Ok(answer);
    };
    let steps = Steps::read(reader, incident)?;
    let mut filter = EventFilter {
        session: Some(session.0.clone()),
        source: Some(Source::Kernel),
        since: Some(Timestamp(incident.first.0.saturating_sub(AROUND))),
        until: Some(Timestamp(incident.last.0.saturating_add(AROUND))),
        limit: Some(AT_ONCE),
        ..EventFilter::default()
    };
    let mut tree = Tree::new();
    let mut looked = 0;
    loop {
        let events = reader.events(&filter)?;
        let Some(last) = events.last() else { break };
        filter.after_seq = Some(last.id.seq);
        looked += events.len();
        // The record finds sessions by the beginning of their id.
        let own = events
            .iter()
            .filter(|stored| stored.event.session.as_ref() == Some(session));
        for stored in own {
            answer.sensed = true;
            take(&mut tree, &steps, stored);
        }
        if looked >= MOST_EVENTS {
            answer.more = true;
            break;
        }
    }
    answer.items = told(tree, &mut answer.more);
    Ok(answer)
}

fn take(tree: &mut Tree, steps: &Steps, stored: &StoredEvent) {
    let Some(process) = &stored.event.process else {
        return;
    };
    let step = steps.of(stored);
    let known = tree.contains_key(&(process.pid, process.started));
    if step.is_none() && !known {
        return;
    }
    let row = tree
        .entry((process.pid, process.started))
        .or_insert_with(|| new(process, stored));
    if row.step.is_none() {
        row.step = step;
    }
    if row.call.is_none() {
        row.call = stored.event.call.as_ref().map(|call| call.id.clone());
    }
    if stored.verdict > row.verdict {
        row.verdict = stored.verdict;
        row.event = stored.id;
    }
    match &stored.event.action {
        Action::Exec { argv, parent, .. } => {
            if !argv.is_empty() {
                row.line = argv.join(" ");
            }
            row.parent = parent.as_ref().map(|parent| parent.pid).or(row.parent);
        }
        Action::Exit { code, .. } => row.code = *code,
        Action::File { .. } => row.files += 1,
        Action::DnsQuery { .. } => row.names += 1,
        Action::Connect { .. } | Action::Listen { .. } | Action::Accept { .. } => row.hosts += 1,
        _ => {}
    }
}

fn new(process: &ProcessRef, stored: &StoredEvent) -> IncidentProcess {
    IncidentProcess {
        pid: process.pid,
        started: process.started,
        parent: None,
        line: process.executable.clone().unwrap_or_default(),
        began: stored.event.at,
        code: None,
        call: None,
        step: None,
        verdict: stored.verdict,
        files: 0,
        names: 0,
        hosts: 0,
        children: 0,
        event: stored.id,
    }
}

/// The processes in order of time, each with how many of the others it started.
fn told(tree: Tree, more: &mut bool) -> Vec<IncidentProcess> {
    let mut items: Vec<IncidentProcess> = tree.into_values().collect();
    items.sort_by_key(|row| (row.began, row.started, row.pid));
    *more |= items.len() > MOST;
    items.truncate(MOST);
    let mut children: HashMap<u32, u64> = HashMap::new();
    for parent in items.iter().filter_map(|row| row.parent) {
        *children.entry(parent).or_default() += 1;
    }
    for row in &mut items {
        row.children = children.get(&row.pid).copied().unwrap_or_default();
    }
    items
}

#[cfg(test)]
mod tests;
