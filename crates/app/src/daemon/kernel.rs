//! The threads that speak with sensors and take in what they saw: joined, judged, kept.
//!
//! **Invariant:** what the sensor saw has happened, or was denied in the kernel: nothing waits for
//! the judgement, and no hook waits for these threads. The table of processes is locked for a batch
//! at a time; hooks never lock it.

use super::{Shared, log, now};
use crate::ancestry;
use crate::judge::Judge;
use crate::sensor::denials::Circumstances;
use crate::sensor::hub::Hub;
use crate::sensor::inbox::{Item, Taken, Told};
use crate::sensor::table::{Attribution, Processes};
use crate::sensor::{denials, link, settings, translate};
use anyhow::{Context, Result};
use ringfence_event::{
    Action, AgentKind, CallRef, Event, RuleId, SessionId, Timestamp, ToolCallId, Verdict,
};
use ringfence_sense::{Deed, Observation, Process};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Most that is taken in at once: one write to the journal.
const BATCH: usize = 512;
/// How long the thread sleeps when nothing comes.
const SLEEP: Duration = Duration::from_secs(1);
/// How often counts of files that were only read are written down.
const READS_EVERY: Duration = Duration::from_secs(30);
/// Most sessions whose directory is remembered, and calls whose reads are counted.
const MOST: usize = 4096;

/// Most trees that are fenced without root at one time.
const MOST_GUESTS: u64 = 64;
/// Most projects and executables of agents that the policy speaks of: those seen last.
const MOST_AROUND: usize = 64;

/// What the threads keep.
pub(super) struct Kernel {
    pub(super) hub: Hub,
    table: Mutex<Processes>,
    around: Mutex<Around>,
}

/// What the policy is compiled from, and whether it changed since.
#[derive(Default)]
struct Around {
    now: Circumstances,
    changed: bool,
}

impl Kernel {
    pub(super) fn new(judge: &Judge) -> Kernel {
        Kernel {
            hub: Hub::new(judge.config.sensor.clone()),
            table: Mutex::default(),
            around: Mutex::default(),
        }
    }

    fn around(&self) -> MutexGuard<'_, Around> {
        self.around.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Processes> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a note of an event of a hook as it was answered. `root` is the agent's process, if
    /// that is what fired the hook.
    pub(super) fn note(&self, event: &Event, verdict: Verdict, root: Option<Process>) {
        let (Some(agent), Some(session)) = (event.agent, &event.session) else {
            return;
        };
        if let Some(process) = root {
            self.hub.inbox.tell(Told::Root {
                process,
                agent,
                session: session.clone(),
                cwd: event.cwd.clone(),
            });
            if self.hub.watch(process) {
                let executable = event.process.as_ref();
                let executable = executable.and_then(|process| process.executable.clone());
                self.around().saw(executable, event.cwd.clone());
            }
        }
        let Some(call) = &event.call else { return };
        match &event.action {
            Action::ToolCall { .. } if verdict != Verdict::Deny => {
                self.hub.inbox.tell(Told::Began {
                    session: session.clone(),
                    call: call.id.clone(),
                    at: event.at,
                    labels: Box::new(event.labels.clone()),
                });
            }
            Action::ToolResult { .. } => self.hub.inbox.tell(Told::Ended {
                session: session.clone(),
                call: call.id.clone(),
                at: event.at,
            }),
            _ => {}
        }
    }

    pub(super) fn stop(&self) {
        self.hub.stop();
        self.hub.inbox.close();
    }
}

/// Starts the threads.
pub(super) fn start(shared: &Arc<Shared>) -> Result<Vec<JoinHandle<()>>> {
    want(shared);
    let speaker = Arc::clone(shared);
    let taker = Arc::clone(shared);
    let named = |name: &str| thread::Builder::new().name(name.to_owned());
    let failed = "failed to start a thread";
    Ok(vec![
        named("sensor")
            .spawn(move || {
                let socket = speaker.judge().config.sensor.clone();
                link::run(&speaker.kernel.hub, &socket);
            })
            .context(failed)?,
        named("sensor: takes in")
            .spawn(move || Intake::new(&taker).run())
            .context(failed)?,
    ])
}

/// Speaks with the sensor of a fenced tree on a thread of its own, for as long as the tree lives.
pub(super) fn take_in(shared: &Arc<Shared>, stream: UnixStream) -> io::Result<()> {
    let shared = Arc::clone(shared);
    thread::Builder::new()
        .name("sensor of a fenced tree".to_owned())
        .spawn(move || {
            let hub = &shared.kernel.hub;
            let Some(_guest) = hub.guest(MOST_GUESTS) else {
                return log("warning: too many fenced trees: one more is not heard");
            };
            if let Err(error) = link::converse(hub, &stream, false) {
                log(&format!("warning: a fenced tree is not heard: {error:#}"));
            }
        })
        .map(drop)
}

/// Says anew what is wanted of sensors, as the user's choices are now.
pub(super) fn want(shared: &Shared) {
    let judge = shared.judge();
    let kernel = &shared.kernel;
    let circumstances = {
        let mut around = kernel.around();
        around.changed = false;
        around.now.clone()
    };
    let settings = settings::of(&judge);
    let policy = denials::policy(&judge, &circumstances);
    kernel.hub.want(|wishes| {
        wishes.settings = settings;
        wishes.policy = policy;
    });
}

/// The same, if something is different; forgets trees whose root has ended.
pub(super) fn look_again(shared: &Shared) {
    let kernel = &shared.kernel;
    let roots = kernel.hub.wanted().roots;
    let ended: Vec<Process> = roots
        .into_iter()
        .filter(|root| !ancestry::runs(root.pid, root.started))
        .collect();
    if !ended.is_empty() {
        kernel.hub.want(|wishes| {
            for root in &ended {
                wishes.roots.remove(root);
            }
        });
    }
    let changed = kernel.around().changed;
    if changed {
        want(shared);
    }
}

impl Around {
    /// Takes in what an agent runs as and where it works.
    fn saw(&mut self, executable: Option<String>, project: Option<String>) {
        let lists = [
            (&mut self.now.agents, executable),
            (&mut self.now.projects, project),
        ];
        for (list, new) in lists {
            if let Some(new) = new
                && !list.contains(&new)
            {
                if list.len() >= MOST_AROUND {
                    list.remove(0);
                }
                list.push(new);
                self.changed = true;
            }
        }
    }
}

/// Takes in what sensors saw.
struct Intake<'a> {
    shared: &'a Shared,
    /// Where sessions work, as hooks tell.
    folders: HashMap<SessionId, String>,
    reads: HashMap<(SessionId, Option<ToolCallId>), Reads>,
    counted: Instant,
}

/// How many files a call only read.
struct Reads {
    agent: Option<AgentKind>,
    call: Option<CallRef>,
    times: u64,
    last: i64,
}

impl Intake<'_> {
    fn new(shared: &Shared) -> Intake<'_> {
        Intake {
            shared,
            folders: HashMap::new(),
            reads: HashMap::new(),
            counted: Instant::now(),
        }
    }

    fn run(mut self) {
        while let Some(taken) = self.shared.kernel.hub.inbox.take(BATCH, SLEEP) {
            let mut events = self.join(taken);
            if self.counted.elapsed() >= READS_EVERY {
                events.extend(self.take_reads());
            }
            self.keep(events);
        }
        let events = self.take_reads();
        self.keep(events);
    }

    /// Finds out to which session and call each belongs.
    fn join(&mut self, taken: Taken) -> Vec<(Event, Option<RuleId>)> {
        let shared = self.shared;
        let mut table = shared.kernel.table();
        let mut events = Vec::with_capacity(taken.items.len());
        for item in taken.items {
            match item {
                Item::Told(told) => self.told(&mut table, told),
                Item::Member { root, process } => {
                    if root != process {
                        table.forked(root, process);
                    }
                }
                Item::Seen(seen) => {
                    let denied = seen.denied;
                    if let Some(event) = self.seen(&mut table, seen) {
                        events.push((event, denied.and_then(denials::rule)));
                    }
                }
            }
        }
        let mut counts: BTreeMap<Process, BTreeMap<String, u64>> = BTreeMap::new();
        for ((tree, cause), count) in taken.missing {
            counts
                .entry(tree)
                .or_default()
                .insert(cause.to_owned(), count);
        }
        for (tree, counts) in counts {
            let known = table.of(tree);
            events.push((translate::lost(now(), tree, known, counts), None));
        }
        events
    }

    fn told(&mut self, table: &mut Processes, told: Told) {
        match told {
            Told::Root {
                process,
                agent,
                session,
                cwd,
            } => {
                table.session_root(process, agent, &session);
                if self.folders.len() >= MOST {
                    self.folders.clear();
                }
                if let Some(cwd) = cwd {
                    self.folders.insert(session, cwd);
                }
            }
            Told::Began {
                session, call, at, ..
            } => table.call_began(&session, &call, at),
            Told::Ended { session, call, at } => table.call_ended(&session, &call, at),
        }
    }

    fn seen(&mut self, table: &mut Processes, seen: Observation) -> Option<Event> {
        let known = match &seen.deed {
            Deed::Fork { child } => {
                table.forked(seen.process, *child);
                return None;
            }
            Deed::Exec { executable, .. } if seen.error.is_none() => {
                table.executed(seen.process, executable)
            }
            Deed::Exit { .. } => {
                let known = table.of(seen.process);
                table.exited(seen.process);
                known
            }
            Deed::Lost(_) => table.of(seen.tree),
            _ => table.of(seen.process),
        };
        if matches!(seen.deed, Deed::Reads) {
            self.count_reads(&seen, known);
            return None;
        }
        let folder = known.session.as_ref();
        let folder = folder
            .and_then(|session| self.folders.get(session))
            .cloned();
        translate::event(seen, known, folder)
    }

    fn count_reads(&mut self, seen: &Observation, known: Attribution) {
        let Some(session) = known.session else { return };
        if self.reads.len() >= MOST {
            return;
        }
        let call = known.call.as_ref().map(|call| call.id.clone());
        let reads = self.reads.entry((session, call)).or_insert(Reads {
            agent: known.agent,
            call: known.call,
            times: 0,
            last: seen.at,
        });
        reads.times += u64::from(seen.times);
        reads.last = reads.last.max(seen.at);
    }

    fn take_reads(&mut self) -> Vec<(Event, Option<RuleId>)> {
        self.counted = Instant::now();
        let reads = self.reads.drain();
        let events = reads.map(|((session, _), reads)| {
            let at = Timestamp(reads.last);
            let event = translate::reads(at, reads.agent, session, reads.call, reads.times);
            (event, None)
        });
        events.collect()
    }

    /// Judges and keeps; the store's queue may make this thread wait, and nobody else.
    fn keep(&self, events: Vec<(Event, Option<RuleId>)>) {
        if events.is_empty() {
            return;
        }
        let shared = self.shared;
        let judge = shared.judge();
        let count = events.len();
        let oldest = events.iter().map(|(event, _)| event.at).min();
        let newest = events.iter().map(|(event, _)| event.at).max();
        let mut records = Vec::with_capacity(count);
        for (event, denied) in events {
            let record = judge.seen(event, denied.as_ref(), &shared.memory);
            if !record.decision.findings.is_empty() {
                shared.habits.note(&record.event, &record.decision);
            }
            records.push(record);
        }
        let kept = shared.store.append_all(records);
        if let Err(error) = &kept {
            log(&format!(
                "warning: the record takes no events of the sensor: {error}"
            ));
        }
        let latency = oldest.map_or(0, |oldest| now().0.saturating_sub(oldest.0));
        shared.kernel.hub.note(|status| {
            match kept {
                Ok(_) => status.events += count as u64,
                Err(_) => status.unkept += count as u64,
            }
            status.last = status.last.max(newest);
            status.latency = latency;
        });
    }
}
