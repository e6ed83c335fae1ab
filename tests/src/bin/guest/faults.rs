//! What must not leave a denial behind, lose an event uncounted or keep a process that is gone.

use crate::fence::Fence;
use crate::scene::{Scene, options};
use crate::world::{Companion, World};
use ringfence_sense::{Deed, Losses, Observation, Tally};
use ringfence_tests::run::until;
use rustix::time::{ClockId, Timespec, clock_gettime, clock_settime};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// Seconds by which the clock jumps.
const YEAR: i64 = 365 * 24 * 60 * 60;

/// What an event's time may differ from the clock's by, in microseconds.
const MINUTE: i64 = 60 * 1_000_000;

/// Says whether the tree may read the secret and reach the address; panics if it is one of the two.
fn is_free(world: &World, inside: &mut Companion) -> bool {
    world.prepare("read", "inside");
    let read = inside.ask("read") == "read through";
    let reached = inside.ask("connect") == "connect through";
    assert_eq!(read, reached, "denials come and go together");
    read
}

/// A sensor that holds a fence round a process until it is killed: another process than the test's.
pub(crate) fn hold(root: &Path, cgroup: &Path, pids: &[String]) {
    let pid = |at: usize| pids.get(at).and_then(|text| text.parse().ok());
    let (inside, helper) = (pid(0).expect("a pid"), pid(1).expect("a pid"));
    let fence = Fence::new(options(cgroup));
    fence.watch(inside);
    fence.enforce(root, helper);
    println!("armed");
    loop {
        std::thread::park();
    }
}

/// The sensor is killed while it denies: no denial stays.
pub(crate) fn killed(world: &World) {
    let helper = world.start("serve", "outside");
    let mut inside = world.start("agent", "inside");
    let mut sensor = Command::new(std::env::current_exe().expect("our own path"))
        .args([world.root(), Path::new("-"), world.cgroup()])
        .args(["-", "hold"])
        .args([inside.pid().to_string(), helper.pid().to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("a sensor of its own");
    let mut line = String::new();
    BufReader::new(sensor.stdout.take().expect("stdout is piped"))
        .read_line(&mut line)
        .expect("it says when it is armed");
    assert_eq!(line, "armed\n");
    assert!(!is_free(world, &mut inside), "nothing was denied");
    sensor.kill().expect("it is ours");
    sensor.wait().expect("it ends");
    assert_eq!(inside.ask("ordinary-read"), "ordinary-read through");
    let mut goes = |what: &str, attempt: &str| {
        world.prepare(attempt, "inside");
        until(what, || inside.ask(attempt) == format!("{attempt} through"));
    };
    goes("the file is free", "read");
    goes("the address is free", "connect");
    goes("the name is free", "dns");
    goes("the program is free", "exec");
}

/// Nobody tells the sensor any more that a daemon is there: its denials lapse, and come back.
pub(crate) fn silent(world: &World) {
    let mut scene = Scene::enforcing(world);
    assert!(!is_free(world, &mut scene.inside), "nothing was denied");
    scene.fence.be_silent(true);
    world.prepare("read", "inside");
    until("denials lapse without a daemon", || {
        scene.inside.ask("read") == "read through"
    });
    assert!(is_free(world, &mut scene.inside));
    scene.fence.be_silent(false);
    until("they are back with it", || {
        scene.inside.ask("read") != "read through"
    });
}

/// More happens than the ring has room for, and nobody listens meanwhile: each event is accounted for.
pub(crate) fn flood(world: &World) {
    const FILES: u64 = 8_000;
    let mut scene = Scene::new(world, |options| options.ring_bytes = 64 * 1024);
    {
        let _deaf = scene.fence.sensor();
        let answer = scene.inside.ask(&format!("make-often {FILES}"));
        assert_eq!(answer, "make-often through");
    }
    let mut heard = Vec::new();
    until("what was sent is heard", || {
        heard.extend(scene.fence.seen());
        told(&heard) >= tallies(&scene.fence).iter().map(|one| one.sent).sum()
    });
    let tallies = tallies(&scene.fence);
    for one in &tallies {
        let sum = one.sent + one.suppressed + one.lost.total();
        assert_eq!(one.attempted, sum, "{one:?}");
    }
    assert_eq!(
        told(&heard),
        tallies.iter().map(|one| one.sent).sum::<u64>()
    );
    let lost: u64 = tallies.iter().map(|one| one.lost.ring_full).sum();
    let attempted: u64 = tallies.iter().map(|one| one.attempted).sum();
    assert!(lost > 0, "the ring was never full: {tallies:?}");
    assert!(attempted >= 2 * FILES, "{tallies:?}");
    until("the tree is told of what it lost", || {
        heard.extend(scene.fence.seen());
        losses(&heard).ring_full == lost
    });
    println!("flood attempted {attempted} lost {lost}");
}

/// There are more processes than there is room for: an alarm, never silence.
pub(crate) fn full(world: &World) {
    const ROOM: u32 = 64;
    let mut scene = Scene::new(world, |options| options.processes = ROOM);
    assert_eq!(
        scene.inside.ask("fork-together 300"),
        "fork-together through"
    );
    let fork = tally(&scene.fence, "fork");
    assert!(fork.lost.map_full >= 300 - u64::from(ROOM), "{fork:?}");
    let sum = fork.sent + fork.suppressed + fork.lost.total();
    assert_eq!(fork.attempted, sum, "{fork:?}");
    let mut heard = Vec::new();
    until("the tree is told that a part of it is unseen", || {
        heard.extend(scene.fence.seen());
        losses(&heard).map_full == fork.lost.map_full
    });
    assert_eq!(scene.inside.ask("fork-often 10"), "fork-often through");
    assert_eq!(
        tally(&scene.fence, "fork").lost.map_full,
        fork.lost.map_full
    );
    only_the_root_is_left(&mut scene);
}

/// Very many processes that live shortly: none stays behind.
pub(crate) fn storm(scene: &mut Scene, processes: u32) {
    let answer = scene.inside.ask(&format!("fork-often {processes}"));
    assert_eq!(answer, "fork-often through");
    only_the_root_is_left(scene);
    let fork = tally(&scene.fence, "fork");
    assert!(fork.attempted >= u64::from(processes), "{fork:?}");
    assert_eq!(fork.lost.map_full, 0, "{fork:?}");
}

/// The clock is set: denials stay, and events have the new time.
pub(crate) fn clock(world: &World, scene: &mut Scene) {
    for years in [YEAR, -YEAR] {
        let now = clock_gettime(ClockId::Realtime);
        let then = Timespec {
            tv_sec: now.tv_sec + years,
            tv_nsec: now.tv_nsec,
        };
        clock_settime(ClockId::Realtime, then).expect("this is a guest's clock");
        drop(scene.fence.seen());
        assert!(
            !is_free(world, &mut scene.inside),
            "the jump lifted denials"
        );
        until("an event has the new time", || {
            let now = clock_gettime(ClockId::Realtime).tv_sec * 1_000_000;
            let answer = scene.inside.ask("ordinary-exec");
            assert_eq!(answer, "ordinary-exec through");
            let heard = scene.fence.seen();
            heard.iter().any(|one| (one.at - now).abs() < MINUTE)
        });
    }
}

fn only_the_root_is_left(scene: &mut Scene) {
    until("only the root is left in the tree", || {
        let members = scene.fence.sensor().members(0);
        members.len() == 1 && scene.fence.report().processes.0 == 1
    });
}

fn tallies(fence: &Fence) -> Vec<Tally> {
    fence.report().tallies
}

fn tally(fence: &Fence, kind: &str) -> Tally {
    let all = tallies(fence);
    let found = all.iter().find(|one| one.kind == kind).cloned();
    found.unwrap_or_else(|| panic!("no tally of {kind}: {all:?}"))
}

/// How many records these came from; what the sensor makes up itself is none.
fn told(heard: &[Observation]) -> u64 {
    heard
        .iter()
        .filter(|one| !matches!(one.deed, Deed::Lost(_) | Deed::Reads))
        .count() as u64
}

fn losses(heard: &[Observation]) -> Losses {
    let mut sum = Losses::default();
    for one in heard {
        if let Deed::Lost(losses) = &one.deed {
            sum.ring_full += losses.ring_full;
            sum.map_full += losses.map_full;
            sum.fault += losses.fault;
        }
    }
    sum
}
