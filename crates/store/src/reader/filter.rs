//! What is asked for, and how that stands in SQL.
//!
//! **Invariant:** what a person typed is only ever bound as a value.

use crate::database::source_name;
use crate::schema::{severity_rank, verdict_rank};
use ringfence_event::{AgentKind, RuleId, Severity, Source, Timestamp, Verdict};
use rusqlite::types::Value;

/// The most rows that one answer holds, and what it holds if no limit is given.
const MAX_ROWS: usize = 10_000;

/// Which events are asked for; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// By this agent.
    pub agent: Option<AgentKind>,
    /// In the session whose id begins so.
    pub session: Option<String>,
    /// Seen by this sensor.
    pub source: Option<Source>,
    /// Of this [`kind`](ringfence_event::Action::kind).
    pub kind: Option<String>,
    /// With a tool that [does](ringfence_event::Operation::name) this.
    pub does: Option<String>,
    /// With this verdict or a stricter one.
    pub verdict: Option<Verdict>,
    /// With this text in the summary, the command line or the prompt; the case of
    /// ASCII letters does not matter.
    pub text: Option<String>,
    /// At this moment or later.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Stored after this one.
    pub after_seq: Option<i64>,
    /// Stored before this one.
    pub before_seq: Option<i64>,
    /// At most so many; never more than 10,000.
    pub limit: Option<usize>,
    /// Begin with the one stored last, not with the first.
    pub newest_first: bool,
}

/// Which findings are asked for; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// Of this rule.
    pub rule: Option<RuleId>,
    /// This bad or worse.
    pub severity: Option<Severity>,
    /// With this verdict or a stricter one.
    pub verdict: Option<Verdict>,
    /// By this agent.
    pub agent: Option<AgentKind>,
    /// In the session whose id begins so.
    pub session: Option<String>,
    /// With this text in the event's summary, the title, the reason or the evidence.
    pub text: Option<String>,
    /// At this moment or later.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// On events stored after this one.
    pub after_seq: Option<i64>,
    /// At most so many; never more than 10,000.
    pub limit: Option<usize>,
    /// Begin with the one stored last, not with the first.
    pub newest_first: bool,
}

/// Which sessions are asked for; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Of this agent.
    pub agent: Option<AgentKind>,
    /// The session whose id begins so.
    pub session: Option<String>,
    /// With an event at this moment or later; the numbers are those of all its events.
    pub since: Option<Timestamp>,
    /// At most so many, the latest; never more than 10,000.
    pub limit: Option<usize>,
}

/// Conditions that must all hold, with the values for their question marks.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    texts: Vec<&'static str>,
    pub(super) values: Vec<Value>,
}

impl Conditions {
    pub(super) fn add<V: Into<Value>>(&mut self, text: &'static str, value: Option<V>) {
        if let Some(value) = value {
            self.texts.push(text);
            // A condition may ask for the same value more than once.
            let value: Value = value.into();
            for _ in 0..text.matches('?').count() {
                self.values.push(value.clone());
            }
        }
    }

    /// `column`: a condition with two question marks, for the first and the first
    /// that no longer begins so.
    fn begins(&mut self, column: &'static str, prefix: Option<&str>) {
        if let Some(prefix) = prefix {
            self.texts.push(column);
            self.values.extend(range(prefix));
        }
    }

    /// ` WHERE …`, or nothing.
    pub(super) fn clause(&self) -> String {
        if self.texts.is_empty() {
            return String::new();
        }
        format!(" WHERE {}", self.texts.join(" AND "))
    }
}

/// The texts that begin so: from the first value, up to and without the second.
pub(super) fn range(prefix: &str) -> [Value; 2] {
    let end = format!("{prefix}{}", char::MAX);
    [prefix.to_owned().into(), end.into()]
}

/// A pattern for `LIKE … ESCAPE '\'` that finds a text anywhere.
fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// ` ORDER BY … LIMIT …`.
pub(super) fn order(newest_first: bool, columns: [&str; 2], limit: Option<usize>) -> String {
    let direction = if newest_first { "DESC" } else { "ASC" };
    let [first, second] = columns;
    let limit = limit.unwrap_or(MAX_ROWS).min(MAX_ROWS);
    format!(" ORDER BY {first} {direction}, {second} {direction} LIMIT {limit}")
}

impl EventFilter {
    pub(super) fn conditions(&self) -> Conditions {
        let mut all = Conditions::default();
        all.add(
            "event.agent = ?",
            self.agent.map(|agent| agent.name().to_owned()),
        );
        all.begins(
            "event.session >= ? AND event.session < ?",
            self.session.as_deref(),
        );
        all.add(
            "event.source = ?",
            self.source.map(|source| source_name(source).to_owned()),
        );
        all.add("event.kind = ?", self.kind.clone());
        all.add("event.does = ?", self.does.clone());
        all.add("event.verdict >= ?", self.verdict.map(verdict_rank));
        all.add(
            r"(event.summary LIKE ? ESCAPE '\'
                OR event.detail ->> '$.action.tool.operation.command' LIKE ? ESCAPE '\'
                OR event.detail ->> '$.action.text' LIKE ? ESCAPE '\')",
            self.text.as_deref().map(anywhere),
        );
        all.add("event.at >= ?", self.since.map(|moment| moment.0));
        all.add("event.at < ?", self.until.map(|moment| moment.0));
        all.add("event.seq > ?", self.after_seq);
        all.add("event.seq < ?", self.before_seq);
        all
    }
}

impl FindingFilter {
    pub(super) fn conditions(&self) -> Conditions {
        let mut all = Conditions::default();
        all.add(
            "finding.rule = ?",
            self.rule.as_ref().map(|rule| rule.0.clone()),
        );
        all.add("finding.severity >= ?", self.severity.map(severity_rank));
        all.add("finding.verdict >= ?", self.verdict.map(verdict_rank));
        all.add(
            "event.agent = ?",
            self.agent.map(|agent| agent.name().to_owned()),
        );
        all.begins(
            "event.session >= ? AND event.session < ?",
            self.session.as_deref(),
        );
        all.add(
            r"(event.summary LIKE ? ESCAPE '\' OR finding.title LIKE ? ESCAPE '\'
                OR finding.reason LIKE ? ESCAPE '\' OR finding.evidence LIKE ? ESCAPE '\')",
            self.text.as_deref().map(anywhere),
        );
        all.add("finding.at >= ?", self.since.map(|moment| moment.0));
        all.add("finding.at < ?", self.until.map(|moment| moment.0));
        all.add("finding.event > ?", self.after_seq);
        all
    }
}

impl SessionFilter {
    pub(super) fn conditions(&self) -> Conditions {
        let mut all = Conditions::default();
        all.add(
            "event.agent = ?",
            self.agent.map(|agent| agent.name().to_owned()),
        );
        all.begins(
            "event.session >= ? AND event.session < ?",
            self.session.as_deref(),
        );
        all
    }
}
