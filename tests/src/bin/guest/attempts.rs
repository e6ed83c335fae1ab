//! Every attempt of the table, outside of the tree, where it must work, and inside.

use crate::scene::Scene;
use crate::world::World;
use ringfence_tests::evasions::EVASIONS;

/// Prints a line for each: how it went outside, how inside, whether the secret is as it was, and
/// which rules told of a denial.
pub(crate) fn all(world: &World, scene: &mut Scene) {
    let mut outside = world.start("agent", "outside");
    let report = scene.fence.report();
    println!("tier {}", report.tier);
    // Says why, where a tier is not there.
    eprintln!("{:#?}", report.layers);
    for evasion in EVASIONS {
        world.prepare(evasion.name, "outside");
        let free = outside.ask(evasion.name);
        world.prepare(evasion.name, "inside");
        drop(scene.fence.seen());
        let fenced = scene.inside.ask(evasion.name);
        let intact = world.intact(evasion.name, "inside");
        let rules = if fenced.ends_with("through") {
            Vec::new()
        } else {
            scene.fence.denials()
        };
        println!("{free}\t{fenced}\t{intact}\t{rules:?}");
    }
}
