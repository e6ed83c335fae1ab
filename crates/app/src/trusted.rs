//! The files that agents obey: found, baselined, watched, and told of when they change.
//!
//! What each file is and what a change means is known by `ringfence_agents`; here are the effects:
//! walking, reading, keeping, watching.
//!
//! **Invariant:** bounded whatever lies on the disk: directories, files, bytes and watches have
//! limits, and what a limit left out is counted and told.

pub(crate) mod approval;
pub(crate) mod baseline;
pub(crate) mod content;
pub(crate) mod inventory;
pub(crate) mod keeper;
mod status;
mod tree;
pub(crate) mod watcher;
pub(crate) mod writers;

pub(crate) use status::FilesStatus;

use std::time::Duration;

/// How often everything is looked at, at the most.
pub(crate) const LOOK_EVERY: Duration = Duration::from_mins(1);
