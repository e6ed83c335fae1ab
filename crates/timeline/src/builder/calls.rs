//! Joins what is told of one call: by its id, else by likeness.

use super::{Builder, StepPlace};
use crate::call::{Call, Decided};
use crate::step::{Step, What};
use crate::{Recorded, deed, likeness};
use ringfence_event::{Action, CallRef, Event, EventKey, Join, Operation, Source, Timestamp, Tool};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};

/// Calls that are looked through for one like it.
const MOST_OPEN: usize = 64;

/// Which calls are known.
#[derive(Debug, Default)]
pub(super) struct Calls {
    by_id: HashMap<String, StepPlace>,
    /// By the keys of events that told of them: what repeats one names it.
    by_key: HashMap<EventKey, StepPlace>,
    /// The last ones, the latest last, with who told what of them.
    open: VecDeque<Open>,
}

#[derive(Clone, Debug)]
struct Open {
    place: StepPlace,
    at: Timestamp,
    agent: Option<String>,
    /// Set when its id is exact: then only what has no exact id may be it.
    exact: bool,
    told: Vec<(Source, Part)>,
}

/// What an event tells of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Wanted,
    Asked,
    Decided,
    Ended,
}

impl Part {
    fn of(action: &Action) -> Part {
        match action {
            Action::PermissionRequest { .. } => Part::Asked,
            Action::Decision { .. } => Part::Decided,
            Action::ToolResult { .. } => Part::Ended,
            _ => Part::Wanted,
        }
    }
}

impl Builder {
    /// Adds what an event tells of a call.
    pub(super) fn call(&mut self, record: Recorded, agent: Option<String>) {
        let part = Part::of(&record.event.action);
        let Some((place, join)) = self.find_call(&record.event, agent.as_deref(), part) else {
            self.new_call(record, agent, part);
            return;
        };
        let (at, source) = (record.event.at, record.event.source);
        let id = record.event.call.as_ref().map(|call| call.id.0.clone());
        self.calls.by_key.insert(record.event.key, place);
        if let Some(id) = id {
            self.calls.by_id.entry(id).or_insert(place);
        }
        let known = self.calls.open.iter_mut().find(|open| open.place == place);
        if let Some(open) = known {
            open.told.push((source, part));
        }
        if let Some(turn) = self.turns.get_mut(place.turn) {
            turn.ended = turn.ended.max(at);
        }
        let mut linked = None;
        if let Some(step) = self.step_mut(place) {
            linked = tell(step, record, join);
        }
        self.link(linked);
    }

    fn new_call(&mut self, record: Recorded, agent: Option<String>, part: Part) {
        let event = &record.event;
        let tool = match &event.action {
            Action::Decision { tool, .. } => Tool {
                name: tool.clone(),
                operation: Operation::Other,
                input: Value::Null,
            },
            action => match action.tool() {
                Some(tool) => tool.clone(),
                None => return,
            },
        };
        if let Some(known) =
            (agent.as_deref()).and_then(|id| self.subagents.iter_mut().find(|known| known.id == id))
        {
            known.calls += 1;
        }
        let reference = event.call.clone();
        let (at, source, key) = (event.at, event.source, event.key);
        let mut call = Call::new(tool);
        call.id = reference.as_ref().map(|call| call.id.clone());
        let join = reference.as_ref().map_or(Join::Inferred, |call| call.join);
        call.join = join;
        let mut step = Step::new(at, agent.clone(), What::Call(Box::new(call)));
        let linked = tell(&mut step, record, join);
        let place = self.place(step);
        self.calls.by_key.insert(key, place);
        if let Some(CallRef { id, .. }) = reference {
            self.calls.by_id.insert(id.0, place);
        }
        if self.calls.open.len() >= MOST_OPEN {
            self.calls.open.pop_front();
        }
        self.calls.open.push_back(Open {
            place,
            at,
            agent,
            exact: join == Join::Exact,
            told: vec![(source, part)],
        });
        self.link(linked);
    }

    /// Finds the call that an event speaks of, and how that is known.
    fn find_call(
        &self,
        event: &Event,
        agent: Option<&str>,
        part: Part,
    ) -> Option<(StepPlace, Join)> {
        let reference = event.call.as_ref();
        if let Some(call) = reference
            && let Some(place) = self.calls.by_id.get(&call.id.0)
        {
            return Some((*place, call.join));
        }
        let repeated = event
            .labels
            .repeats
            .and_then(|key| self.calls.by_key.get(&key));
        if let Some(place) = repeated {
            return Some((*place, reference.map_or(Join::Inferred, |call| call.join)));
        }
        let exact = reference.is_some_and(|call| call.join == Join::Exact);
        let fits = |open: &&Open| {
            let near = event.at.0.saturating_sub(open.at.0) <= likeness::NEAR;
            // The result of the same source may come long after its call.
            let own_end = part == Part::Ended && open.told.contains(&(event.source, Part::Wanted));
            let free = !open.told.contains(&(event.source, part));
            free && (near || own_end)
                && !(exact && open.exact)
                && (open.agent.as_deref() == agent || agent.is_none() || open.agent.is_none())
                && self.is_like(open.place, &event.action)
        };
        // Of calls that are alike the first one that nobody has told this of is meant.
        let found = self.calls.open.iter().find(fits)?;
        Some((found.place, Join::Inferred))
    }

    fn is_like(&self, place: StepPlace, action: &Action) -> bool {
        let step = self.turns.get(place.turn);
        let step = step.and_then(|turn| turn.steps.get(place.step));
        let Some(call) = step.and_then(Step::call) else {
            return false;
        };
        match action {
            Action::Decision { tool, .. } => *tool == call.tool.name,
            action => (action.tool()).is_some_and(|tool| likeness::same_tool(tool, &call.tool)),
        }
    }

    /// Adds what the kernel saw: to its call, else as a line of its own.
    pub(super) fn deed(&mut self, record: Recorded) {
        let reference = record.event.call.as_ref();
        let place = reference.and_then(|call| self.calls.by_id.get(&call.id.0).copied());
        let Some(place) = place else {
            self.deed_alone(record);
            return;
        };
        if let Some(step) = self.step_mut(place) {
            if let What::Call(call) = &mut step.what {
                deed::add(call, &record.event);
            }
            step.told(
                record.seq,
                record.event.source,
                record.verdict,
                record.findings,
            );
        }
    }

    /// Tells a subagent which call started it.
    fn link(&mut self, linked: Option<(String, CallRef, Option<String>)>) {
        let Some((id, call, parent)) = linked else {
            return;
        };
        if let Some(known) = self.subagents.iter_mut().find(|known| known.id == id) {
            known.call.get_or_insert(call.id);
            known.parent = known.parent.take().or(parent);
            return;
        }
        self.subagents.push(crate::turn::Subagent {
            id,
            call: Some(call.id),
            parent,
            ..crate::turn::Subagent::default()
        });
    }
}

/// Adds what an event tells to its call. Returns the subagent that it started.
fn tell(
    step: &mut Step,
    record: Recorded,
    join: Join,
) -> Option<(String, CallRef, Option<String>)> {
    let Recorded {
        seq,
        event,
        verdict,
        findings,
    } = record;
    step.told(seq, event.source, verdict, findings);
    let agent = step.agent.clone();
    let What::Call(call) = &mut step.what else {
        return None;
    };
    deed::add(call, &event);
    if join == Join::Inferred {
        call.join = Join::Inferred;
    }
    if call.id.is_none() {
        call.id = event.call.as_ref().map(|call| call.id.clone());
    }
    let at = event.at;
    match event.action {
        Action::ToolCall { tool } => better_tool(&mut call.tool, tool),
        Action::PermissionRequest { tool } => {
            call.asked = true;
            better_tool(&mut call.tool, tool);
        }
        Action::Decision { accepted, by, .. } => {
            call.decided = Some(Decided { accepted, by });
        }
        Action::ToolResult {
            tool,
            outcome,
            output,
        } => {
            better_tool(&mut call.tool, tool);
            call.ended = Some(call.ended.map_or(at, |ended| ended.min(at)));
            if call
                .outcome
                .is_none_or(|known| known == ringfence_event::Outcome::Unknown)
            {
                call.outcome = Some(outcome);
            }
            let started = output.get("agentId").and_then(Value::as_str);
            let linked = started.map(str::to_owned);
            // Telemetry tells less of a result than the others.
            if call.output.is_null() || (event.source != Source::Telemetry && !output.is_null()) {
                call.output = output;
            }
            if let (Some(id), Some(reference)) = (linked, event.call) {
                call.started = Some(id.clone());
                return Some((id, reference, agent));
            }
        }
        _ => {}
    }
    None
}

/// Takes over what the other one tells and this one does not.
fn better_tool(known: &mut Tool, other: Tool) {
    let less =
        matches!(known.operation, Operation::Other) && !matches!(other.operation, Operation::Other);
    let texts = |tool: &Tool| match &tool.operation {
        Operation::Write { changes } => changes.iter().filter(|one| one.text.is_some()).count(),
        _ => 0,
    };
    if less || texts(&other) > texts(known) {
        known.operation = other.operation;
    }
    if known.input.is_null() {
        known.input = other.input;
    }
}
