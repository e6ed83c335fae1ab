//! A record on its way in: made storable, and turned into the line that lies in
//! journals and spools.
//!
//! **Invariant:** every [`Fitted`] fits the limits and can be read back. What is
//! too big is cut and says so; an event is never refused for its content.

use crate::body::{self, Encoder};
use crate::{StoreError, codes, summary, visible};
use ringfence_event::{
    Action, AgentKind, CallRef, Decision, Event, EventKey, Finding, SessionId, Source, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

mod cut;
pub(crate) mod searched;

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

/// Buffers that grew beyond this are given back.
pub(crate) const KEPT_BUFFER: usize = 64 << 10;

/// The longest name of a tool that lists show, in bytes.
const MAX_TOOL_NAME: usize = 100;

/// How deep the JSON of a tool's input may be. The parser gives up at 128, and
/// the record around it takes some of that.
const MAX_DEPTH: usize = 100;

/// The years -9999 to 9999, which RFC 3339 text can hold.
pub(crate) const TIMES: std::ops::RangeInclusive<i64> =
    -377_000_000_000_000_000..=253_402_000_000_000_000;

/// A record that fits.
#[derive(Debug)]
pub(crate) struct Fitted {
    pub(crate) record: Record,
    /// Set when something was cut away to make it fit.
    pub(crate) cut: bool,
}

impl Fitted {
    /// Makes a record storable; only JSON itself can fail. Its line, with its end, is
    /// added to `lines`; `event_json` becomes the event without what the columns say.
    pub(crate) fn new(
        mut record: Record,
        event_json: &mut Vec<u8>,
        lines: &mut Vec<u8>,
    ) -> Result<Fitted, StoreError> {
        clamp(&mut record);
        let start = lines.len();
        if !is_too_deep(&record.event) {
            encode(&record, event_json, lines)?;
            if lines.len() - start <= MAX_LINE_BYTES {
                return Ok(Fitted { record, cut: false });
            }
            lines.truncate(start);
        }
        let record = cut::to_fit(record)?;
        encode(&record, event_json, lines)?;
        Ok(Fitted { record, cut: true })
    }
}

/// Returns the line of a record as it lies in a file, with its end.
pub(crate) fn line(record: Record) -> Result<Vec<u8>, StoreError> {
    let mut line = Vec::new();
    Fitted::new(record, &mut Vec::new(), &mut line)?;
    Ok(line)
}

/// The event is put into JSON once: for the line and for the segment.
fn encode(record: &Record, event_json: &mut Vec<u8>, line: &mut Vec<u8>) -> Result<(), StoreError> {
    event_json.clear();
    body::write_event(&record.event, &mut *event_json).map_err(StoreError::Encode)?;
    line.extend_from_slice(b"{\"event\":");
    let head = Head {
        key: record.event.key,
        at: record.event.at,
        source: record.event.source,
        agent: record.event.agent,
        session: record.event.session.as_ref(),
        call: record.event.call.as_ref(),
        cwd: record.event.cwd.as_deref(),
    };
    serde_json::to_writer(&mut *line, &head).map_err(StoreError::Encode)?;
    line.pop();
    line.push(b',');
    line.extend_from_slice(event_json.get(1..).unwrap_or_default());
    line.extend_from_slice(b",\"decision\":");
    serde_json::to_writer(&mut *line, &record.decision).map_err(StoreError::Encode)?;
    line.extend_from_slice(b"}\n");
    Ok(())
}

/// What the columns say of an event, as its JSON says it.
#[derive(Serialize)]
struct Head<'a> {
    key: EventKey,
    at: Timestamp,
    source: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<AgentKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<&'a SessionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'a CallRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cwd: Option<&'a str>,
}

/// Whether another event of the same session told of the same before.
pub(crate) fn repeats(event: &Event) -> bool {
    event.labels.repeats.is_some() && !event.is_copy()
}

/// A record as the segment takes it.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) row: Row,
    /// The record as it lies in a file, where that is still needed.
    pub(crate) line: Vec<u8>,
    /// Set when something was cut away to make it fit.
    pub(crate) cut: bool,
}

/// An event taken apart: its columns, and what else is told of it. The numbers are
/// those of [`codes`].
#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) at: i64,
    pub(crate) key: Uuid,
    pub(crate) kind: i64,
    pub(crate) source: i64,
    pub(crate) agent: i64,
    pub(crate) does: i64,
    pub(crate) verdict: i64,
    pub(crate) severity: i64,
    /// 1 if the tool call is only inferred.
    pub(crate) inferred: i64,
    /// Set when another event of the session told of the same before; not a column.
    pub(crate) repeats: bool,
    pub(crate) texts: Texts,
    pub(crate) findings: Vec<Finding>,
    pub(crate) body: Vec<u8>,
}

/// The texts of an event behind each other: it goes from thread to thread with one
/// allocation instead of seven.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    all: Box<str>,
    /// Where each begins and ends.
    places: [Option<(usize, usize)>; PARTS],
}

const PARTS: usize = 7;

impl Texts {
    /// In this order: session, subject, summary, moment, cwd, words for the search, tool call.
    pub(crate) fn new(parts: [Option<&str>; PARTS]) -> Texts {
        let mut all = String::with_capacity(parts.iter().flatten().map(|part| part.len()).sum());
        let places = parts.map(|part| {
            let start = all.len();
            all.push_str(part?);
            Some((start, all.len()))
        });
        Texts {
            all: all.into_boxed_str(),
            places,
        }
    }

    fn part(&self, place: usize) -> Option<&str> {
        let (start, end) = (*self.places.get(place)?)?;
        self.all.get(start..end)
    }

    /// The agent's session.
    pub(crate) fn session(&self) -> Option<&str> {
        self.part(0)
    }

    /// The main path, host or program.
    pub(crate) fn subject(&self) -> Option<&str> {
        self.part(1)
    }

    /// The event in one line.
    pub(crate) fn summary(&self) -> &str {
        self.part(2).unwrap_or_default()
    }

    /// The agent's own name for the moment.
    pub(crate) fn moment(&self) -> Option<&str> {
        self.part(3)
    }

    /// The working directory.
    pub(crate) fn cwd(&self) -> Option<&str> {
        self.part(4)
    }

    /// What can be searched for.
    pub(crate) fn words(&self) -> &str {
        self.part(5).unwrap_or_default()
    }

    /// The tool call.
    pub(crate) fn call(&self) -> Option<&str> {
        self.part(6)
    }

    /// About what they take in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.all.len()
    }
}

impl Prepared {
    /// Makes a record ready for journal and segment; its line is added to `lines`.
    pub(crate) fn new(
        record: Record,
        encoder: &mut Encoder,
        lines: &mut Vec<u8>,
    ) -> Result<Prepared, StoreError> {
        let mut event_json = std::mem::take(&mut encoder.event_json);
        let fitted = Fitted::new(record, &mut event_json, lines);
        let row = fitted.and_then(|Fitted { record, cut }| {
            let row = row(record, &event_json, encoder)?;
            Ok(Prepared {
                row,
                line: Vec::new(),
                cut,
            })
        });
        // One huge event does not stay in memory.
        event_json.shrink_to(KEPT_BUFFER);
        encoder.event_json = event_json;
        row
    }

    /// Reads a line of a journal or spool.
    pub(crate) fn parse(line: &[u8], encoder: &mut Encoder) -> Result<Prepared, StoreError> {
        let record = serde_json::from_slice(line).map_err(StoreError::Encode)?;
        let mut line = Vec::new();
        let prepared = Prepared::new(record, encoder, &mut line)?;
        Ok(Prepared { line, ..prepared })
    }
}

fn row(record: Record, event_json: &[u8], encoder: &mut Encoder) -> Result<Row, StoreError> {
    let Record { event, decision } = record;
    let summary = summary(&event);
    let tool = event.action.tool();
    let name = tool.map_or_else(String::new, |tool| shown(&tool.name));
    let findings = if decision.findings.is_empty() {
        None
    } else {
        Some(serde_json::to_vec(&decision.findings).map_err(StoreError::Encode)?)
    };
    let subject = searched::subject(&event);
    let findings_json = findings.as_deref();
    let body = encoder.encode(&summary, &name, event_json, findings_json, subject);
    let worst = decision.findings.iter().map(|finding| finding.severity);
    let mut words = std::mem::take(&mut encoder.words);
    searched::write_words(&event, &summary, &mut words);
    let texts = Texts::new([
        event.session.as_ref().map(SessionId::as_str),
        subject,
        Some(&summary),
        event.moment.as_deref(),
        event.cwd.as_deref(),
        Some(&words),
        event.call.as_ref().map(|call| call.id.as_str()),
    ]);
    encoder.words = words;
    Ok(Row {
        at: event.at.0,
        key: event.key.0,
        kind: codes::kind(&event.action),
        source: codes::source(event.source),
        agent: codes::agent(event.agent),
        does: tool.map_or(0, |tool| codes::does(&tool.operation)),
        verdict: codes::verdict(decision.verdict),
        severity: codes::severity(worst.max()),
        inferred: event.call.as_ref().map_or(0, codes::inferred),
        repeats: repeats(&event),
        texts,
        findings: decision.findings,
        body: body.map_err(StoreError::Pack)?,
    })
}

/// A tool's name as lists show it.
fn shown(name: &str) -> String {
    let end = name.floor_char_boundary(MAX_TOOL_NAME);
    visible(name.get(..end).unwrap_or_default())
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
