//! What the server asks about rules: what they do here, what a person chooses for them, and what
//! others would do instead.

use ringfence_event::{AgentKind, Decision, Event, Mode, RuleId, Severity, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All rules, and what they do here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruled {
    /// The mode of this machine.
    pub mode: Mode,
    /// In the order of their files.
    pub rules: Vec<RuleState>,
    /// What is wrong with the user's own rules, one sentence each.
    pub problems: Vec<String>,
}

/// A rule in short, and what it does here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleState {
    /// Its name.
    pub id: RuleId,
    /// In a few words.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it asks for.
    pub action: Verdict,
    /// What it does on this machine now.
    pub here: RuleAnswer,
    /// What the user chose for it.
    pub choice: Option<RuleChoice>,
    /// Whether it comes with Ringfence.
    pub builtin: bool,
    /// `builtin`, or the path of the file that it stands in.
    pub source: String,
    /// MITRE ATT&CK techniques (`T1552.004`).
    pub techniques: Vec<String>,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleAnswer {
    /// It is not judged.
    Off,
    /// It only notes.
    Allow,
    /// It tells.
    Alert,
    /// A person is asked.
    Ask,
    /// It denies.
    Deny,
}

impl From<Option<Verdict>> for RuleAnswer {
    fn from(verdict: Option<Verdict>) -> RuleAnswer {
        match verdict {
            None => RuleAnswer::Off,
            Some(Verdict::Allow) => RuleAnswer::Allow,
            Some(Verdict::Alert) => RuleAnswer::Alert,
            Some(Verdict::Ask) => RuleAnswer::Ask,
            Some(Verdict::Deny) => RuleAnswer::Deny,
        }
    }
}

/// What a person chooses for a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleChoice {
    /// As it comes.
    Default,
    /// It is not judged.
    Off,
    /// It only tells.
    Monitor,
    /// It does what it asks for.
    Guard,
    /// What it would ask a person about is denied.
    Enforce,
    /// It tells, whatever it asks for.
    Alert,
    /// It asks a person, whatever it asks for.
    Ask,
    /// It denies, whatever it asks for.
    Deny,
}

/// Rules and choices that a person wants to try.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TryRules {
    /// A rule file's text: what has the name of a rule that is there stands for it.
    pub rules: Option<String>,
    /// Choices for single rules.
    pub choices: BTreeMap<RuleId, RuleChoice>,
    /// A mode for the machine.
    pub mode: Option<Mode>,
}

/// Why a rule that is tried cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RuleProblem {
    /// Line, counted from 1.
    #[schema(required)]
    pub line: Option<u64>,
    /// Column, counted from 1.
    #[schema(required)]
    pub column: Option<u64>,
    /// The rule's name or title, as far as it is known.
    #[schema(required)]
    pub rule: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    #[schema(required)]
    pub hint: Option<String>,
}

/// What became of a rule of the user's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SavedRule {
    /// Whether it is done; not, if there are problems.
    pub saved: bool,
    /// The file that it stands in, or stood in.
    pub file: String,
    /// The text from before, so that it can be taken back.
    #[schema(required)]
    pub before: Option<String>,
    /// What is wrong with the text.
    pub problems: Vec<RuleProblem>,
}

/// Rules on trial, beside those in force. Nothing of it is kept, and nothing is used up.
pub trait Trial: Send {
    /// What of the tried rules cannot be used.
    fn problems(&self) -> Vec<RuleProblem>;
    /// Reads what an agent tells its hook.
    ///
    /// # Errors
    /// It cannot be read; the sentence says why.
    fn read(&self, agent: AgentKind, payload: &[u8]) -> Result<Event, String>;
    /// Adds the facts that rules speak of to an event that was only imagined.
    fn enrich(&self, event: &mut Event);
    /// Judges an event by the rules in force and by those on trial. Events of the record come in
    /// order, with what was answered then.
    fn judge(&mut self, event: &Event, answered: Verdict) -> Tried;
}

/// What would be answered, and what would be after the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// By the rules in force.
    pub before: Decision,
    /// By those on trial.
    pub after: Decision,
}
