//! What macOS tells without an entitlement of Apple's: `eslogger` (root, Full Disk Access), `lsof`, and
//! the list of processes.
//!
//! **Invariant:** everything that reads is pure and compiles everywhere; only [`source`] starts
//! programs, on macOS only. Nothing here was ever run on a Mac: the formats are as documented.

mod eslogger;
mod lsof;
mod moment;
#[cfg(target_os = "macos")]
pub mod source;
mod tree;

pub use eslogger::{LineError, Reader};
pub use lsof::{Connection, connections};
pub use tree::{Listed, below};

use crate::{Layer, LayerState, Report, Tier};

/// Events that are asked for: `eslogger` sends no others (eslogger(1)).
pub const EVENTS: [&str; 15] = [
    "exec",
    "fork",
    "exit",
    "open",
    "close",
    "create",
    "rename",
    "unlink",
    "link",
    "truncate",
    "setmode",
    "uipc_connect",
    "trace",
    "get_task",
    "mount",
];

/// Longest line that is read; `eslogger` has no limit of its own.
pub const LONGEST_LINE: usize = 1024 * 1024;

/// What can be said of this sensor; `why` if `eslogger` does not run.
pub fn report(version: &str, why: Option<String>, reader: &Reader) -> Report {
    let (delivered, last) = reader.delivered();
    let state = match (why, last) {
        (Some(why), _) => LayerState::Refused { why },
        (None, Some(last)) => LayerState::Delivering { last },
        (None, None) => LayerState::Attached,
    };
    let layer = |name: &str, state: LayerState, delivered, blind: &[&str]| Layer {
        name: name.to_owned(),
        state,
        delivered,
        blind: blind.iter().map(|line| (*line).to_owned()).collect(),
    };
    Report {
        version: version.to_owned(),
        // It sees much, but nothing can be denied.
        tier: Tier::D,
        layers: vec![
            layer(
                "eslogger",
                state,
                delivered,
                &[
                    "nothing can be denied",
                    "connections beyond this machine",
                    "what eslogger's own process group does",
                ],
            ),
            layer(
                "addresses",
                LayerState::Attached,
                0,
                &[
                    "connections that are shorter than the time between two looks of lsof",
                    "names that are asked for",
                ],
            ),
        ],
        tallies: Vec::new(),
        processes: (
            u32::try_from(reader.processes()).unwrap_or(u32::MAX),
            u32::try_from(eslogger::MOST_PROCESSES).unwrap_or(u32::MAX),
        ),
        enforcing: false,
        resident: 0,
    }
}
