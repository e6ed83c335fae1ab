//! Every attempt of the table, outside of the tree, where it must work, and inside.

use crate::fence::Fence;
use crate::world::World;
use ringfence_sense::linux::Options;
use ringfence_tests::evasions::EVASIONS;

/// Prints a line for each: how it went outside, how inside, whether the secret is as it was, and
/// which rules told of a denial.
pub(crate) fn all(world: &World) {
    let helper = world.start("serve", "outside");
    let mut outside = world.start("agent", "outside");
    let mut inside = world.start("agent", "inside");
    let fence = Fence::new(Options {
        cgroup: world.cgroup().to_owned(),
        ..Options::default()
    });
    println!("tier {}", fence.report().tier);
    fence.watch(inside.pid());
    fence.enforce(world.root(), helper.pid());
    for evasion in EVASIONS {
        world.prepare(evasion.name, "outside");
        let free = outside.ask(evasion.name);
        world.prepare(evasion.name, "inside");
        drop(fence.seen());
        let fenced = inside.ask(evasion.name);
        let intact = world.intact(evasion.name, "inside");
        let rules = if fenced.ends_with("through") {
            Vec::new()
        } else {
            fence.denials()
        };
        println!("{free}\t{fenced}\t{intact}\t{rules:?}");
    }
}
