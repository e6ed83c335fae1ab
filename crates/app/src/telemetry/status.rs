//! How the telemetry does: by what was delivered, never by what is installed.

use super::forward::Forwarded;
use ringfence_event::{AgentKind, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the receiver tells of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TelemetryStatus {
    /// Where it listens; nowhere while no agent is told to export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// Why it does not, if it should.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
    /// The agents that were told to export, and what came of each.
    pub(crate) agents: BTreeMap<AgentKind, Delivered>,
    /// Requests that were refused: no token, a browser, too large, too slow.
    pub(crate) refused: u64,
    /// What was passed on to the user's own collector, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) forwarded: Option<Forwarded>,
}

/// What came of one agent since the daemon started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Delivered {
    /// Requests whose records were kept.
    pub(crate) bodies: u64,
    /// Records that were told as events.
    pub(crate) told: u64,
    /// Records that say nothing that another does not say.
    pub(crate) quiet: u64,
    /// Records that this version has no words for.
    pub(crate) unknown: u64,
    /// Records of other programs, which this agent's token does not cover.
    pub(crate) rejected: u64,
    /// Bodies that could not be read.
    pub(crate) broken: u64,
    /// When the last body came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last: Option<Timestamp>,
}
