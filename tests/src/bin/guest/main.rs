//! What runs inside a guest, and natively for what works there: the sensor's library, a tree that
//! tries to get round it, and the faults that must leave no denial behind. One line for each result.
#![forbid(unsafe_code)]
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test: it fails by panicking, and its output is its result"
)]

mod world;

use ringfence_tests::evasions::EVASIONS;
use std::path::PathBuf;
use world::World;

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let world = World::new(&arguments[1], &arguments[2], &arguments[3].join("other"));
    attempts(&world);
}

/// Each attempt outside of the tree, where it must work, and inside.
fn attempts(world: &World) {
    let _helper = world.start("serve", "outside");
    let mut outside = world.start("agent", "outside");
    let mut inside = world.start("agent", "inside");
    for evasion in EVASIONS {
        world.prepare(evasion.name, "outside");
        let free = outside.ask(evasion.name);
        world.prepare(evasion.name, "inside");
        let fenced = inside.ask(evasion.name);
        let intact = world.intact(evasion.name, "inside");
        println!("{free}\t{fenced}\t{intact}");
    }
}
