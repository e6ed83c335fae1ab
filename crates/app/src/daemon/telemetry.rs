//! Telemetry in the daemon: received while an agent is told to export, read, kept, passed on.
//!
//! **Invariant:** the receiver answers only after what it took is kept. Without it the guard still
//! stands, so that a failure is told and not fatal.

use super::{Shared, log, now};
use crate::telemetry::forward::Forwarder;
use crate::telemetry::installed;
use crate::telemetry::receiver::{Body, Limits, Outcome, Receiver, Sink};
use crate::telemetry::status::{Delivered, TelemetryStatus};
use crate::telemetry::tokens::Tokens;
use anyhow::{Context, Result};
use hyper::StatusCode;
use ringfence_agents::{Collector, Signal, TelemetryError, read_telemetry};
use ringfence_event::AgentKind;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The receiver, if there is one, and what it counts.
#[derive(Default)]
pub(super) struct Telemetry {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    receiver: Option<Receiver>,
    forwarder: Option<Arc<Forwarder>>,
    collectors: BTreeMap<AgentKind, Collector>,
    status: TelemetryStatus,
}

impl Telemetry {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn status(&self) -> TelemetryStatus {
        let state = self.state();
        TelemetryStatus {
            forwarded: state.forwarder.as_ref().map(|forwarder| forwarder.status()),
            ..state.status.clone()
        }
    }

    /// Why nothing is received, if something should be.
    pub(super) fn problem(&self) -> Option<String> {
        self.state().status.why.clone()
    }

    fn delivered(&self, agent: AgentKind, note: impl FnOnce(&mut Delivered)) {
        note(self.state().status.agents.entry(agent).or_default());
    }
}

/// Looks which agents are told to export: starts the receiver, or ends it.
pub(super) fn look(shared: &Arc<Shared>) {
    if let Err(error) = look_again(shared) {
        let why = format!("telemetry is not received: {error:#}");
        log(&format!("warning: {why}"));
        shared.telemetry.state().status.why = Some(why);
    }
}

fn look_again(shared: &Arc<Shared>) -> Result<()> {
    let places = &shared.places;
    let mut collectors = BTreeMap::new();
    for agent in installed::agents(places) {
        let found = installed::load(agent, places)?;
        collectors.insert(
            agent,
            found.map(|found| found.collector).unwrap_or_default(),
        );
    }
    if collectors.is_empty() {
        stop(shared);
        return Ok(());
    }
    let passes_on = collectors.values().any(|one| *one != Collector::default());
    let mut state = shared.telemetry.state();
    for agent in collectors.keys() {
        state.status.agents.entry(*agent).or_default();
    }
    state
        .status
        .agents
        .retain(|agent, _| collectors.contains_key(agent));
    state.collectors = collectors;
    if !passes_on {
        state.forwarder = None;
    } else if state.forwarder.is_none() {
        state.forwarder = Some(Arc::new(Forwarder::start()?));
    }
    let port = shared.judge().config.telemetry_port;
    let wanted = installed::address(places, port)?;
    let is_running = |receiver: &Receiver| receiver.address() == wanted;
    if state.receiver.as_ref().is_some_and(is_running) {
        return Ok(());
    }
    let before = state.receiver.take();
    drop(state);
    // Its thread may wait for this state.
    drop(before);
    let sink = Arc::new(Intake(Arc::clone(shared)));
    let receiver = Receiver::start(wanted, Tokens::load(places)?, sink, Limits::default())
        .context("choose another `telemetry_port` in the configuration, and run `ringfence install --telemetry --all` again")?;
    let mut state = shared.telemetry.state();
    state.status.address = Some(receiver.address().to_string());
    state.status.why = None;
    state.receiver = Some(receiver);
    Ok(())
}

/// Ends the receiver, after what it is about to take is kept.
pub(super) fn stop(shared: &Shared) {
    let before = std::mem::take(&mut *shared.telemetry.state());
    // Its thread may wait for this state.
    drop(before);
}

/// Takes in what the receiver got.
struct Intake(Arc<Shared>);

impl Sink for Intake {
    fn take(&self, body: Body) -> Outcome {
        let shared = &self.0;
        let agent = body.head.agent;
        self.pass_on(&body);
        let read = read_telemetry(body.head.signal, body.head.encoding, &body.plain, now());
        let found = match read {
            Ok(found) => found,
            Err(error) => {
                shared
                    .telemetry
                    .delivered(agent, |delivered| delivered.broken += 1);
                return match error {
                    TelemetryError::Broken { .. } => Outcome::Broken {
                        why: error.to_string(),
                    },
                    TelemetryError::TooLarge { .. } | TelemetryError::TooMany { .. } => {
                        Outcome::TooLarge
                    }
                };
            }
        };
        let all = found.events.len();
        let own: Vec<_> = found
            .events
            .into_iter()
            .filter(|event| event.agent == Some(agent))
            .collect();
        let others = (all - own.len()) as u64;
        let told = own.len() as u64;
        if let Err(error) = shared.hear(own) {
            log(&format!("warning: telemetry is not kept: {error}"));
            return Outcome::Full;
        }
        let rejected = found.foreign + others;
        shared.telemetry.delivered(agent, |delivered| {
            delivered.bodies += 1;
            delivered.told += told;
            delivered.quiet += found.quiet;
            delivered.unknown += found.unknown;
            delivered.rejected += rejected;
            delivered.last = Some(now());
        });
        Outcome::Kept { rejected }
    }

    fn refused(&self, _: StatusCode) {
        self.0.telemetry.state().status.refused += 1;
    }
}

impl Intake {
    /// Passes a body on to the user's own collector, if it takes this signal.
    fn pass_on(&self, body: &Body) {
        let state = self.0.telemetry.state();
        let Some(collector) = state.collectors.get(&body.head.agent) else {
            return;
        };
        let url = match body.head.signal {
            Signal::Logs => &collector.logs,
            Signal::Traces => &collector.traces,
            Signal::Metrics => &collector.metrics,
        };
        let (Some(url), Some(forwarder)) = (url.clone(), state.forwarder.clone()) else {
            return;
        };
        drop(state);
        forwarder.pass_on(&url, &body.headers, body.sent.clone());
    }
}
