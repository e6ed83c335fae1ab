//! A record on its way in: made storable, and turned into the line that lies in
//! journals and spools.
//!
//! **Invariant:** every [`Prepared`] fits the limits and can be read back. What is
//! too big is cut and says so; an event is never refused for its content.

use crate::StoreError;
use ringfence_event::{Action, Decision, Event, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod cut;

/// One event and what was decided about it: what goes in and what is spooled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What happened.
    pub event: Event,
    /// What was said about it.
    pub decision: Decision,
}

/// The longest record as a line of JSON, in bytes.
pub(crate) const MAX_LINE_BYTES: usize = 1 << 20;

/// How deep the JSON of a tool's input may be. The parser gives up at 128, and
/// the record around it takes some of that.
const MAX_DEPTH: usize = 100;

/// The years -9999 to 9999, which RFC 3339 text can hold.
pub(crate) const TIMES: std::ops::RangeInclusive<i64> =
    -377_000_000_000_000_000..=253_402_000_000_000_000;

/// A record that fits, with its event already in JSON.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) record: Record,
    /// The event as it is stored.
    pub(crate) event_json: String,
    /// The record as it lies in a file, with its line end.
    pub(crate) line: Vec<u8>,
    /// Set when something was cut away to make it fit.
    pub(crate) cut: bool,
}

impl Prepared {
    /// Makes a record storable; only JSON itself can fail.
    pub(crate) fn new(mut record: Record) -> Result<Prepared, StoreError> {
        clamp(&mut record);
        if !is_too_deep(&record.event) {
            let prepared = Prepared::encode(record, false)?;
            if prepared.line.len() <= MAX_LINE_BYTES {
                return Ok(prepared);
            }
            record = prepared.record;
        }
        Prepared::encode(cut::to_fit(record)?, true)
    }

    /// Reads a line of a journal or spool.
    pub(crate) fn parse(line: &[u8]) -> Result<Prepared, StoreError> {
        Prepared::new(serde_json::from_slice(line).map_err(StoreError::Encode)?)
    }

    fn encode(record: Record, cut: bool) -> Result<Prepared, StoreError> {
        let event_json = serde_json::to_string(&record.event).map_err(StoreError::Encode)?;
        let mut line = Vec::with_capacity(event_json.len() + 128);
        line.extend_from_slice(b"{\"event\":");
        line.extend_from_slice(event_json.as_bytes());
        line.extend_from_slice(b",\"decision\":");
        serde_json::to_writer(&mut line, &record.decision).map_err(StoreError::Encode)?;
        line.extend_from_slice(b"}\n");
        Ok(Prepared {
            record,
            event_json,
            line,
            cut,
        })
    }
}

/// A clock that is far out must not make a record that cannot be read back.
fn clamp(record: &mut Record) {
    let clamped = |at: Timestamp| Timestamp(at.0.clamp(*TIMES.start(), *TIMES.end()));
    record.event.at = clamped(record.event.at);
    for finding in &mut record.decision.findings {
        finding.at = clamped(finding.at);
    }
}

/// Whether a free-form part of an event is too deep to be read back.
fn is_too_deep(event: &Event) -> bool {
    let output = match &event.action {
        Action::ToolResult { output, .. } => Some(output),
        _ => None,
    };
    let input = event.action.tool().map(|tool| &tool.input);
    let mut parts = output.into_iter().chain(input).chain(event.rest.values());
    parts.any(|part| is_deeper_than(MAX_DEPTH, part))
}

fn is_deeper_than(levels: usize, value: &Value) -> bool {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => true,
        Value::Array(items) => items.iter().any(|item| is_deeper_than(levels - 1, item)),
        Value::Object(fields) => fields
            .values()
            .any(|field| is_deeper_than(levels - 1, field)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests;
