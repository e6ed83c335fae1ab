//! What we say about an event: findings, and the verdict that follows.

use crate::{EventKey, FindingId, RuleId, Timestamp};
use serde::{Deserialize, Serialize};

/// How bad it is, in Sigma's five levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing, never an alarm.
    Informational,
    /// Odd.
    Low,
    /// Somebody should look.
    Medium,
    /// Somebody should look today.
    High,
    /// Somebody should look now.
    Critical,
}

impl Severity {
    /// The name as Sigma writes it.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Informational => "informational",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// Every severity, mildest first.
    pub const ALL: [Severity; 5] = [
        Severity::Informational,
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ];

    /// Reads [`Severity::name`].
    pub fn from_name(name: &str) -> Option<Severity> {
        Severity::ALL
            .into_iter()
            .find(|severity| severity.name() == name)
    }
}

/// What is done about it. Ordered: the strictest verdict of all findings wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing is wrong with it.
    Allow,
    /// It runs, and a person is told.
    Alert,
    /// A person is asked first.
    Ask,
    /// It does not run.
    Deny,
}

impl Verdict {
    /// The name in JSON, rules and filters.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Alert => "alert",
            Verdict::Ask => "ask",
            Verdict::Deny => "deny",
        }
    }

    /// Every verdict, mildest first.
    pub const ALL: [Verdict; 4] = [Verdict::Allow, Verdict::Alert, Verdict::Ask, Verdict::Deny];

    /// Reads [`Verdict::name`].
    pub fn from_name(name: &str) -> Option<Verdict> {
        Verdict::ALL
            .into_iter()
            .find(|verdict| verdict.name() == name)
    }
}

/// How far Ringfence goes on this machine, or for one rule.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nothing is ever denied; everything is recorded.
    Monitor,
    /// Hooks deny what rules mark as certain.
    #[default]
    Guard,
    /// Also in the kernel, on the proxy, and by stopping processes; `ask` becomes `deny`.
    Enforce,
}

impl Mode {
    /// The name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Monitor => "monitor",
            Mode::Guard => "guard",
            Mode::Enforce => "enforce",
        }
    }

    /// Reads [`Mode::name`].
    pub fn from_name(name: &str) -> Option<Mode> {
        [Mode::Monitor, Mode::Guard, Mode::Enforce]
            .into_iter()
            .find(|mode| mode.name() == name)
    }
}

/// One rule that matched one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Short, for people: `ringfence allow <id>`.
    pub id: FindingId,
    /// The event it is about.
    pub event: EventKey,
    /// When the event happened.
    pub at: Timestamp,
    /// The rule that matched.
    pub rule: RuleId,
    /// The rule's title.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// What the rule asks for, after mode and the user's choices.
    pub verdict: Verdict,
    /// One plain sentence for the model and for the user.
    pub reason: String,
    /// What in the event made the rule match (`cat ~/.ssh/id_rsa`), with secrets masked.
    pub evidence: String,
    /// MITRE ATT&CK techniques (`T1552.004`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<String>,
    /// Of a sequence: the earlier events that it is made of, first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<EventKey>,
    /// Set when the user allowed it: the allowance that did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_by: Option<FindingId>,
}

/// What was answered about an event, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The strictest of the findings' verdicts.
    pub verdict: Verdict,
    /// The findings, in rule order.
    pub findings: Vec<Finding>,
}

impl Decision {
    /// The strictest verdict wins; no finding means allow.
    pub fn from_findings(findings: Vec<Finding>) -> Decision {
        let verdict = findings
            .iter()
            .map(|finding| finding.verdict)
            .max()
            .unwrap_or(Verdict::Allow);
        Decision { verdict, findings }
    }

    /// The finding that the answer speaks of: the strictest, then the most severe.
    pub fn leading(&self) -> Option<&Finding> {
        self.findings
            .iter()
            .max_by_key(|finding| (finding.verdict, finding.severity))
    }
}
