//! How sensors do, as `status` and the API tell it.
//!
//! **Invariant:** a layer is healthy because an event came through it, never because it is there.

use ringfence_event::Timestamp;
use ringfence_sense::{LayerState, Report};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How sensors do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SensorStatus {
    /// Where the system's sensor listens.
    pub(crate) socket: PathBuf,
    /// Whether it answers.
    pub(crate) connected: bool,
    /// Why it does not, and what to do.
    pub(crate) why: Option<String>,
    /// What it last said of itself.
    pub(crate) report: Option<Report>,
    /// What of the policy is not in force, and why.
    pub(crate) problems: Vec<String>,
    /// Denials are wanted.
    pub(crate) denying: bool,
    /// The user has lifted them.
    pub(crate) released: bool,
    /// Trees that are watched.
    pub(crate) watched: usize,
    /// Trees that are fenced without root and tell by themselves.
    pub(crate) fenced: u64,
    /// Observations that wait to be taken in.
    pub(crate) waiting: usize,
    /// Observations that came too fast, since the start.
    pub(crate) dropped: u64,
    /// Events that the record did not take, since the start.
    pub(crate) unkept: u64,
    /// Events taken in since the start.
    pub(crate) events: u64,
    /// When the last of them happened.
    pub(crate) last: Option<Timestamp>,
    /// How long the last batch took from the kernel to the record, in microseconds: its oldest.
    pub(crate) latency: i64,
}

impl SensorStatus {
    /// How many events the sensor could not tell.
    pub(crate) fn lost(&self) -> u64 {
        let tallies = self.report.iter().flat_map(|report| &report.tallies);
        tallies.map(|tally| tally.lost.total()).sum()
    }

    /// What cannot be seen, one sentence each.
    pub(crate) fn blind_spots(&self) -> Vec<String> {
        let Some(report) = &self.report else {
            return vec![
                "what a command does after it was allowed to start: its files, connections and child processes"
                    .to_owned(),
            ];
        };
        let mut spots = Vec::new();
        for layer in &report.layers {
            match &layer.state {
                LayerState::Refused { why } => {
                    spots.push(format!("{}: the kernel refused it: {why}", layer.name));
                }
                LayerState::Attached | LayerState::Delivering { .. } | LayerState::Off => {}
            }
            for blind in &layer.blind {
                if !spots.contains(blind) {
                    spots.push(blind.clone());
                }
            }
        }
        spots
    }
}
