//! What the API answers about rules.

use crate::host::{Rule, RuleAnswer, RuleChoice, RuleProblem, RuleState};
use crate::schema;
use ringfence_event::{
    AgentKind, Event, Finding, Mode, RuleId, SessionId, Severity, Timestamp, Verdict,
};
use ringfence_store::{EventId, RuleHits};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A rule in short: what it does here, and how often it matched.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleRow {
    /// Its name.
    #[schema(value_type = String)]
    pub(crate) id: RuleId,
    /// In a few words.
    pub(crate) title: String,
    /// How bad it is.
    #[schema(value_type = schema::Severity)]
    pub(crate) severity: Severity,
    /// What it asks for.
    #[schema(value_type = schema::Verdict)]
    pub(crate) action: Verdict,
    /// What it does on this machine now.
    pub(crate) here: RuleAnswer,
    /// What the user chose for it.
    #[schema(required)]
    pub(crate) choice: Option<RuleChoice>,
    /// Whether it comes with Ringfence.
    pub(crate) builtin: bool,
    /// `builtin`, or the path of the file that it stands in.
    pub(crate) source: String,
    /// MITRE ATT&CK techniques (`T1552.004`).
    pub(crate) techniques: Vec<String>,
    /// How often it matched.
    pub(crate) hits: Hits,
}

/// How often a rule matched.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct Hits {
    /// Since the record began, also where the events are gone.
    pub(crate) all: u64,
    /// In the days that were asked about.
    pub(crate) recent: u64,
    /// The last time.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub(crate) last: Option<Timestamp>,
}

impl RuleRow {
    pub(crate) fn new(rule: RuleState, hits: Option<&RuleHits>) -> RuleRow {
        let hits = hits.copied().unwrap_or_default();
        RuleRow {
            id: rule.id,
            title: rule.title,
            severity: rule.severity,
            action: rule.action,
            here: rule.here,
            choice: rule.choice,
            builtin: rule.builtin,
            source: rule.source,
            techniques: rule.techniques,
            hits: Hits {
                all: hits.all,
                recent: hits.recent,
                last: hits.last,
            },
        }
    }
}

/// All rules.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleList {
    /// The mode of this machine.
    #[schema(value_type = schema::Mode)]
    pub(crate) mode: Mode,
    /// The days that `recent` counts.
    pub(crate) days: u32,
    /// In the order of their files.
    pub(crate) items: Vec<RuleRow>,
    /// What is wrong with the user's own rules, one sentence each.
    pub(crate) problems: Vec<String>,
}

/// One rule, whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleDetail {
    /// What it does here, and how often it matched.
    pub(crate) state: RuleRow,
    /// As it is written.
    pub(crate) rule: Rule,
}

/// What a person chooses for a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choose {
    /// What it is to do from now on.
    pub(crate) mode: RuleChoice,
}

/// What was chosen for a rule, and what was before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Chosen {
    /// The rule as it stands now.
    pub(crate) rule: RuleRow,
    /// What was chosen before, so that it can be taken back.
    pub(crate) before: RuleChoice,
}

/// A rule of the user's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaveRule {
    /// One rule, in YAML.
    #[schema(max_length = 65536)]
    pub(crate) text: String,
}

/// A mode for this machine.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChooseMode {
    /// How far Ringfence is to go from now on.
    #[schema(value_type = schema::Mode)]
    pub(crate) mode: Mode,
}

/// The mode of this machine, and what it was before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChosenMode {
    /// How far Ringfence goes now.
    #[schema(value_type = schema::Mode)]
    pub(crate) mode: Mode,
    /// How far it went before.
    #[schema(value_type = schema::Mode)]
    pub(crate) before: Mode,
}

/// What is tried on the test bench: a change, and one of `event`, `payload` and `days`; without any,
/// only what is wrong with the rules is answered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bench {
    /// A rule file's text, in YAML: what has the name of a rule that is there stands for it.
    pub(crate) rules: Option<String>,
    /// Choices for single rules.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, RuleChoice>)]
    pub(crate) choices: BTreeMap<RuleId, RuleChoice>,
    /// A mode for the machine.
    #[schema(value_type = Option<schema::Mode>)]
    pub(crate) mode: Option<Mode>,
    /// An event: one of the record by its place (`1-42`), or one that is made up.
    pub(crate) event: Option<BenchEvent>,
    /// What an agent tells its hook.
    pub(crate) payload: Option<Payload>,
    /// The events of so many days, up to now: 1 to 90.
    #[schema(minimum = 1, maximum = 90)]
    pub(crate) days: Option<u32>,
}

/// An event on the test bench.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum BenchEvent {
    /// Its place in the record, `1-42`.
    Place(String),
    /// The event itself; its labels are found anew.
    #[schema(value_type = schema::Event)]
    Whole(Box<Event>),
}

/// What an agent tells its hook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payload {
    /// Which agent.
    #[schema(value_type = schema::AgentKind)]
    pub(crate) agent: AgentKind,
    /// What its hook reads on standard input.
    pub(crate) body: Value,
}

/// What the test bench found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BenchAnswer {
    /// What of the tried rules cannot be used; the others were tried all the same.
    pub(crate) problems: Vec<RuleProblem>,
    /// What comes of the one event that was asked about.
    #[schema(required)]
    pub(crate) one: Option<TriedEvent>,
    /// What comes of the days that were asked about.
    #[schema(required)]
    pub(crate) replay: Option<Replay>,
}

/// One event, judged twice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedEvent {
    /// What it is about, in one line.
    pub(crate) summary: String,
    /// By the rules in force.
    pub(crate) before: Judgement,
    /// By those that are tried.
    pub(crate) after: Judgement,
}

/// What is answered to an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Judgement {
    /// What is answered.
    #[schema(value_type = schema::Verdict)]
    pub(crate) verdict: Verdict,
    /// What was found, in rule order.
    #[schema(value_type = Vec<schema::Finding>)]
    pub(crate) findings: Vec<Finding>,
}

impl From<ringfence_event::Decision> for Judgement {
    fn from(decision: ringfence_event::Decision) -> Judgement {
        Judgement {
            verdict: decision.verdict,
            findings: decision.findings,
        }
    }
}

/// Many events, judged twice.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Replay {
    /// What was looked at.
    pub(crate) looked: Looked,
    /// Events by what the rules in force answer.
    pub(crate) before: Counts,
    /// Events by what those that are tried answer.
    pub(crate) after: Counts,
    /// How many events are answered otherwise.
    pub(crate) changed: u64,
    /// The newest of them; at most 100.
    pub(crate) changes: Vec<ChangedEvent>,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub(crate) struct Looked {
    /// How many events.
    pub(crate) events: u64,
    /// The oldest of them.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub(crate) since: Option<Timestamp>,
    /// Set when there are older ones in the time that was asked about.
    pub(crate) more: bool,
}

impl Looked {
    /// Counts an event that was looked at.
    pub(crate) fn saw(&mut self, at: Timestamp) {
        self.events += 1;
        self.since = Some(self.since.map_or(at, |since| since.min(at)));
    }
}

/// Events by what is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Counts {
    /// Nothing was to be said.
    pub(crate) allow: u64,
    /// A person is told.
    pub(crate) alert: u64,
    /// A person is asked.
    pub(crate) ask: u64,
    /// It does not run.
    pub(crate) deny: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Allow => self.allow += 1,
            Verdict::Alert => self.alert += 1,
            Verdict::Ask => self.ask += 1,
            Verdict::Deny => self.deny += 1,
        }
    }
}

/// An event that is answered otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedEvent {
    /// Its place in the record, `1-42`.
    #[schema(value_type = String)]
    pub(crate) event: EventId,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    /// The agent that did it.
    #[schema(required, value_type = Option<schema::AgentKind>)]
    pub(crate) agent: Option<AgentKind>,
    /// Its session.
    #[schema(required, value_type = Option<String>)]
    pub(crate) session: Option<SessionId>,
    /// What it is about, in one line.
    pub(crate) summary: String,
    /// By the rules in force.
    #[schema(value_type = schema::Verdict)]
    pub(crate) before: Verdict,
    /// By those that are tried.
    #[schema(value_type = schema::Verdict)]
    pub(crate) after: Verdict,
    /// The rules that found something on one side only, or something else.
    #[schema(value_type = Vec<String>)]
    pub(crate) rules: Vec<RuleId>,
}
