//! A tree with a sensor round it, and a process outside of both.

use crate::fence::Fence;
use crate::world::{Companion, World};
use ringfence_sense::linux::Options;
use std::path::Path;

/// What most of what is tried happens in.
#[derive(Debug)]
pub(crate) struct Scene {
    /// The process outside; it is guarded.
    pub(crate) helper: Companion,
    /// The root of the tree.
    pub(crate) inside: Companion,
    /// The sensor.
    pub(crate) fence: Fence,
}

impl Scene {
    /// Watches a tree, and denies nothing.
    pub(crate) fn new(world: &World, change: impl FnOnce(&mut Options)) -> Scene {
        let mut options = options(world.cgroup());
        change(&mut options);
        let helper = world.start("serve", "outside");
        let inside = world.start("agent", "inside");
        let fence = Fence::new(options);
        fence.watch(inside.pid());
        Scene {
            helper,
            inside,
            fence,
        }
    }

    /// Watches a tree, and denies it what the world's policy names.
    pub(crate) fn enforcing(world: &World) -> Scene {
        let scene = Scene::new(world, |_| ());
        scene.fence.enforce(world.root(), scene.helper.pid());
        scene
    }
}

/// A sensor for one control group.
pub(crate) fn options(cgroup: &Path) -> Options {
    Options {
        cgroup: cgroup.to_owned(),
        ..Options::default()
    }
}
