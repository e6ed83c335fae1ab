//! A record of any signal, whichever way it was written.

use ringfence_event::Timestamp;
use serde_json::{Map, Value};

/// What is the same for all records of one program.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Batch {
    /// The attributes of the program (`service.name`).
    pub(super) resource: Map<String, Value>,
}

/// What kind of record it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Log,
    Span,
    Point,
}

/// One log record, span or data point.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Record {
    pub(super) kind: Kind,
    /// The name of the event, of the span, or of the metric.
    pub(super) name: String,
    /// When it happened, or began, in nanoseconds since 1970.
    pub(super) begin: u64,
    /// When a span ended.
    pub(super) end: u64,
    /// The id of a span, in lower-case hexadecimal.
    pub(super) span: String,
    /// What a log says.
    pub(super) body: Value,
    pub(super) attributes: Map<String, Value>,
    /// Set when a span failed (`STATUS_CODE_ERROR`).
    pub(super) failed: bool,
}

impl Record {
    /// An attribute that is a text, and says something.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = self.attributes.get(name)?.as_str()?;
        (!text.is_empty()).then_some(text)
    }

    /// An attribute that is a number; JavaScript's exporters write some as text.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        match self.attributes.get(name)? {
            Value::Number(number) => number.as_u64().or_else(|| {
                let float = number.as_f64()?;
                let whole = format!("{:.0}", float.max(0.0));
                whole.parse().ok()
            }),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// An attribute that is an amount.
    pub(super) fn amount(&self, name: &str) -> Option<f64> {
        match self.attributes.get(name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// An attribute that is yes or no.
    pub(super) fn yes(&self, name: &str) -> Option<bool> {
        match self.attributes.get(name)? {
            Value::Bool(yes) => Some(*yes),
            Value::String(text) => match text.as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// When it happened.
    pub(super) fn at(&self, received: Timestamp) -> Timestamp {
        if let Some(at) = self.text("event.timestamp").and_then(Timestamp::parse) {
            return at;
        }
        moment(self.begin).unwrap_or(received)
    }
}

/// The moment of so many nanoseconds since 1970; none of 0.
pub(super) fn moment(nanoseconds: u64) -> Option<Timestamp> {
    let microseconds = i64::try_from(nanoseconds / 1000).ok()?;
    (microseconds > 0).then_some(Timestamp(microseconds))
}
