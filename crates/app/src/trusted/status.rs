//! What the daemon tells of the trusted files that it watches.

use serde::{Deserialize, Serialize};

/// How much is watched, and what is not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FilesStatus {
    /// Whether every base was looked at since the start.
    pub(crate) ready: bool,
    pub(crate) files: usize,
    pub(crate) projects: usize,
    /// Directories whose changes are told at once.
    pub(crate) watched: usize,
    /// Directories that only the next look finds a change in.
    pub(crate) unwatched: usize,
    /// Why the system refused a watch, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<String>,
    /// Bases of which a limit left something out.
    pub(crate) cut: Vec<String>,
    /// Files that are not what was approved.
    pub(crate) pending: usize,
    /// How long the last look at everything took, in milliseconds.
    pub(crate) look_ms: u64,
    /// Seconds between two looks.
    pub(crate) every_s: u64,
}
