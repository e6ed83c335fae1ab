//! The daemon's end of `sense::wire`: tells a sensor what is wanted, takes what it tells.
//!
//! **Invariant:** a sensor that speaks another version is refused before anything it says is
//! believed; one that goes away is looked for again, and what was missed meanwhile is told as lost.

use super::hub::{Hub, Wishes};
use anyhow::{Context, Result, bail};
use ringfence_sense::Peer;
use ringfence_sense::wire::{self, Answer, Request, WireError};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How long a sensor may take to say hello, and to take a frame.
const PATIENCE: Duration = Duration::from_secs(5);
/// A sensor lifts all denials when it hears nothing for ten seconds.
const PULSE: Duration = Duration::from_secs(2);
/// The first and the longest rest before the sensor is looked for again.
const REST: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// Looks for the system's sensor until the daemon stops.
pub(crate) fn run(hub: &Hub, socket: &Path) {
    let mut rest = REST.0;
    while !hub.is_stopping() {
        match meet(hub, socket) {
            Ok(()) => rest = REST.0,
            Err(error) => hub.note(|status| {
                status.connected = false;
                status.why = Some(format!("{error:#}"));
            }),
        }
        hub.rest(rest);
        rest = (rest * 2).min(REST.1);
    }
}

fn meet(hub: &Hub, socket: &Path) -> Result<()> {
    let stream = UnixStream::connect(socket).with_context(|| {
        format!(
            "no sensor listens on `{}`\nhint: start it with `sudo ringfence sensor`",
            socket.display()
        )
    })?;
    let peer = Peer::of(&stream).context("failed to learn who the sensor is")?;
    if peer.user != 0 && peer.user != rustix::process::geteuid().as_raw() {
        bail!("`{}` belongs to another user", socket.display());
    }
    let met = converse(hub, &stream, true);
    hub.note(|status| {
        status.connected = false;
        status.report = None;
        status.problems.clear();
        status.why = Some("the sensor is gone".to_owned());
    });
    if met.is_ok() && !hub.is_stopping() {
        hub.inbox.gap(hub.wanted().roots);
    }
    met
}

/// Lifts all denials of this user, on a connection of its own; returns once the sensor says so.
pub(crate) fn release(socket: &Path) -> Result<()> {
    let stream = UnixStream::connect(socket)
        .with_context(|| format!("no sensor listens on `{}`", socket.display()))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut both = &stream;
    let version = wire::VERSION;
    wire::send(&mut both, &Request::Hello { version })?;
    wire::send(&mut both, &Request::Release)?;
    loop {
        match wire::receive(&mut both)? {
            Answer::Report(report) if !report.enforcing => return Ok(()),
            Answer::Refused { why } => bail!("the sensor refused: {why}"),
            _ => {}
        }
    }
}

/// Speaks with a sensor until either side ends it; an error if they never understood each other.
pub(crate) fn converse(hub: &Hub, stream: &UnixStream, of_the_system: bool) -> Result<()> {
    let mut writer = stream;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let hello = Request::Hello {
        version: wire::VERSION,
    };
    wire::send(&mut writer, &hello)?;
    let mut reader = stream;
    match wire::receive(&mut reader)? {
        Answer::Hello { version } if version == wire::VERSION => {}
        Answer::Hello { version } => bail!(
            "the sensor speaks version {version}, and this daemon version {}\nhint: run the same `ringfence` as sensor and daemon",
            wire::VERSION
        ),
        Answer::Refused { why } => bail!("the sensor refused: {why}"),
        _ => bail!("the sensor said something before hello"),
    }
    stream.set_read_timeout(None)?;
    if of_the_system {
        hub.note(|status| {
            status.connected = true;
            status.why = None;
            // What stood there was told by looking at `/proc`.
            status.report = None;
        });
    }
    let gone = AtomicBool::new(false);
    thread::scope(|scope| -> Result<()> {
        let listener = thread::Builder::new()
            .name("sensor: hears".to_owned())
            .spawn_scoped(scope, || {
                hear(hub, stream, of_the_system);
                gone.store(true, Ordering::SeqCst);
                hub.wake();
            });
        let spoken = listener
            .map(|_| speak(hub, stream, &gone))
            .context("failed to start a thread");
        // Whatever happened, the listener must come to its end.
        stream.shutdown(Shutdown::Both).unwrap_or_default();
        // A sensor that is gone is nothing to be told of here: it is looked for again.
        spoken.map(Result::unwrap_or_default)
    })
}

/// Tells the sensor what is wanted as it changes, and that somebody is there.
fn speak(hub: &Hub, mut stream: &UnixStream, gone: &AtomicBool) -> Result<(), WireError> {
    let mut told = Wishes::default();
    let mut wanted = hub.wanted();
    wire::send(&mut stream, &Request::Settings(wanted.settings.clone()))?;
    told.settings.clone_from(&wanted.settings);
    loop {
        for request in news(&told, &wanted) {
            wire::send(&mut stream, &request)?;
        }
        wire::send(&mut stream, &Request::Pulse)?;
        told = wanted;
        wanted = hub.wait(&told, gone, PULSE);
        if hub.is_stopping() || gone.load(Ordering::SeqCst) {
            return Ok(());
        }
    }
}

/// What must be said so that a sensor knows what is wanted now.
fn news(told: &Wishes, wanted: &Wishes) -> Vec<Request> {
    let mut requests = Vec::new();
    if told.settings != wanted.settings {
        requests.push(Request::Settings(wanted.settings.clone()));
    }
    let new = wanted.roots.difference(&told.roots);
    requests.extend(new.map(|root| Request::Watch { root: *root }));
    let old = told.roots.difference(&wanted.roots);
    requests.extend(old.map(|root| Request::Forget { root: *root }));
    match (&told.policy, &wanted.policy) {
        (before, Some(policy)) if before.as_ref() != Some(policy) => {
            requests.push(Request::Enforce(policy.clone()));
        }
        (Some(_), None) => requests.push(Request::Release),
        _ => {}
    }
    requests
}

/// Takes what the sensor tells until it is gone.
fn hear(hub: &Hub, mut stream: &UnixStream, of_the_system: bool) {
    while let Ok(answer) = wire::receive::<Answer>(&mut stream) {
        match answer {
            Answer::Seen(seen) => hub.inbox.push(seen),
            Answer::Watching { root, members } => hub.inbox.found(root, members),
            Answer::Report(report) if of_the_system => hub.reported(report),
            Answer::Armed { problems } if of_the_system => {
                hub.note(|status| status.problems = problems);
            }
            Answer::Refused { why } => hub.note(|status| {
                if !status.problems.contains(&why) && status.problems.len() < MOST_PROBLEMS {
                    status.problems.push(why);
                }
            }),
            Answer::Hello { .. } | Answer::Report(_) | Answer::Armed { .. } => {}
        }
    }
}

/// Most refusals that are remembered.
const MOST_PROBLEMS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use ringfence_sense::{Policy, Process};

    #[test]
    fn only_what_is_new_is_said() {
        let process = |pid| Process { pid, started: 1 };
        let policy = Policy::default();
        let told = Wishes {
            roots: [process(1), process(2)].into(),
            policy: Some(policy.clone()),
            ..Wishes::default()
        };
        assert_eq!(news(&told, &told), []);
        let wanted = Wishes {
            roots: [process(2), process(3)].into(),
            policy: None,
            ..Wishes::default()
        };
        assert_eq!(
            news(&told, &wanted),
            [
                Request::Watch { root: process(3) },
                Request::Forget { root: process(1) },
                Request::Release
            ]
        );
        assert_eq!(
            news(&Wishes::default(), &told),
            [
                Request::Watch { root: process(1) },
                Request::Watch { root: process(2) },
                Request::Enforce(policy)
            ]
        );
    }
}
