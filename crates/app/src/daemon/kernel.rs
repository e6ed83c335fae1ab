//! The threads that speak with sensors and take in what they saw: joined, judged, kept.
//!
//! **Invariant:** what the sensor saw has happened, or was denied in the kernel: nothing waits for
//! the judgement, and no hook waits for these threads. The table of processes is locked for a batch
//! at a time; hooks never lock it.

use super::{Shared, log, now};
use crate::allowances;
use crate::ancestry;
use crate::judge::{Judge, RealLinks};
use crate::sensor::denials::{Circumstances, Locking};
use crate::sensor::familiar::Familiar;
use crate::sensor::gathered::Gathered;
use crate::sensor::hub::Hub;
use crate::sensor::inbox::{Item, Taken, Told};
use crate::sensor::joined::{self, Joined};
use crate::sensor::locks::{self, Locks};
use crate::sensor::{denials, link, settings, translate};
use anyhow::{Context, Result};
use ringfence_detect::{Allowance, Lifts};
use ringfence_enrich::Attribution;
use ringfence_event::{
    Action, AgentKind, CallRef, Decision, Event, FindingId, Operation, RuleId, SessionId,
    Timestamp, Tool, ToolCallId, Verdict,
};
use ringfence_sense::{Deed, Observation, Process};
use ringfence_store::Record;
use serde_json::Value;
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
/// Most calls whose reads are counted, and agents whose session is remembered.
const MOST: usize = 4096;

/// A connection that is being made (errno(3)).
const EINPROGRESS: i32 = 115;

/// Most trees that are fenced without root at one time.
const MOST_GUESTS: u64 = 64;
/// Most projects that the policy speaks of: those seen last.
const MOST_AROUND: usize = 64;

/// What the threads keep.
pub(super) struct Kernel {
    pub(super) hub: Hub,
    joined: Mutex<Joined>,
    around: Mutex<Around>,
}

/// What the policy is compiled from, and whether it changed since.
#[derive(Default)]
struct Around {
    now: Circumstances,
    /// Agents' processes, each with the session that it had last.
    roots: BTreeMap<Process, SessionId>,
    changed: bool,
}

impl Kernel {
    pub(super) fn new(judge: &Judge) -> Kernel {
        Kernel {
            hub: Hub::new(judge.config.sensor.clone()),
            joined: Mutex::default(),
            around: Mutex::default(),
        }
    }

    fn around(&self) -> MutexGuard<'_, Around> {
        self.around.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn joined(&self) -> MutexGuard<'_, Joined> {
        self.joined.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a note of an event of a hook as it was answered. `root` is the agent's process, if
    /// that is what fired the hook; `command` the line of a shell call as the agent wrote it.
    pub(super) fn note(
        &self,
        event: &Event,
        verdict: Verdict,
        root: Option<Process>,
        command: Option<String>,
    ) {
        let Some(session) = &event.session else {
            return;
        };
        if let Some(process) = root {
            let is_new = self.hub.watch(process);
            let mut around = self.around();
            if is_new && let Some(project) = &event.cwd {
                around.works_in(process, project);
            }
            around.has(process, session);
        }
        self.hub.inbox.tell(Told {
            event: Box::new(slim(event, root)),
            command,
            root,
            denied: verdict == Verdict::Deny,
        });
    }

    /// A hook that judged by itself told of its session: who started it is watched from now on, if it is
    /// an agent that still runs.
    pub(super) fn note_late(&self, event: &Event) {
        let (Some(session), Some(told)) = (&event.session, &event.process) else {
            return;
        };
        let process = Process {
            pid: told.pid,
            started: told.started,
        };
        let runs = ancestry::runs(told.pid, told.started);
        if runs && ancestry::agent_of(told.pid).is_some() {
            self.hub.watch(process);
            self.around().has(process, session);
        }
    }

    /// The agents that run, each with its session.
    pub(super) fn roots(&self) -> BTreeMap<Process, SessionId> {
        self.around().roots.clone()
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
    let mut threads = Vec::new();
    #[cfg(target_os = "linux")]
    {
        let poller = Arc::clone(shared);
        let looks = move || {
            crate::sensor::poll::run(&poller.kernel.hub, |root| {
                let agents = poller.agents.lock();
                let agents = agents.unwrap_or_else(PoisonError::into_inner);
                agents.is_fenced(&ancestry::line_of(root.pid))
            });
        };
        threads.push(named("looks at /proc").spawn(looks).context(failed)?);
    }
    threads.extend([
        named("sensor")
            .spawn(move || {
                let socket = speaker.judge().config.sensor.clone();
                link::run(&speaker.kernel.hub, &socket);
            })
            .context(failed)?,
        named("sensor: takes in")
            .spawn(move || Intake::new(&taker).run())
            .context(failed)?,
    ]);
    Ok(threads)
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
    let locks = Locks::load(&shared.places).unwrap_or_else(|error| {
        log(&format!("warning: no session is locked: {error:#}"));
        Locks::default()
    });
    let circumstances = {
        let mut around = kernel.around();
        around.changed = false;
        around.lock(&locks);
        around.now.clone()
    };
    let released = locks::is_released(&shared.places);
    let settings = settings::of(&judge);
    let policy = denials::policy(&judge, &circumstances).filter(|_| !released);
    kernel.hub.note(|status| status.released = released);
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
        let mut around = kernel.around();
        around.roots.retain(|root, _| !ended.contains(root));
        around.now.trees.retain(|(root, _)| !ended.contains(root));
    }
    let allowances = in_force(shared);
    let changed = {
        let mut around = kernel.around();
        around.changed |= around.now.allowances != allowances;
        around.now.allowances = allowances;
        around.changed
    };
    if changed {
        want(shared);
    }
}

/// What a person has allowed, as it counts now.
fn in_force(shared: &Shared) -> Vec<Allowance> {
    let mut allowances = allowances::load(&shared.places);
    allowances.retain(|allowance| allowance.is_in_force(now()));
    allowances.sort_by(|one, other| one.finding.cmp(&other.finding));
    allowances
}

impl Around {
    /// Takes in that an agent's process has this session.
    fn has(&mut self, process: Process, session: &SessionId) {
        if self.roots.get(&process) == Some(session) || self.roots.len() >= MOST {
            return;
        }
        self.roots.insert(process, session.clone());
        // A lock may speak of it.
        self.changed = true;
    }

    /// Finds the trees of locked sessions.
    fn lock(&mut self, locks: &Locks) {
        let locked = self.roots.iter().filter_map(|(tree, session)| {
            let allow = locks.0.get(session)?.clone();
            Some(Locking { tree: *tree, allow })
        });
        self.now.locks = locked.collect();
    }

    /// Takes in where an agent works.
    fn works_in(&mut self, process: Process, project: &str) {
        if self.now.trees.len() < MOST {
            self.now.trees.push((process, project.to_owned()));
            // Something may be allowed there.
            self.changed |= !self.now.allowances.is_empty();
        }
        let projects = &mut self.now.projects;
        if projects.iter().any(|known| known == project) {
            return;
        }
        if projects.len() >= MOST_AROUND {
            projects.remove(0);
        }
        projects.push(project.to_owned());
        self.changed = true;
    }
}

/// An event of a hook as the process table needs it: without its long texts.
fn slim(event: &Event, root: Option<Process>) -> Event {
    let tool = |tool: &Tool| Tool {
        name: tool.name.clone(),
        operation: tool.operation.clone(),
        input: match &tool.operation {
            // How a shell call runs stands there: in the background, for how long.
            Operation::Shell { .. } => tool.input.clone(),
            _ => Value::Null,
        },
    };
    let action = match &event.action {
        Action::ToolCall { tool: one } => Action::ToolCall { tool: tool(one) },
        Action::PermissionRequest { tool: one } => Action::PermissionRequest { tool: tool(one) },
        Action::ToolResult {
            tool: one, outcome, ..
        } => Action::ToolResult {
            tool: tool(one),
            outcome: *outcome,
            output: Value::Null,
        },
        Action::Prompt { .. } => Action::Prompt {
            text: String::new(),
        },
        Action::TurnEnd { .. } => Action::TurnEnd { text: None },
        Action::SessionEnd { .. } => Action::SessionEnd { reason: None },
        _ => Action::Other,
    };
    Event {
        key: event.key,
        at: event.at,
        source: event.source,
        agent: event.agent,
        moment: None,
        session: event.session.clone(),
        call: event.call.clone(),
        process: root.map(|root| translate::reference(root, None)),
        cwd: event.cwd.clone(),
        action,
        labels: event.labels.clone(),
        rest: serde_json::Map::new(),
    }
}

/// Whether a process did what somebody may have allowed once.
fn has_happened(event: &Event) -> bool {
    matches!(
        &event.action,
        Action::File { error: None, .. }
            | Action::DnsQuery { error: None, .. }
            | Action::Connect {
                error: None | Some(EINPROGRESS),
                ..
            }
    )
}

/// Takes in what sensors saw.
struct Intake<'a> {
    shared: &'a Shared,
    reads: HashMap<(SessionId, Option<ToolCallId>), Reads>,
    counted: Instant,
    familiar: Familiar,
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
            reads: HashMap::new(),
            counted: Instant::now(),
            familiar: Familiar::default(),
        }
    }

    fn run(mut self) {
        while let Some(taken) = self.shared.kernel.hub.inbox.take(BATCH, SLEEP) {
            let mut gathered = self.take(taken);
            if self.counted.elapsed() >= READS_EVERY {
                self.take_reads(&mut gathered);
            }
            self.keep(gathered);
        }
        let mut gathered = Gathered::default();
        self.take_reads(&mut gathered);
        self.keep(gathered);
    }

    /// Joins and judges a batch.
    fn take(&mut self, taken: Taken) -> Gathered {
        let shared = self.shared;
        let judge = shared.judge();
        self.familiar.follow(&judge);
        let mut joined = shared.kernel.joined();
        let mut gathered = Gathered::default();
        for item in taken.items {
            match item {
                Item::Told(told) => hear(&mut joined, &told),
                Item::Member { root, process } => {
                    joined.adopt(joined::key(root), joined::key(process), now());
                }
                Item::Seen(seen) => {
                    if let Some(record) = self.seen(&judge, &mut joined, seen, true) {
                        gathered.add(record);
                    }
                }
                Item::Polled(seen) => {
                    if let Some(record) = self.seen(&judge, &mut joined, seen, false) {
                        gathered.add(record);
                    }
                }
            }
        }
        let mut counts: BTreeMap<Process, BTreeMap<String, u64>> = BTreeMap::new();
        for ((tree, cause), count) in taken.missing {
            let causes = counts.entry(tree).or_default();
            causes.insert(cause.to_owned(), count);
        }
        for (tree, counts) in counts {
            let mut event = translate::lost(now(), tree, counts);
            joined.processes.take(&mut event, joined::key(tree));
            gathered.add(self.judged(&judge, &mut joined, event, None, true));
        }
        gathered
    }

    /// `in_time` says that it is told as it happened: only then can it be held against what was said.
    fn seen(
        &mut self,
        judge: &Judge,
        joined: &mut Joined,
        seen: Observation,
        in_time: bool,
    ) -> Option<Record> {
        let tree = joined::key(seen.tree);
        let process = joined::key(seen.process);
        match &seen.deed {
            Deed::Fork { child } => {
                let at = Timestamp(seen.at);
                joined
                    .processes
                    .forked(process, joined::key(*child), tree, at);
                return None;
            }
            Deed::Reads => {
                self.count_reads(&seen, joined.processes.of(process));
                return None;
            }
            _ => {}
        }
        let denied = seen.denied.and_then(denials::rule);
        let mut event = translate::event(seen)?;
        if denied.as_ref().is_some_and(denials::is_lock) {
            event.moment = Some(denials::LOCKED.to_owned());
        }
        joined.processes.take(&mut event, tree);
        if has_happened(&event) {
            self.use_up(&event);
        }
        Some(self.judged(judge, joined, event, denied.as_ref(), in_time))
    }

    /// Takes back what was allowed once, when it was done.
    fn use_up(&self, event: &Event) {
        let kernel = &self.shared.kernel;
        let mut around = kernel.around();
        if !around.now.allowances.iter().any(|one| one.lifts.is_some()) {
            return;
        }
        let done = Lifts::of(event);
        let used = around.now.allowances.iter();
        let used = used.filter(|allowance| allowance.lifts.is_some() && allowance.lifts == done);
        let used: Vec<FindingId> = used.map(|allowance| allowance.finding.clone()).collect();
        for finding in used {
            allowances::take(&self.shared.places, &finding);
            around.now.allowances.retain(|one| one.finding != finding);
            around.changed = true;
        }
    }

    fn judged(
        &mut self,
        judge: &Judge,
        joined: &mut Joined,
        event: Event,
        denied: Option<&RuleId>,
        in_time: bool,
    ) -> Record {
        let memory = &self.shared.memory;
        let familiar = &mut self.familiar;
        let record = judge.seen(event, denied, memory, familiar, |event, place| {
            let Joined { processes, deeds } = joined;
            if in_time {
                deeds.compare(event, processes, place, &RealLinks);
            }
        });
        if !record.decision.findings.is_empty() {
            self.shared.habits.note(&record.event, &record.decision);
        }
        if record.event.call.is_some() && !record.event.labels.unsaid.is_empty() {
            let verdict = record.decision.verdict;
            self.shared.witness.take(&record.event, verdict);
        }
        record
    }

    fn count_reads(&mut self, seen: &Observation, known: Option<Attribution>) {
        let Some(known) = known else { return };
        let call = known.call_ref();
        let Some((session, _)) = known.session else {
            return;
        };
        if self.reads.len() >= MOST {
            return;
        }
        let id = call.as_ref().map(|call| call.id.clone());
        let reads = self.reads.entry((session, id)).or_insert(Reads {
            agent: known.agent,
            call,
            times: 0,
            last: seen.at,
        });
        reads.times += u64::from(seen.times);
        reads.last = reads.last.max(seen.at);
    }

    fn take_reads(&mut self, gathered: &mut Gathered) {
        self.counted = Instant::now();
        for ((session, _), reads) in self.reads.drain() {
            let at = Timestamp(reads.last);
            gathered.add(Record {
                event: translate::reads(at, reads.agent, session, reads.call, reads.times),
                decision: Decision::from_findings(Vec::new()),
            });
        }
    }

    /// Keeps a batch; the store's queue may make this thread wait, and nobody else.
    fn keep(&self, gathered: Gathered) {
        let (records, count) = gathered.finish();
        if records.is_empty() {
            return;
        }
        let shared = self.shared;
        let oldest = records.iter().map(|record| record.event.at).min();
        let newest = records.iter().map(|record| record.event.at).max();
        let kept = shared.store.append_all(records);
        if let Err(error) = &kept {
            log(&format!(
                "warning: the record takes no events of the sensor: {error}"
            ));
        }
        let latency = oldest.map_or(0, |oldest| now().0.saturating_sub(oldest.0));
        shared.kernel.hub.note(|status| {
            match kept {
                Ok(_) => status.events += count,
                Err(_) => status.unkept += count,
            }
            status.last = status.last.max(newest);
            status.latency = latency;
        });
    }
}

/// Takes in what a hook told.
fn hear(joined: &mut Joined, told: &Told) {
    joined.told(&told.event, told.command.as_deref(), told.root);
    if told.denied
        && let (Some(session), Some(call)) = (&told.event.session, &told.event.call)
    {
        joined.processes.denied(session, &call.id, told.event.at);
    }
}
