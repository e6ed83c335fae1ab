//! Where the demo's day is played: each source goes through the functions that the daemon has for it.

use super::backdrop::Backdrop;
use super::script::Session;
use super::{Moment, key, senses};
use crate::daemon::told::{Hearing, Pace, Told};
use crate::judge::Judge;
use crate::memory::Memory;
use crate::sensor::familiar::Familiar;
use crate::sensor::joined::{self, Joined};
use crate::sensor::translate;
use anyhow::{Context, Result};
use ringfence_agents::Stamp;
use ringfence_enrich::NoLinks;
use ringfence_event::{Event, Operation, Timestamp, Verdict};
use ringfence_sense::{Deed, Observation};
use ringfence_store::{Options, Reader, Store};
use serde_json::Value;
use std::sync::Arc;

/// How long after it happened something is told that is not told at once, in microseconds: longer than
/// anything waits for a hook.
const AFTERWARDS: i64 = 31_000_000;

/// The judge, the record, and what is remembered from one moment to the next.
pub(super) struct Stage {
    judge: Arc<Judge>,
    store: Store,
    record: Reader,
    memory: Memory,
    past: Memory,
    told: Told,
    joined: Joined,
    familiar: Familiar,
    backdrop: Backdrop,
}

impl Stage {
    pub(super) fn open(judge: Judge) -> Result<Stage> {
        let store = Store::open(judge.places.folders(), Options::default())
            .context("failed to open the demo's store")?;
        let judge = Arc::new(judge);
        let mut familiar = Familiar::default();
        familiar.follow(&judge);
        Ok(Stage {
            record: store.reader()?,
            store,
            judge,
            memory: Memory::default(),
            past: Memory::default(),
            told: Told::default(),
            joined: Joined::default(),
            familiar,
            backdrop: Backdrop::default(),
        })
    }

    pub(super) fn close(self) -> Result<()> {
        self.store.close().context("failed to store the demo")
    }

    /// Tells what a hook tells; returns what was answered, and the event as it is kept.
    pub(super) fn hook(
        &mut self,
        session: &Session,
        payload: &Value,
        at: Timestamp,
    ) -> Result<(Verdict, Event)> {
        let stamp = Stamp {
            key: key(at),
            at,
            process: None,
        };
        let bytes = payload.to_string();
        let call = ringfence_agents::read_hook(session.agent, bytes.as_bytes(), stamp)
            .context("the demo's own script is broken")?;
        let command = command(&call.event);
        let judged = (self.judge).judge(session.agent, call, None, &self.memory, &NoLinks);
        let verdict = judged.record.decision.verdict;
        let event = judged.record.event.clone();
        self.told.note(&event);
        self.store.append(judged.record)?;
        self.join(session, &event, command.as_deref(), verdict);
        Ok((verdict, event))
    }

    /// Joins what a hook told to the agent's process.
    fn join(&mut self, session: &Session, event: &Event, command: Option<&str>, verdict: Verdict) {
        let root = senses::root(session);
        let processes = &mut self.joined.processes;
        if processes.of(joined::key(root)).is_none() {
            let above = vec!["bash".to_owned()];
            processes.rooted(joined::key(root), Some(session.agent), above, event.at);
        }
        let mut of_root = event.clone();
        of_root.process = Some(translate::reference(root, None));
        self.joined.told(&of_root, command, Some(root));
        if verdict == Verdict::Deny
            && let (Some(id), Some(call)) = (&event.session, &event.call)
        {
            self.joined.processes.denied(id, &call.id, event.at);
        }
    }

    /// Tells what else is told of a moment.
    pub(super) fn others(
        &mut self,
        moment: &Moment,
        (event, after): (&Event, Option<&Value>),
        at: Timestamp,
    ) -> Result<()> {
        let others = self.backdrop.of(&self.judge, moment, (event, after), at);
        for seen in others.seen {
            self.see(seen)?;
        }
        self.hear(others.told, at)
    }

    /// Takes in what the sensor saw, as the daemon's own thread does.
    fn see(&mut self, seen: Observation) -> Result<()> {
        let (tree, process) = (joined::key(seen.tree), joined::key(seen.process));
        let at = Timestamp(seen.at);
        if let Deed::Fork { child } = &seen.deed {
            let child = joined::key(*child);
            self.joined.processes.forked(process, child, tree, at);
            return Ok(());
        }
        let Some(mut event) = translate::event(seen) else {
            return Ok(());
        };
        event.key = key(at);
        self.joined.processes.take(&mut event, tree);
        let Joined { processes, deeds } = &mut self.joined;
        let (judge, memory) = (&self.judge, &self.memory);
        let compare = |event: &mut Event, place: &ringfence_enrich::Place<'_>| {
            deeds.compare(event, processes, place, &NoLinks);
        };
        let record = judge.seen(event, None, memory, &mut self.familiar, compare);
        self.store.append(record)?;
        Ok(())
    }

    /// Takes in what is told elsewhere than in a hook.
    fn hear(&mut self, events: Vec<Event>, at: Timestamp) -> Result<()> {
        let hearing = Hearing {
            judge: &self.judge,
            store: &self.store,
            memory: &self.memory,
            past: &self.past,
            hooks: &|_| false,
            whose: &|_| None,
            now: Timestamp(at.0.saturating_add(AFTERWARDS)),
            pace: Pace::Soon,
        };
        self.told
            .take(&hearing, &self.record, events, &mut |_, _| {})?;
        Ok(())
    }
}

/// The line of a shell call as the agent wrote it.
fn command(event: &Event) -> Option<String> {
    match &event.action.tool()?.operation {
        Operation::Shell { command, .. } => Some(command.clone()),
        _ => None,
    }
}
