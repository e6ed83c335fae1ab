//! What the server asks about exceptions: what a person allowed beyond the rules.

use ringfence_event::{FindingId, RuleId, Timestamp};
use serde::Serialize;

/// Something that a person allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Exception {
    /// Its name, which takes it back.
    #[schema(value_type = String)]
    pub id: FindingId,
    /// The rule that is silent.
    #[schema(value_type = String)]
    pub rule: RuleId,
    /// Below which directory; `null` where it is for one call.
    #[schema(required)]
    pub project: Option<String>,
    /// The one call that it is for.
    #[schema(required)]
    pub call: Option<String>,
    /// Set when it is used up by one call.
    pub once: bool,
    /// From when on it counts no more.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Why, in the person's words.
    #[schema(required)]
    pub reason: Option<String>,
    /// When it was made.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub made: Option<Timestamp>,
    /// Set when it counts no more.
    pub expired: bool,
}

/// Something that a person wants to allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewException {
    /// What.
    pub what: AllowWhat,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
}

/// What a person allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowWhat {
    /// The call of a finding, once more.
    Once(String),
    /// The rule of a finding, in the project of its session.
    Project(String),
    /// A rule, below a directory.
    Rule(RuleId, String),
}
