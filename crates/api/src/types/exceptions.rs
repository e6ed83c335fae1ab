//! What the API answers about exceptions.

use crate::host::Exception;
use ringfence_event::{RuleId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An exception, and how often it was used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExceptionRow {
    /// The exception.
    #[serde(flatten)]
    pub(crate) exception: Exception,
    /// How many of the latest 1,000 findings of its rule it let through.
    pub(crate) used: u64,
}

/// All exceptions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExceptionList {
    /// The latest first.
    pub(crate) items: Vec<ExceptionRow>,
}

/// What a person allows: the call of a finding once, its rule in its project, or a rule below a
/// directory.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Allow {
    /// The finding that is answered.
    pub(crate) finding: Option<String>,
    /// Only the same call, and only once; else the finding's rule in the session's project.
    #[serde(default)]
    pub(crate) once: bool,
    /// A rule, without a finding.
    #[schema(value_type = Option<String>)]
    pub(crate) rule: Option<RuleId>,
    /// Below which directory the rule is to be silent.
    pub(crate) project: Option<String>,
    /// From when on it is to count no more.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) until: Option<Timestamp>,
    /// Why.
    pub(crate) reason: Option<String>,
}
