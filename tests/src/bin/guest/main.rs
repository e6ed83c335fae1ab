//! What runs inside a guest, and natively for what works there: the sensor's library, a tree that
//! tries to get round it, and the faults that must leave no denial behind.
//!
//! `guest WORLD PROGRAMS CGROUP OTHER-CGROUP WHAT…` makes a world and does one thing after another
//! in it, some of them in the same tree; each tells its result on standard output, in words that `tests/it/guest.rs` reads.
#![forbid(unsafe_code)]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test: it fails by panicking, and its output is its result"
)]

#[cfg(target_os = "linux")]
mod attempts;
#[cfg(target_os = "linux")]
mod faults;
#[cfg(target_os = "linux")]
mod fence;
#[cfg(target_os = "linux")]
mod scene;
#[cfg(target_os = "linux")]
mod world;

#[cfg(target_os = "linux")]
use scene::Scene;
#[cfg(target_os = "linux")]
use std::path::PathBuf;
#[cfg(target_os = "linux")]
use world::World;

#[cfg(target_os = "linux")]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut path = || PathBuf::from(arguments.next().expect("a path"));
    let (root, programs, cgroup, other) = (path(), path(), path(), path());
    let first = arguments.next();
    if first.as_deref() == Some("hold") {
        return faults::hold(&root, &cgroup, &arguments.collect::<Vec<_>>());
    }
    let world = World::new(&root, &programs, &cgroup, &other);
    let mut shared = None;
    for what in first.into_iter().chain(arguments) {
        match what.as_str() {
            "attempts" => attempts::all(&world, scene(&mut shared, &world)),
            "clock" => faults::clock(&world, scene(&mut shared, &world)),
            "storm" => faults::storm(scene(&mut shared, &world), 50_000),
            "small-storm" => faults::storm(scene(&mut shared, &world), 3_000),
            "killed" => faults::killed(&world),
            "silent" => faults::silent(&world),
            "flood" => faults::flood(&world),
            "full" => faults::full(&world),
            _ => panic!("what is {what}?"),
        }
        println!("did {what}");
    }
}

/// The tree that attempts share, made when it is first wanted.
#[cfg(target_os = "linux")]
fn scene<'a>(shared: &'a mut Option<Scene>, world: &World) -> &'a mut Scene {
    shared.get_or_insert_with(|| Scene::enforcing(world))
}

#[cfg(not(target_os = "linux"))]
fn main() {
    panic!("there is nothing in this kernel that it could try");
}
