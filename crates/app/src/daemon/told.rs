//! What agents tell elsewhere than in a hook, in what they write down (`Source::Transcript`) and
//! what they export (`Source::Telemetry`): masked, held against what was told before, judged if
//! nobody told it, kept.
//!
//! **Invariant:** one step of a session is judged once, whoever tells of it, and nothing is stored
//! twice: who tells first claims the step under the lock under which it was looked for. It has
//! happened: nothing is denied, and no hook waits for this. What is new and could still be told by a
//! hook waits for that, outside of the record: a moment, and a call until its turn has come; what a
//! model says on the wire until it has run, since its hook may be slow.

mod known;
mod recent;
mod sifted;

use super::{Shared, now, overheard};
use crate::hooked::{self, Hooked};
use crate::judge::{Judge, RealLinks};
use crate::memory::Memory;
use known::{Known, LONGEST_TURN, Stage};
use recent::Recent;
use ringfence_detect::Policy;
use ringfence_enrich::{Carried, Links, NoLinks};
use ringfence_event::{
    AgentKind, Decision, Event, EventKey, ProcessRef, SessionId, Source, Timestamp, ToolCallId,
};
use ringfence_store::{Reader, Record, Store, StoreError};
use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a step waits for a hook that may tell of it, in microseconds.
const PATIENCE: i64 = 3_000_000;
/// How old a step may be for a hook still to tell of it, in microseconds.
const FRESH: i64 = 30_000_000;
/// Most steps that wait; the oldest goes on without.
const MOST_WAITING: usize = 4096;
/// How old an event may be to be seen together with what happens now, in microseconds: an hour.
const PRESENT: i64 = 3_600_000_000;

/// Whom and what the events are held against.
pub(crate) struct Hearing<'a> {
    pub(crate) judge: &'a Judge,
    pub(crate) store: &'a Store,
    /// What is remembered of sessions that run; only what is new counts there.
    pub(crate) memory: &'a Memory,
    /// What is remembered of those that are over, told in their own order.
    pub(crate) past: &'a Memory,
    /// Whether a hook of this agent would tell.
    pub(crate) hooks: &'a dyn Fn(AgentKind) -> bool,
    /// Whose a process is, as far as it is known by now.
    pub(crate) whose: &'a dyn Fn(&ProcessRef) -> Option<SessionId>,
    pub(crate) now: Timestamp,
    pub(crate) pace: Pace,
}

/// How the record is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As soon as there is room.
    Soon,
    /// So that there is always room for others.
    AtLeisure,
}

/// What came of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// It is kept beside the event that told the same before.
    Again(EventKey),
    /// It is the first to tell.
    First,
    /// It is the first to tell, and a hook should have.
    Unannounced,
}

/// What came of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Those that are kept now.
    pub(crate) kept: usize,
    /// Those that were in the record already.
    pub(crate) known: usize,
    /// Those that wait for a hook.
    pub(crate) waiting: usize,
}

/// An event that waits for a hook.
struct Waiting {
    event: Event,
    carried: Carried,
    until: Timestamp,
    /// When it waits no longer, whatever goes on.
    at_most: Timestamp,
}

/// What is to be done with an event that waits.
enum Due {
    /// Wait on.
    Not,
    /// A hook or another source told it.
    Again,
    /// It is the first to tell.
    First,
    /// The same, and a hook should have.
    Unannounced,
}

/// What agents tell elsewhere than in a hook.
#[derive(Default)]
pub(crate) struct Told {
    known: Mutex<Known>,
    recent: Mutex<Recent>,
    waiting: Mutex<VecDeque<Waiting>>,
}

impl Told {
    /// Takes a note of an event of a hook, as it is kept; returns whether it was missed until now.
    pub(crate) fn note(&self, event: &Event) -> bool {
        lock(&self.known).note(event)
    }

    /// Hooks that judged by themselves were taken into the record.
    pub(crate) fn ask_again(&self) {
        lock(&self.known).ask_again();
    }

    /// Takes in what agents told, in the order in which they did. `each` sees every event that is
    /// kept. On an error none or only the first of them are: it is safe to bring them again.
    /// `record` reads what is in the store: opening it costs more than asking it.
    pub(crate) fn take(
        &self,
        hearing: &Hearing<'_>,
        record: &Reader,
        events: Vec<Event>,
        each: &mut dyn FnMut(&Record, Heard),
    ) -> Result<Taken, StoreError> {
        let all = events.len();
        let events = self.sift(record, events)?;
        let known = all - events.len();
        let new: Vec<EventKey> = events.iter().map(|event| event.key).collect();
        let taken = self.take_new(hearing, record, events, each);
        if taken.is_err() {
            lock(&self.recent).forget(&new);
            lock(&self.waiting).retain(|one| !new.contains(&one.event.key));
        }
        Ok(Taken { known, ..taken? })
    }

    fn take_new(
        &self,
        hearing: &Hearing<'_>,
        record: &Reader,
        events: Vec<Event>,
        each: &mut dyn FnMut(&Record, Heard),
    ) -> Result<Taken, StoreError> {
        let mut taken = Taken::default();
        let mut keeping = Keeping::new(hearing, each);
        for mut event in events {
            let is_new = hearing.is_present(&event);
            let links: &dyn Links = if is_new { &RealLinks } else { &NoLinks };
            let carried = hearing.judge.enrich(&mut event, links);
            if self.goes_on(hearing, record, &mut event)? {
                keeping.keep(event, &carried, false);
            } else {
                taken.waiting += 1;
                let now = hearing.now.0;
                lock(&self.waiting).push_back(Waiting {
                    event,
                    carried,
                    until: Timestamp(now.saturating_add(PATIENCE)),
                    at_most: Timestamp(now.saturating_add(LONGEST_TURN)),
                });
            }
        }
        taken.kept = keeping.store()?;
        Ok(taken)
    }

    /// Takes in what waited for a hook that came or did not come; all of it, if `all` is over.
    pub(crate) fn due(
        &self,
        hearing: &Hearing<'_>,
        all: bool,
        each: &mut dyn FnMut(&Record, Heard),
    ) -> Result<usize, StoreError> {
        let mut ready = Vec::new();
        {
            let mut waiting = lock(&self.waiting);
            let mut known = lock(&self.known);
            let surplus = waiting.len().saturating_sub(MOST_WAITING);
            let over = results(&waiting);
            let mut still = VecDeque::new();
            for (place, mut one) in waiting.drain(..).enumerate() {
                one.join(&known, hearing);
                match one.is_due(&mut known, hearing.now, all || place < surplus, &over) {
                    Due::Not => still.push_back(one),
                    Due::Again | Due::First => ready.push((one, false)),
                    Due::Unannounced => ready.push((one, !all)),
                }
            }
            *waiting = still;
        }
        let mut keeping = Keeping::new(hearing, each);
        for (Waiting { event, carried, .. }, alone) in ready {
            keeping.keep(event, &carried, alone);
        }
        keeping.store()
    }

    /// How many events wait for a hook.
    pub(crate) fn waiting(&self) -> usize {
        lock(&self.waiting).len()
    }

    /// Marks an event that repeats another; returns whether it need not wait.
    fn goes_on(
        &self,
        hearing: &Hearing<'_>,
        record: &Reader,
        event: &mut Event,
    ) -> Result<bool, StoreError> {
        if event.is_copy() {
            return Ok(true);
        }
        if event.source == Source::Proxy && event.session.is_none() {
            // Its agent's first hook tells which session it is.
            return Ok(!event.agent.is_some_and(|agent| (hearing.hooks)(agent)));
        }
        let (Some(stage), Some(name)) = (Stage::of(&event.action), known::name(event)) else {
            return Ok(true);
        };
        if !lock(&self.known).has(&name) {
            // Not under the lock: hooks take it too.
            let recorded = known::recorded(&name, record)?;
            lock(&self.known).remember(&name, &recorded);
        }
        let mut known = lock(&self.known);
        if let Some(before) = known.before(event) {
            repeat(event, before);
            return Ok(true);
        }
        let age = hearing.now.0.saturating_sub(event.at.0);
        let hooked =
            || known.is_hooked(&name) || event.agent.is_some_and(|agent| (hearing.hooks)(agent));
        let goes_on = age > FRESH || !stage.is_hooked() || !hooked();
        if goes_on && hearing.is_present(event) {
            known.claim(event, false);
        }
        Ok(goes_on)
    }
}

impl Waiting {
    /// Finds its session, if that was not known.
    fn join(&mut self, known: &Known, hearing: &Hearing<'_>) {
        let event = &mut self.event;
        if event.session.is_none() {
            let by_process = || (hearing.whose)(event.process.as_ref()?);
            event.session = known.session_of(event).or_else(by_process);
        }
    }

    /// What is to be done with it now; `whatever` says that it cannot wait. The step is claimed if
    /// it goes on.
    fn is_due(
        &mut self,
        known: &mut Known,
        now: Timestamp,
        whatever: bool,
        over: &HashSet<ToolCallId>,
    ) -> Due {
        let event = &mut self.event;
        if let Some(before) = known.before(event) {
            repeat(event, before);
            return Due::Again;
        }
        let from_wire = event.source == Source::Proxy;
        if from_wire && event.session.is_some() && Stage::of(&event.action).is_none() {
            return Due::First;
        }
        let has_run = || {
            let call = event.call.as_ref();
            call.is_some_and(|call| over.contains(&call.id)) || known.has_run(event)
        };
        let is_call = Stage::of(&event.action) == Some(Stage::Call);
        // What a model says over the wire need not be done, and whoever does it is asked before.
        let waits_its_turn = is_call && !has_run() && (from_wire || known.is_busy(event, over));
        if waits_its_turn && !whatever && now < self.at_most {
            self.until = Timestamp(now.0.saturating_add(PATIENCE));
            return Due::Not;
        }
        if !whatever && now < self.until.min(self.at_most) {
            return Due::Not;
        }
        // Of what failed or was interrupted not every agent tells its hooks; who announced the call
        // is what counts.
        let is_result = Stage::of(&event.action) == Some(Stage::Result);
        let missed = !waits_its_turn && !is_result && !from_wire;
        known.claim(event, missed);
        if missed { Due::Unannounced } else { Due::First }
    }
}

/// The calls whose results wait.
fn results(waiting: &VecDeque<Waiting>) -> HashSet<ToolCallId> {
    let results = waiting.iter().map(|one| &one.event);
    results
        .filter(|event| Stage::of(&event.action) == Some(Stage::Result))
        .filter_map(|event| Some(event.call.as_ref()?.id.clone()))
        .collect()
}

fn repeat(event: &mut Event, before: known::Before) {
    event.labels.repeats = Some(before.key);
    if before.call.is_some() {
        event.call = before.call;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hearing<'_> {
    /// Whether an event belongs to what happens now.
    fn is_present(&self, event: &Event) -> bool {
        self.now.0.saturating_sub(event.at.0) <= PRESENT
    }
}

/// A batch on its way into the record.
struct Keeping<'k, 'h> {
    hearing: &'k Hearing<'h>,
    each: &'k mut dyn FnMut(&Record, Heard),
    policy: Option<Policy>,
    records: Vec<Record>,
}

impl<'k, 'h> Keeping<'k, 'h> {
    fn new(hearing: &'k Hearing<'h>, each: &'k mut dyn FnMut(&Record, Heard)) -> Self {
        Keeping {
            hearing,
            each,
            policy: None,
            records: Vec::new(),
        }
    }

    fn keep(&mut self, event: Event, carried: &Carried, unannounced: bool) {
        if let Some(before) = event.labels.repeats {
            let decision = Decision::from_findings(Vec::new());
            self.add(Record { event, decision }, Heard::Again(before));
            return;
        }
        let hearing = self.hearing;
        let judge = hearing.judge;
        let policy = self
            .policy
            .get_or_insert_with(|| judge.policy_of_the_past());
        let memory = if hearing.is_present(&event) {
            hearing.memory
        } else {
            hearing.past
        };
        let record = judge.told(event, carried, memory, policy);
        let heard = if unannounced {
            Heard::Unannounced
        } else {
            Heard::First
        };
        self.add(record, heard);
    }

    fn add(&mut self, record: Record, heard: Heard) {
        (self.each)(&record, heard);
        self.records.push(record);
    }

    fn store(self) -> Result<usize, StoreError> {
        let count = self.records.len();
        if count > 0 {
            let store = self.hearing.store;
            match self.hearing.pace {
                Pace::Soon => store.append_all(self.records)?,
                Pace::AtLeisure => store.append_at_leisure(self.records)?,
            };
        }
        Ok(count)
    }
}

impl Shared {
    /// Takes in what agents told elsewhere than in a hook, in the order in which they did; `due`
    /// must be called now and then for what has to wait.
    pub(super) fn hear(&self, events: Vec<Event>) -> Result<Taken, StoreError> {
        let judge = self.judge();
        let record = self.store.reader()?;
        self.heard(&judge, |hearing, each| {
            self.told.take(hearing, &record, events, each)
        })
    }

    /// Takes in what waited for a hook long enough; everything, if this is the end.
    pub(super) fn hear_due(&self, is_end: bool) -> Result<usize, StoreError> {
        if self.told.waiting() == 0 {
            return Ok(0);
        }
        let judge = self.judge();
        self.heard(&judge, |hearing, each| self.told.due(hearing, is_end, each))
    }

    fn heard<T>(
        &self,
        judge: &Judge,
        take: impl FnOnce(&Hearing<'_>, &mut dyn FnMut(&Record, Heard)) -> T,
    ) -> T {
        let hooks = |agent| hooked::look(agent, &self.places).hooked == Hooked::Whole;
        let whose = |process: &ProcessRef| overheard::session_of(self, process);
        let hearing = Hearing {
            judge,
            store: &self.store,
            memory: &self.memory,
            past: &self.past,
            hooks: &hooks,
            whose: &whose,
            now: now(),
            pace: Pace::Soon,
        };
        take(&hearing, &mut |record, heard| {
            let Record { event, decision } = record;
            self.witness.take(event, decision.verdict);
            if matches!(heard, Heard::Again(_)) {
                return;
            }
            if heard == Heard::Unannounced {
                self.history.unannounced();
            }
            self.habits.note(event, decision);
            if hearing.is_present(event) {
                self.files.note(event, decision);
                self.opinions.offer(event, &judge.config);
            }
        })
    }
}

#[cfg(test)]
mod tests;
