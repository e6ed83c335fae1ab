//! Why something happened: the chain from a finding to its event, its call, its turn, the words that
//! it came from, what it was under the influence of, and the steps of a sequence.
//!
//! **Invariant:** only what was recorded is told. What is read is bounded.

use crate::provenance::CameFrom;
use crate::session::{Records, Session, whose};
use crate::step::Step;
use crate::taint::Taint;
use crate::{Recorded, words};
use ringfence_event::{
    Action, AgentKind, Event, EventKey, FileClass, Finding, SessionId, Source, Timestamp, Verdict,
};
use serde::Serialize;

/// Steps of a sequence that are told.
const MOST_STEPS: usize = 16;

/// Events around one that are read for its turn.
const PAGE: usize = 50;

/// Calls of subagents that are followed upwards.
const MOST_UP: usize = 8;

/// The longest text that is told, in bytes.
const LONGEST_TEXT: usize = 4 << 10;

/// Files that agents obey without being asked, in the directory where they work and above it.
const OBEYED: [&str; 7] = [
    "CLAUDE.md",
    "CLAUDE.local.md",
    ".claude/CLAUDE.md",
    "AGENTS.md",
    "GEMINI.md",
    ".cursorrules",
    ".github/copilot-instructions.md",
];

/// Directories above the one of the session in which they are looked for.
const MOST_ABOVE: usize = 6;

/// Why something happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Why {
    /// The event.
    pub event: Link,
    /// What was answered.
    pub verdict: Verdict,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What the event is a step of, with everybody who told of it.
    pub step: Option<Step>,
    /// The turn, counted from 1.
    pub turn: Option<u64>,
    /// What the user had asked for.
    pub prompt: Option<Link>,
    /// The calls that started the subagent which did it, the nearest first.
    pub started_by: Vec<Link>,
    /// Where its words came from.
    pub came_from: Vec<CameFrom>,
    /// What it was under the influence of.
    pub taints: Vec<Taint>,
    /// Files that the session obeys and that another session wrote.
    pub memory: Vec<Memory>,
    /// The earlier events of a sequence, the first one first.
    pub steps: Vec<Link>,
}

/// An event in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its number in the record.
    pub event: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Who told of it.
    pub source: Source,
    /// Whose.
    pub agent: Option<AgentKind>,
    /// Its session.
    pub session: Option<SessionId>,
    /// What happened, in one word.
    pub kind: &'static str,
    /// What it is about.
    pub text: String,
}

/// A file that a session obeys and that another session wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// The file.
    pub path: String,
    /// The event that wrote it.
    pub written: Link,
    /// Where what was written came from, in that session.
    pub came_from: Vec<CameFrom>,
    /// What that was under the influence of.
    pub taints: Vec<Taint>,
}

impl Link {
    fn of(record: &Recorded) -> Link {
        let event = &record.event;
        Link {
            event: record.seq,
            at: event.at,
            source: event.source,
            agent: event.agent,
            session: event.session.clone(),
            kind: event.action.kind(),
            text: words::line(&event.action),
        }
    }
}

/// Returns why an event happened.
pub fn why<R: Records>(records: &R, record: &Recorded) -> Result<Why, R::Error> {
    let mut why = Why {
        event: Link::of(record),
        verdict: record.verdict,
        findings: record.findings.clone(),
        step: None,
        turn: None,
        prompt: None,
        started_by: Vec::new(),
        came_from: Vec::new(),
        taints: Vec::new(),
        memory: Vec::new(),
        steps: Vec::new(),
    };
    let keys: Vec<EventKey> = (record.findings.iter())
        .flat_map(|finding| finding.steps.iter().copied())
        .filter(|key| *key != record.event.key)
        .collect();
    for key in keys.into_iter().take(MOST_STEPS) {
        let step = records.by_key(key)?.map(|found| Link::of(&found));
        why.steps
            .extend(step.filter(|step| !why.steps.contains(step)));
    }
    let Some((_, session)) = whose(&record.event) else {
        return Ok(why);
    };
    let Some(opened) = Session::open(records, session.as_str())? else {
        return Ok(why);
    };
    explain(&opened, record, &mut why)?;
    why.memory = memory(records, record, session)?;
    Ok(why)
}

/// Adds what the session itself tells.
fn explain<R: Records>(
    session: &Session<'_, R>,
    record: &Recorded,
    why: &mut Why,
) -> Result<(), R::Error> {
    let Some(from) = session.outline.cursor_of(record.seq) else {
        return Ok(());
    };
    let page = session.page(Some(from), PAGE, Some(LONGEST_TEXT))?;
    let steps = page.timeline.turns.into_iter();
    let found = steps
        .flat_map(|turn| {
            let number = turn.number;
            turn.steps.into_iter().map(move |step| (number, step))
        })
        .find(|(_, step)| step.events.contains(&record.seq));
    let Some((turn, step)) = found else {
        return Ok(());
    };
    why.turn = Some(turn);
    if let Some(call) = step.call() {
        why.came_from.clone_from(&call.came_from);
        why.taints.clone_from(&call.taints);
    }
    if let Some(prompt) = session.outline.prompt_of(turn) {
        let prompt = session.read(&[prompt])?.pop();
        why.prompt = prompt.map(|prompt| Link::of(&prompt));
    }
    why.started_by = started_by(session, step.agent.clone())?;
    why.step = Some(step);
    Ok(())
}

/// Follows the calls that started a subagent upwards.
fn started_by<R: Records>(
    session: &Session<'_, R>,
    mut agent: Option<String>,
) -> Result<Vec<Link>, R::Error> {
    let mut found = Vec::new();
    if agent.is_none() {
        return Ok(found);
    }
    let starts = session.starts()?;
    for _ in 0..MOST_UP {
        let Some(started) = agent.take().and_then(|id| starts.get(&id)) else {
            break;
        };
        agent.clone_from(&started.parent);
        let call = started.call.as_ref();
        let first = call.and_then(|id| session.outline.call(session.records.mark_of_call(id)));
        if let Some(first) = first {
            let first = session.read(&[first])?.pop();
            found.extend(first.map(|one| Link::of(&one)));
        }
    }
    Ok(found)
}

/// Finds who wrote the files that a session obeys, if another session did.
fn memory<R: Records>(
    records: &R,
    record: &Recorded,
    session: &SessionId,
) -> Result<Vec<Memory>, R::Error> {
    let mut found = Vec::new();
    for path in obeyed(&record.event) {
        let Some(written) = records.writer(&path, record.event.at, session)? else {
            continue;
        };
        let mut told = Memory {
            path,
            written: Link::of(&written),
            came_from: Vec::new(),
            taints: Vec::new(),
        };
        if let Some((_, other)) = whose(&written.event)
            && let Some(opened) = Session::open(records, other.as_str())?
            && let Some(from) = opened.outline.cursor_of(written.seq)
        {
            let page = opened.page(Some(from), 1, Some(LONGEST_TEXT))?;
            let mut steps = page.timeline.turns.iter().flat_map(|turn| &turn.steps);
            let call = steps
                .find(|step| step.events.contains(&written.seq))
                .and_then(Step::call);
            if let Some(call) = call {
                told.came_from.clone_from(&call.came_from);
                told.taints.clone_from(&call.taints);
            }
        }
        found.push(told);
    }
    Ok(found)
}

/// The files that an event's session obeys without being asked, and those that the event names.
fn obeyed(event: &Event) -> Vec<String> {
    let mut paths: Vec<String> = (event.labels.files.iter())
        .filter(|file| file.class == FileClass::AgentInstructions)
        .map(|file| file.full.clone())
        .collect();
    let mut directory = event.cwd.as_deref().map(|cwd| cwd.trim_end_matches('/'));
    for _ in 0..=MOST_ABOVE {
        let Some(here) = directory.filter(|here| !here.is_empty()) else {
            break;
        };
        for name in OBEYED {
            let path = format!("{here}/{name}");
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        directory = here.rsplit_once('/').map(|(above, _)| above);
    }
    if matches!(event.action, Action::ConfigChange { .. }) {
        paths.clear();
    }
    paths
}

#[cfg(test)]
mod tests;
