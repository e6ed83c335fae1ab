//! What disagrees, and how hooks do: events as they are kept go in, findings come out.
//!
//! **Invariant:** nobody waits for it. What it finds is an event of our own, judged like any other.

use super::{Shared, log, now};
use crate::ancestry;
use crate::hooked::{self, Hooked};
use crate::places::Places;
use anyhow::{Context, Result};
use ringfence_event::{
    Action, AgentKind, Event, EventKey, Labels, RuleId, Source, Timestamp, Unsaid, Verdict,
};
use ringfence_store::{EventFilter, FindingFilter};
use ringfence_timeline::{
    Circumstances, Disagreement, Health, HookHealth, Hooks, Named, Running, Watch,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, UNIX_EPOCH};

/// How often it asks what disagrees.
const EVERY: Duration = Duration::from_millis(200);
/// How often it looks which agents run.
const LOOKING: Duration = Duration::from_secs(20);
/// The moment of what it finds.
const MOMENT: &str = "Disagreement";
/// The rule that says who asks nobody where: what it found before is no news.
const UNGUARDED: &str = "agent-asks-nobody";
/// Most findings that are read of earlier times.
const MOST: usize = 1000;

/// What is remembered.
pub(super) struct Witness {
    since: Timestamp,
    watch: Mutex<Watch>,
    health: Mutex<Health>,
}

impl Witness {
    pub(super) fn new(since: Timestamp) -> Witness {
        Witness {
            since,
            watch: Mutex::new(Watch::new(since)),
            health: Mutex::default(),
        }
    }

    /// Takes in an event as it is kept.
    pub(super) fn take(&self, event: &Event, verdict: Verdict) {
        lock(&self.watch).take(event, verdict, now());
        // What is imported says nothing of how hooks do now.
        if event.at >= self.since {
            lock(&self.health).take(event);
        }
    }

    /// Takes in an event of a hook, and how long its answer took.
    pub(super) fn answered(&self, event: &Event, verdict: Verdict) {
        self.take(event, verdict);
        let took = now().0.saturating_sub(event.at.0);
        lock(&self.health).answered(event, u64::try_from(took).unwrap_or(0));
    }

    /// How the hooks of each agent do.
    pub(super) fn health(&self) -> BTreeMap<AgentKind, HookHealth> {
        lock(&self.health).report()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes in what hooks judged by themselves, as it came into the record.
pub(super) fn take_spooled(shared: &Shared, seqs: &Range<i64>) {
    let filter = EventFilter {
        source: Some(Source::Hook),
        after_seq: Some(seqs.start - 1),
        before_seq: Some(seqs.end),
        ..EventFilter::default()
    };
    let events = shared
        .store
        .reader()
        .and_then(|record| record.events(&filter));
    // A record that cannot be read is told by the store's health.
    for stored in events.unwrap_or_default() {
        shared.witness.take(&stored.event, stored.verdict);
        if shared.told.note(&stored.event) {
            shared.history.announced_after_all();
        }
        shared.kernel.note_late(&stored.event);
    }
}

/// Starts the thread.
pub(super) fn start(shared: &Arc<Shared>) -> Result<JoinHandle<()>> {
    let shared = Arc::clone(shared);
    thread::Builder::new()
        .name("witness".to_owned())
        .spawn(move || run(&shared))
        .context("failed to start a thread")
}

fn run(shared: &Shared) {
    remember(shared);
    let mut looked = Instant::now();
    while !shared.stopping.load(Ordering::SeqCst) {
        if looked.elapsed() >= LOOKING {
            looked = Instant::now();
            look_at_running(shared);
        }
        take_due(shared, false);
        ask(shared);
        thread::park_timeout(EVERY);
    }
    take_due(shared, true);
}

/// Takes in what waited for a hook.
fn take_due(shared: &Shared, is_end: bool) {
    if let Err(error) = shared.hear_due(is_end) {
        log(&format!("warning: what agents told is not kept: {error}"));
    }
}

/// Where agents asked about nothing before.
fn remember(shared: &Shared) {
    let filter = FindingFilter {
        rule: Some(RuleId::from(UNGUARDED)),
        limit: Some(MOST),
        newest_first: true,
        ..FindingFilter::default()
    };
    let Ok(record) = shared.store.reader() else {
        return;
    };
    let found = record.findings(&filter).unwrap_or_default();
    let told: Vec<Event> = (found.iter())
        .filter_map(|found| record.event(&found.event_id.to_string()).ok()?)
        .map(|stored| stored.event)
        .collect();
    let mut watch = lock(&shared.witness.watch);
    for event in &told {
        if let (Some(agent), Some(cwd)) = (event.agent, &event.cwd) {
            watch.is_used_to(agent, cwd);
        }
    }
}

/// Asks what disagrees, and keeps it.
fn ask(shared: &Shared) {
    let witness = &shared.witness;
    if !lock(&witness.watch).is_waiting() {
        return;
    }
    let now = now();
    // Files and the record are read without the lock: hooks take it, too.
    let wanted = lock(&witness.watch).wants(now).into_iter();
    let known: BTreeMap<Named, Circumstances> = wanted
        .map(|named| {
            let known = circumstances(shared, &named);
            (named, known)
        })
        .collect();
    let found = lock(&witness.watch).ask(now, &known);
    if found.is_empty() {
        return;
    }
    let judge = shared.judge();
    for one in found {
        let record = judge.found_out(event(one), &shared.memory);
        shared.habits.note(&record.event, &record.decision);
        if let Err(error) = shared.store.append(record) {
            log(&format!("warning: a finding is not kept: {error}"));
        }
    }
}

fn circumstances(shared: &Shared, (agent, id, cwd): &Named) -> Circumstances {
    let record = shared.store.reader();
    let session = record.and_then(|record| record.session(id.as_str()));
    Circumstances {
        hooks: settings(*agent, cwd.as_deref(), &shared.places),
        began: session.ok().flatten().map(|session| session.first),
    }
}

fn event(found: Disagreement) -> Event {
    let events: Vec<String> = found.events.iter().map(EventKey::to_string).collect();
    Event {
        key: EventKey(uuid::Uuid::now_v7()),
        at: now(),
        source: Source::Host,
        agent: Some(found.agent),
        moment: Some(MOMENT.to_owned()),
        session: found.session,
        call: found.call,
        process: None,
        cwd: found.cwd,
        action: Action::Notification {
            text: format!("{}; {}", found.done, found.said),
        },
        labels: Labels {
            unsaid: vec![Unsaid {
                kind: found.kind,
                said: found.said,
                done: found.done,
            }],
            ..Labels::default()
        },
        rest: serde_json::Map::from_iter([("events".to_owned(), json!(events))]),
    }
}

/// What stands in an agent's settings, for sessions that work in a directory.
fn settings(agent: AgentKind, cwd: Option<&str>, places: &Places) -> Hooks {
    let seen = hooked::look(agent, places);
    match seen.hooked {
        Hooked::Absent => return Hooks::Absent,
        Hooked::Broken => {
            let why = seen.why.unwrap_or_else(|| "they cannot work".to_owned());
            return Hooks::Off { why };
        }
        Hooked::Whole => {}
    }
    if let Some(why) = cwd.and_then(|cwd| switched_off(agent, Path::new(cwd))) {
        return Hooks::Off { why };
    }
    let backup = places.backups().join(format!("{agent}.json"));
    let changed = |path: &Path| std::fs::metadata(path).and_then(|found| found.modified());
    let since = changed(&backup).or_else(|_| changed(&seen.settings)).ok();
    let since = since.and_then(|since| since.duration_since(UNIX_EPOCH).ok());
    Hooks::Installed {
        since: since.map_or(Timestamp(0), |since| {
            Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
        }),
    }
}

/// Whether a project's own settings switch hooks off, and by what.
fn switched_off(agent: AgentKind, project: &Path) -> Option<String> {
    ringfence_agents::project_settings(agent)
        .iter()
        .find_map(|below| {
            let path = project.join(below);
            let text = hooked::read(&path).ok()??;
            let why = ringfence_agents::switched_off(agent, &text)?;
            Some(format!("{why} in `{}`", path.display()))
        })
}

/// Looks which agents run, and who of them was heard of.
fn look_at_running(shared: &Shared) {
    // Whoever runs here has no part in what is invented.
    if shared.places.is_demo() {
        return;
    }
    let heard: BTreeSet<(u32, u64)> = shared
        .kernel
        .roots()
        .into_keys()
        .map(|process| (process.pid, process.started))
        .collect();
    let clock = now();
    // A launcher and the program that it starts are one agent: who is heard of speaks for both.
    let lines: Vec<_> = heard
        .iter()
        .map(|(pid, _)| ancestry::line_of(*pid))
        .collect();
    let running: Vec<Running> = ancestry::agents_running()
        .into_iter()
        .map(|one| {
            let above = ancestry::line_of(one.process.0);
            let age = i64::try_from(one.age.as_micros()).unwrap_or(i64::MAX);
            Running {
                agent: one.agent,
                process: one.process,
                began: Timestamp(clock.0.saturating_sub(age)),
                heard: above.iter().any(|process| heard.contains(process))
                    || lines.iter().any(|line| line.contains(&one.process)),
                cwd: one.cwd,
            }
        })
        .collect();
    let places = &shared.places;
    let known: Vec<(AgentKind, Option<String>, Hooks)> = running
        .iter()
        .filter(|one| !one.heard)
        .map(|one| {
            let hooks = settings(one.agent, one.cwd.as_deref(), places);
            (one.agent, one.cwd.clone(), hooks)
        })
        .collect();
    lock(&shared.witness.watch).runs(clock, &running, &|agent, cwd| {
        let mut known = known.iter();
        let found = known.find(|(own, at, _)| *own == agent && at.as_deref() == cwd);
        found.map_or(Hooks::Absent, |(.., hooks)| hooks.clone())
    });
}
