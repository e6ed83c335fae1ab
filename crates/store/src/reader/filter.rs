//! What is asked for.
//!
//! **Invariant:** what a person typed is only ever bound as a value.

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
    /// In this directory or below it.
    pub project: Option<String>,
    /// Mainly about this path, host or program, exactly.
    pub subject: Option<String>,
    /// Seen by this sensor.
    pub source: Option<Source>,
    /// Not what agents told afterwards: no transcript, no telemetry.
    pub at_once: bool,
    /// Of this [`kind`](ringfence_event::Action::kind).
    pub kind: Option<String>,
    /// With a tool that [does](ringfence_event::Operation::name) this.
    pub does: Option<String>,
    /// With this verdict or a stricter one.
    pub verdict: Option<Verdict>,
    /// Words, each of which begins a word of the event's text: its command, prompt,
    /// paths, addresses, and the beginning of what a tool gave back. Words are made
    /// of letters, digits and `_`; upper case and accents do not matter. At most 16
    /// of them count.
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
    /// In a session that last worked in this directory or below it.
    pub project: Option<String>,
    /// With this text in the event's summary, the title, the reason or the evidence;
    /// the case of ASCII letters does not matter.
    pub text: Option<String>,
    /// At this moment or later.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// On events stored after this one.
    pub after_seq: Option<i64>,
    /// On events stored before this one.
    pub before_seq: Option<i64>,
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
    /// With its last event at this moment or later.
    pub since: Option<Timestamp>,
    /// With its last event before this moment.
    pub before: Option<Timestamp>,
    /// At most so many, the latest; never more than 10,000.
    pub limit: Option<usize>,
}

/// How many rows an answer may hold.
pub(super) fn rows(limit: Option<usize>) -> usize {
    limit.unwrap_or(MAX_ROWS).min(MAX_ROWS)
}

/// Conditions that must all hold, with the values for their question marks.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    texts: Vec<&'static str>,
    pub(super) values: Vec<Value>,
}

impl Conditions {
    /// A condition that may ask for the same value more than once.
    pub(super) fn add<V: Into<Value>>(&mut self, text: &'static str, value: Option<V>) {
        if let Some(value) = value {
            self.texts.push(text);
            let value: Value = value.into();
            for _ in 0..text.matches('?').count() {
                self.values.push(value.clone());
            }
        }
    }

    /// `text`: a condition with a question mark for the first and one for the last
    /// value that fits.
    pub(super) fn between(&mut self, text: &'static str, (first, last): (i64, i64)) {
        self.texts.push(text);
        self.values.extend([first.into(), last.into()]);
    }

    /// `text`: a condition with two question marks, for the first text that begins so
    /// and the first after it that does not.
    pub(super) fn begins(&mut self, text: &'static str, prefix: Option<&str>) {
        if let Some(prefix) = prefix {
            self.texts.push(text);
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
pub(super) fn anywhere(text: &str) -> String {
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

/// `ASC` or `DESC`.
pub(super) fn direction(newest_first: bool) -> &'static str {
    if newest_first { "DESC" } else { "ASC" }
}
