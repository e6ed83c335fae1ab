//! What a person decided about an incident.
//!
//! **Invariant:** an incident that grew after it was closed is open again: nothing hides behind an
//! earlier decision.

use crate::Incident;
use ringfence_event::Timestamp;
use serde::{Deserialize, Serialize};

/// Where an incident stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody looked at it yet.
    #[default]
    New,
    /// Somebody is looking.
    Investigating,
    /// It cannot go on.
    Contained,
    /// It is done with.
    Resolved,
    /// It never was one.
    FalsePositive,
    /// It is put off until it changes.
    Snoozed,
}

impl Status {
    /// Every status, in the order in which they are shown.
    pub const ALL: [Status; 6] = [
        Status::New,
        Status::Investigating,
        Status::Contained,
        Status::Resolved,
        Status::FalsePositive,
        Status::Snoozed,
    ];

    /// The name in commands, files and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Investigating => "investigating",
            Status::Contained => "contained",
            Status::Resolved => "resolved",
            Status::FalsePositive => "false_positive",
            Status::Snoozed => "snoozed",
        }
    }

    /// Reads [`Status::name`].
    pub fn from_name(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether a person still has to do something.
    pub fn open(self) -> bool {
        matches!(
            self,
            Status::New | Status::Investigating | Status::Contained
        )
    }
}

/// A decision, and what it was about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handling {
    /// Where it stands since.
    pub status: Status,
    /// Why, in the person's words.
    pub reason: String,
    /// When it was decided.
    pub at: Timestamp,
    /// How many findings it had then.
    pub findings: usize,
}

impl Incident {
    /// Returns where it stands: as decided, unless it grew since.
    pub fn status(&self, handling: Option<&Handling>) -> Status {
        match handling {
            Some(handling) if handling.status.open() => handling.status,
            Some(handling) if self.findings.len() <= handling.findings => handling.status,
            _ => Status::New,
        }
    }
}
