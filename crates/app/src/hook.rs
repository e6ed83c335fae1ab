//! `ringfence hook <agent>`: payload in, verdict out, in a few milliseconds.
//!
//! No argument parser, no runtime, no configuration while the daemon answers. If it
//! is away, the same judge decides here and the event is spooled; it remembers nothing,
//! so that a sequence is seen only where all of its steps are in one call.

use crate::config::{Config, WhenBlind};
use crate::judge::{Judge, Judged, RealLinks, blind_reply};
use crate::memory::Memory;
use crate::places::Places;
use crate::twins;
use crate::wire::{self, Request, Response};
use anyhow::{Context, Result, bail};
use ringfence_agents::{LARGEST_PAYLOAD, Reply, Stamp};
use ringfence_event::{AgentKind, EventKey, Timestamp};
use ringfence_store::spool;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Hard limit on the hook's whole life: below the shortest time-out of any agent
/// (Codex gives `SessionEnd` one second).
const LIFETIME: Duration = Duration::from_millis(700);

/// How long the payload may take to come.
const READING: Duration = Duration::from_millis(400);

/// How long the daemon may take before the client judges by itself, which sees less: the client
/// knows nothing of earlier calls.
const ASKING: Duration = Duration::from_millis(350);

/// How long the configuration may take to come when all else has taken too long.
const LAST_LOOK: Duration = Duration::from_millis(30);

/// Runs the hook. Everything it does happens on a thread that is given up when its time is over.
pub(crate) fn main(mut args: impl Iterator<Item = OsString>) -> ExitCode {
    let name = args
        .next()
        .and_then(|name| name.into_string().ok())
        .unwrap_or_default();
    let known = AgentKind::from_name(&name).filter(|agent| AgentKind::HOOKED.contains(agent));
    let Some(agent) = known else {
        let known: Vec<&str> = AgentKind::HOOKED.iter().map(|agent| agent.name()).collect();
        complain(&format!(
            "error: no agent is called `{name}`\nhint: use one of {}\n",
            known.join(", ")
        ));
        return ExitCode::from(1);
    };
    let (sender, receiver) = mpsc::sync_channel(1);
    let worker = std::thread::Builder::new()
        .name("hook".to_owned())
        .spawn(move || sender.send(run(agent)).is_ok());
    let reply = match worker {
        Ok(_handle) => receiver.recv_timeout(LIFETIME).unwrap_or_else(|_| {
            let limit = LIFETIME.as_millis();
            blind_reply(agent, configured(), &format!("no answer within {limit} ms"))
        }),
        Err(_) => run(agent),
    };
    finish(&reply)
}

/// The configured answer for a hook that cannot judge, if even that can be had quickly.
fn configured() -> WhenBlind {
    let (sender, receiver) = mpsc::sync_channel(1);
    let reader = std::thread::Builder::new().spawn(move || {
        let chosen = Places::from_env()
            .and_then(|places| Config::load(&places.config_file()))
            .map(|config| config.when_blind)
            .unwrap_or_default();
        sender.send(chosen).is_ok()
    });
    reader
        .ok()
        .and_then(|_handle| receiver.recv_timeout(LAST_LOOK).ok())
        .unwrap_or_default()
}

fn finish(reply: &Reply) -> ExitCode {
    complain(&reply.stderr);
    let mut stdout = io::stdout().lock();
    let told = stdout
        .write_all(reply.stdout.as_bytes())
        .and_then(|()| stdout.flush());
    match told {
        // Nobody reads the answer: exit 2 is the one denial that needs no reader.
        Err(_) if reply.exit_code == 0 && reply.stdout.contains("deny") => ExitCode::from(2),
        Ok(()) | Err(_) => ExitCode::from(reply.exit_code),
    }
}

fn complain(text: &str) {
    // Without a standard error there is nobody to complain to.
    io::stderr().write_all(text.as_bytes()).unwrap_or_default();
}

fn run(agent: AgentKind) -> Reply {
    let stamp = stamp();
    let payload = read_payload();
    let places = match Places::from_env() {
        Ok(places) => places,
        Err(error) => return blind_reply(agent, WhenBlind::Allow, &format!("{error:#}")),
    };
    let payload = match payload {
        Ok(payload) => payload,
        Err(error) => {
            return away(&places, agent, stamp, &[], Some(&error));
        }
    };
    match ask_daemon(&places, agent, &stamp, &payload) {
        Ok(Some(reply)) => reply,
        Ok(None) | Err(_) => away(&places, agent, stamp, &payload, None),
    }
}

fn stamp() -> Stamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Stamp {
        key: EventKey(Uuid::now_v7()),
        at: Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)),
        process: None,
    }
}

/// Reads standard input, within its limits of time and size.
fn read_payload() -> io::Result<Vec<u8>> {
    let deadline = Instant::now() + READING;
    let stdin = io::stdin();
    let mut payload = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let wait = Timespec::try_from(left).unwrap_or_default();
        let mut waited = [PollFd::new(&stdin, PollFlags::IN)];
        if poll(&mut waited, Some(&wait))? == 0 {
            let limit = READING.as_millis();
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("standard input was not closed within {limit} ms"),
            ));
        }
        let taken = rustix::io::read(&stdin, &mut chunk)?;
        if taken == 0 {
            return Ok(payload);
        }
        // What is too much is read, so that the agent is not blocked, and dropped.
        if payload.len() <= LARGEST_PAYLOAD {
            payload.extend_from_slice(chunk.get(..taken).unwrap_or_default());
        }
    }
}

/// Asks the daemon. `None` if it is not there; an error if it is, but not of use.
fn ask_daemon(
    places: &Places,
    agent: AgentKind,
    stamp: &Stamp,
    payload: &[u8],
) -> Result<Option<Reply>> {
    if payload.len() > LARGEST_PAYLOAD {
        return Ok(None);
    }
    let Ok(mut stream) = UnixStream::connect(places.socket()) else {
        return Ok(None);
    };
    let peer = ringfence_sense::Peer::of(&stream)?;
    if peer.user != rustix::process::geteuid().as_raw() {
        bail!("the socket belongs to another user");
    }
    stream.set_read_timeout(Some(ASKING))?;
    stream.set_write_timeout(Some(ASKING))?;
    let request = Request::Hook {
        version: wire::VERSION,
        agent,
        key: stamp.key,
        at: stamp.at,
    };
    wire::send_json(&mut stream, &request)?;
    wire::send(&mut stream, payload)?;
    match wire::receive_json(&mut stream)? {
        Response::Hook {
            stdout,
            stderr,
            exit_code,
            kept: true,
        } => Ok(Some(Reply {
            stdout,
            stderr,
            exit_code,
        })),
        // The daemon could not keep the event: judge again here and try the spool.
        Response::Hook { kept: false, .. } => Ok(None),
        other => bail!("unexpected answer {other:?}"),
    }
}

/// Judges without a daemon and spools the event.
fn away(
    places: &Places,
    agent: AgentKind,
    stamp: Stamp,
    payload: &[u8],
    reading: Option<&io::Error>,
) -> Reply {
    match judge_away(places, agent, stamp, payload, reading) {
        Ok(reply) => reply,
        Err(error) => {
            let when_blind = Config::load(&places.config_file())
                .map(|config| config.when_blind)
                .unwrap_or_default();
            blind_reply(agent, when_blind, &format!("{error:#}"))
        }
    }
}

fn judge_away(
    places: &Places,
    agent: AgentKind,
    mut stamp: Stamp,
    payload: &[u8],
    reading: Option<&io::Error>,
) -> Result<Reply> {
    let judge = Judge::load_for_a_call(places).context("cannot load the rules")?;
    stamp.process = crate::ancestry::starter_of(agent, std::process::id(), |_, _| None)
        .map(|found| found.process);
    let copy = stamp.clone();
    let read = match reading {
        Some(error) => Err(error.to_string()),
        None => {
            ringfence_agents::read_hook(agent, payload, stamp).map_err(|error| error.to_string())
        }
    };
    let (judged, recorded) = match read {
        Err(why) => (judge.blind(agent, copy, payload, &why), true),
        Ok(call) => {
            let twin = call.twin.clone();
            let earlier = twin
                .as_ref()
                .and_then(|twin| twins::on_disk::take(places, twin));
            let again = earlier.is_some();
            let judged = judge.judge(agent, call, earlier, &Memory::default(), &RealLinks);
            if let Some(twin) = twin.filter(|_| !again) {
                twins::on_disk::put(places, &twin, &judged.record.decision);
            }
            (judged, !again)
        }
    };
    Ok(spooled(places, judged, recorded))
}

/// Spools the event; says so on standard error if even that fails.
fn spooled(places: &Places, judged: Judged, recorded: bool) -> Reply {
    let Judged { record, mut reply } = judged;
    if recorded && let Err(error) = spool::put(&places.folders(), &record) {
        reply
            .stderr
            .push_str(&format!("ringfence: this event is lost: {error}\n"));
    }
    reply
}
