//! Agents' processes for people: who runs now, and orders to hold a tree still or to end it.
//!
//! **Invariant:** an order reaches only what belongs to a session, and what was done is on record.

use super::{Shared, now};
use crate::sensor::joined::Joined;
use crate::sensor::translate;
use crate::wire::{Order, Responded};
use ringfence_api::{Process as Shown, Processes as List};
use ringfence_enrich::{Live, ProcessKey};
use ringfence_event::{Action, AgentKind, CallRef, Decision, Event, SessionId, Source};
use ringfence_respond::{How, Key, This, Tree, carry_out};
use ringfence_store::Record;
use serde_json::{Map, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// How long the kernel may know of a process before the line does.
const ON_ITS_WAY: Duration = Duration::from_millis(50);
/// How long an order waits for the line to be taken in, at most.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is not seen of processes when no sensor tells.
const WITHOUT_SENSOR: [&str; 3] = [
    "processes whose parent has ended: they left their tree",
    "processes that came and went since the last look",
    "the tool call of a process that began before it was looked at, unless its arguments tell",
];

/// Who runs now below agents.
pub(super) fn list(shared: &Shared) -> List {
    let status = shared.kernel.hub.status();
    let sensed = status.connected || status.fenced > 0;
    let judge = shared.judge();
    let mut joined = shared.kernel.joined();
    look(shared, &mut joined, sensed);
    let mut live = joined.processes.live();
    drop(joined);
    live.sort_by_key(|one| (one.root, one.began, one.process));
    let blind = if sensed {
        status.blind_spots()
    } else {
        WITHOUT_SENSOR.iter().map(|&text| text.to_owned()).collect()
    };
    List {
        sensed,
        processes: live
            .into_iter()
            .map(|one| shown(one, |text| judge.harmless(text)))
            .collect(),
        not_visible: blind,
    }
}

/// Where no sensor tells, `/proc` does.
fn look(shared: &Shared, joined: &mut Joined, sensed: bool) {
    if !sensed {
        joined.look(shared.kernel.hub.wanted().roots, now());
    }
}

fn shown(one: Live, harmless: impl Fn(&str) -> String) -> Shown {
    let (session, _) = one.session.unzip();
    Shown {
        pid: one.process.pid,
        started: one.process.started,
        parent: one.parent.map(|parent| parent.pid),
        root: one.root.pid,
        agent: one.agent,
        session,
        call: one.call,
        said: one.said.map(|text| harmless(&text)),
        outlives: one.outlives,
        executable: one.executable,
        line: harmless(&one.line),
        began: one.began,
    }
}

/// Who an order is for.
struct Target {
    tree: Tree,
    session: Option<SessionId>,
    agent: Option<AgentKind>,
    call: Option<CallRef>,
}

/// Carries out an order on a session, by the beginning of its id, or on a process of one and all
/// below it.
pub(super) fn respond(shared: &Shared, order: Order, whom: &str) -> io::Result<Responded> {
    settle(shared);
    let target = find(shared, whom)?;
    let what = match order {
        Order::Suspend => ringfence_respond::Order::Suspend,
        Order::Resume => ringfence_respond::Order::Resume,
        Order::Stop => ringfence_respond::Order::Kill,
    };
    let outcome = carry_out(&This, &target.tree, what).map_err(io::Error::other)?;
    let how = match outcome.how {
        How::Freezer => "freezer",
        How::Signals => "signals",
    };
    let mut rest = Map::new();
    rest.insert("processes".to_owned(), json!(outcome.processes));
    rest.insert("how".to_owned(), how.into());
    rest.insert("complete".to_owned(), outcome.complete.into());
    let event = Event {
        source: Source::Host,
        agent: target.agent,
        moment: Some(order.done().to_owned()),
        session: target.session.clone(),
        call: target.call,
        rest,
        ..translate::blank(now(), Action::Other)
    };
    let decision = Decision::from_findings(Vec::new());
    // That it was done counts more than that it is on record; the store's health tells.
    let kept = shared.store.append(Record { event, decision });
    Ok(Responded {
        session: target.session,
        how: how.to_owned(),
        processes: outcome.processes,
        complete: outcome.complete,
        recorded: kept.is_ok(),
    })
}

/// Waits until what was started before the order is known: an order that misses a child misses the
/// point.
fn settle(shared: &Shared) {
    let until = Instant::now() + PATIENCE;
    thread::sleep(ON_ITS_WAY);
    while shared.kernel.hub.inbox.waiting() > 0 && Instant::now() < until {
        thread::sleep(ON_ITS_WAY / 10);
    }
}

fn find(shared: &Shared, whom: &str) -> io::Result<Target> {
    let refused = |why: String| Err(io::Error::new(io::ErrorKind::NotFound, why));
    let status = shared.kernel.hub.status();
    let mut joined = shared.kernel.joined();
    look(shared, &mut joined, status.connected);
    let live = joined.processes.live();
    drop(joined);
    if let Ok(pid) = whom.parse::<u32>() {
        let Some(top) = live.iter().find(|one| one.process.pid == pid) else {
            return refused(format!(
                "process {pid} belongs to no session\nhint: `ringfence ps` lists those that do"
            ));
        };
        return Ok(Target {
            tree: below(&live, top.process),
            session: top.session.clone().map(|(session, _)| session),
            agent: top.agent,
            call: top.call.clone(),
        });
    }
    let mut named: BTreeMap<SessionId, BTreeSet<ProcessKey>> = BTreeMap::new();
    for (root, session) in shared.kernel.roots() {
        if session.as_str().starts_with(whom) {
            let key = ProcessKey {
                pid: root.pid,
                started: root.started,
            };
            named.entry(session).or_default().insert(key);
        }
    }
    let mut named = named.into_iter();
    match (named.next(), named.next()) {
        (Some((session, roots)), None) => {
            let of_it = |one: &&Live| roots.contains(&one.root);
            let mut seeds: BTreeSet<Key> = live.iter().filter(of_it).map(seed).collect();
            seeds.extend(roots.iter().map(|root| (root.pid, root.started)));
            let agent = live.iter().find(of_it).and_then(|one| one.agent);
            Ok(Target {
                tree: Tree { seeds },
                session: Some(session),
                agent,
                call: None,
            })
        }
        (None, _) => refused(format!(
            "no session that runs begins with `{whom}`\nhint: `ringfence ps` lists those that do"
        )),
        (Some((one, _)), Some((other, _))) => refused(format!(
            "`{whom}` may be the session `{one}` or `{other}`\nhint: type more of it"
        )),
    }
}

fn seed(one: &Live) -> Key {
    (one.process.pid, one.process.started)
}

/// A process and all that it or its children started, also where they went on under another parent.
fn below(live: &[Live], top: ProcessKey) -> Tree {
    let mut found = BTreeSet::from([top]);
    loop {
        let before = found.len();
        for one in live {
            if one.parent.is_some_and(|parent| found.contains(&parent)) {
                found.insert(one.process);
            }
        }
        if found.len() == before {
            break;
        }
    }
    Tree {
        seeds: found
            .into_iter()
            .map(|key| (key.pid, key.started))
            .collect(),
    }
}
