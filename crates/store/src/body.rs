//! What a segment keeps of an event besides its columns, compressed:
//! `summary \n tool \n event JSON`, and behind another `\n` the findings as JSON
//! where there are any. The event's JSON leaves out what the columns say (key, time,
//! source, agent, session, call, directory). Where the JSON says what the summary says (a path or a
//! command stands in an event three to five times), it has the byte 1 instead, which
//! raw JSON never has; and a summary that begins with the subject, which is a column,
//! has the byte 2 for it.
//!
//! **Invariant:** summary and tool hold no line end, so that lists need no JSON
//! parsed; unpacking is bounded whatever the bytes claim.
//!
//! Compressed is with zstd (bundled C source, see RFC 8878) at a low level and with a
//! dictionary, without which a body of some 600 bytes would hardly shrink. The
//! dictionary that ships, `body/dictionary`, is made by `examples/dictionary.rs` from
//! synthetic events of every kind. Each segment holds the one it was written with.

use crate::record::{KEPT_BUFFER, MAX_LINE_BYTES};
use memchr::memmem;
use ringfence_event::{
    Action, AgentKind, CallRef, Event, EventKey, Finding, Labels, ProcessRef, SessionId, Source,
    Timestamp,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io;
use std::sync::LazyLock;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::EncoderDictionary;
use zstd::zstd_safe::{CParameter, compress_bound, get_frame_content_size};

/// What new segments are written with.
pub(crate) const DICTIONARY: &[u8] = include_bytes!("body/dictionary");

/// zstd's level: it packs small bodies as fast as 1, and better; higher ones are slow.
const LEVEL: i32 = 3;

/// The longest body: a line of the journal, and room for its summary.
const MAX_BYTES: usize = MAX_LINE_BYTES + (16 << 10);

static ENCODER: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, LEVEL));

/// Packs bodies with [`DICTIONARY`].
pub(crate) struct Encoder {
    compressor: Compressor<'static>,
    plain: Vec<u8>,
    packed: Vec<u8>,
    /// Buffers of whoever prepares the parts.
    pub(crate) event_json: Vec<u8>,
    pub(crate) words: String,
}

impl Encoder {
    pub(crate) fn new() -> io::Result<Encoder> {
        let mut compressor = Compressor::with_prepared_dictionary(&ENCODER)?;
        // Four bytes each: a segment knows its dictionary, and the chain sees changes.
        compressor.set_parameter(CParameter::DictIdFlag(false))?;
        compressor.set_parameter(CParameter::ChecksumFlag(false))?;
        Ok(Encoder {
            compressor,
            plain: Vec::new(),
            packed: Vec::new(),
            event_json: Vec::new(),
            words: String::new(),
        })
    }

    /// Packs a body. `summary` and `tool` must hold no line end; `subject` is what the
    /// column of that name says.
    pub(crate) fn encode(
        &mut self,
        summary: &str,
        tool: &str,
        event: &[u8],
        findings: Option<&[u8]>,
        subject: Option<&str>,
    ) -> io::Result<Vec<u8>> {
        self.plain.clear();
        let begins = subject.filter(|subject| !subject.is_empty());
        let rest = begins.and_then(|subject| summary.strip_prefix(subject));
        if rest.is_some() {
            self.plain.push(SUBJECT);
        }
        for part in [rest.unwrap_or(summary), "\n", tool, "\n"] {
            self.plain.extend_from_slice(part.as_bytes());
        }
        let said = said(summary);
        add_shortened(&mut self.plain, event, said);
        if let Some(findings) = findings {
            self.plain.push(b'\n');
            add_shortened(&mut self.plain, findings, said);
        }
        self.packed.clear();
        self.packed.reserve(compress_bound(self.plain.len()));
        self.compressor
            .compress_to_buffer(&self.plain, &mut self.packed)?;
        let body = self.packed.get(MAGIC.len()..).unwrap_or_default().to_vec();
        // One huge event does not stay in memory.
        self.plain.shrink_to(KEPT_BUFFER);
        self.packed.clear();
        self.packed.shrink_to(KEPT_BUFFER);
        Ok(body)
    }
}

/// What each frame of zstd begins with (RFC 8878, 3.1.1): the same four bytes, which are
/// not stored.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Stands for what the summary says.
const SAME: u8 = 1;

/// Stands for the subject where a summary begins with it.
const SUBJECT: u8 = 2;

/// What the summary says, if JSON says it in the same way: with nothing escaped.
fn said(summary: &str) -> Option<&str> {
    let said = summary.strip_suffix('…').unwrap_or(summary);
    let is_plain = said.len() >= 4 && !said.contains(['"', '\\']);
    is_plain.then_some(said)
}

fn add_shortened(plain: &mut Vec<u8>, json: &[u8], said: Option<&str>) {
    let Some(said) = said.map(str::as_bytes) else {
        plain.extend_from_slice(json);
        return;
    };
    let mut start = 0;
    for place in memmem::find_iter(json, said) {
        plain.extend_from_slice(json.get(start..place).unwrap_or_default());
        plain.push(SAME);
        start = place + said.len();
    }
    plain.extend_from_slice(json.get(start..).unwrap_or_default());
}

fn lengthened<'a>(json: &'a str, summary: &str) -> Result<Cow<'a, str>, BodyError> {
    let parts = || json.split(char::from(SAME));
    let count = parts().count() - 1;
    if count == 0 {
        return Ok(Cow::Borrowed(json));
    }
    let said = said(summary).ok_or(BodyError::Shape)?;
    let length = json.len().saturating_add(count.saturating_mul(said.len()));
    if length > MAX_BYTES {
        return Err(BodyError::TooLong(length.try_into().unwrap_or(u64::MAX)));
    }
    let mut whole = String::with_capacity(length);
    for (place, part) in parts().enumerate() {
        if place > 0 {
            whole.push_str(said);
        }
        whole.push_str(part);
    }
    Ok(Cow::Owned(whole))
}

/// Why a body cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("it cannot be unpacked")]
    Packed(#[source] io::Error),
    #[error("it claims to be {0} bytes long")]
    TooLong(u64),
    #[error("it is not what was once put in")]
    Shape,
    #[error("its JSON cannot be read")]
    Json(#[source] serde_json::Error),
}

/// Unpacks the bodies of one segment.
pub(crate) struct Decoder {
    decompressor: Decompressor<'static>,
    frame: Vec<u8>,
    plain: Vec<u8>,
}

impl Decoder {
    /// `dictionary`: the segment's.
    pub(crate) fn new(dictionary: &[u8]) -> io::Result<Decoder> {
        Ok(Decoder {
            decompressor: Decompressor::with_dictionary(dictionary)?,
            frame: Vec::new(),
            plain: Vec::new(),
        })
    }

    /// Unpacks a body; `subject` is what the column of that name says.
    pub(crate) fn decode(
        &mut self,
        packed: &[u8],
        subject: Option<&str>,
    ) -> Result<Body<'_>, BodyError> {
        self.frame.clear();
        self.frame.shrink_to(KEPT_BUFFER);
        self.frame.extend_from_slice(&MAGIC);
        self.frame.extend_from_slice(packed);
        let claimed = get_frame_content_size(&self.frame).ok().flatten();
        let claimed = claimed.ok_or(BodyError::Shape)?;
        let length = usize::try_from(claimed).unwrap_or(usize::MAX);
        if length > MAX_BYTES {
            return Err(BodyError::TooLong(claimed));
        }
        self.plain.clear();
        self.plain.shrink_to(KEPT_BUFFER);
        self.plain.reserve(length);
        self.decompressor
            .decompress_to_buffer(self.frame.as_slice(), &mut self.plain)
            .map_err(BodyError::Packed)?;
        if self.plain.first() == Some(&SUBJECT) {
            let subject = subject.ok_or(BodyError::Shape)?;
            self.plain.splice(..1, subject.bytes());
        }
        Body::read(&self.plain).ok_or(BodyError::Shape)
    }
}

/// An unpacked body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Body<'a> {
    /// As [`summary`](crate::summary()) made it when the event was stored.
    pub(crate) summary: &'a str,
    /// The tool's name, fit to be shown; empty if there is none.
    pub(crate) tool: &'a str,
    event: &'a str,
    findings: Option<&'a str>,
}

impl<'a> Body<'a> {
    fn read(plain: &'a [u8]) -> Option<Body<'a>> {
        let mut parts = std::str::from_utf8(plain).ok()?.splitn(4, '\n');
        Some(Body {
            summary: parts.next()?,
            tool: parts.next()?,
            event: parts.next()?,
            findings: parts.next(),
        })
    }

    /// What the body says of the event, in JSON: letters and digits stand in it as they are.
    pub(crate) fn json(&self) -> Result<Cow<'a, str>, BodyError> {
        lengthened(self.event, self.summary)
    }

    /// Puts the event together again with what its columns say.
    pub(crate) fn event(&self, columns: Columns) -> Result<Event, BodyError> {
        let json = self.json()?;
        let rest: Remainder<'_> = serde_json::from_str(&json).map_err(BodyError::Json)?;
        Ok(Event {
            key: columns.key,
            at: columns.at,
            source: columns.source,
            agent: columns.agent,
            session: columns.session,
            moment: rest.moment.map(Cow::into_owned),
            call: columns.call,
            process: rest.process.map(Cow::into_owned),
            cwd: columns.cwd,
            action: rest.action.into_owned(),
            labels: rest.labels.into_owned(),
            rest: rest.rest.into_owned(),
        })
    }

    /// The findings, in rule order.
    pub(crate) fn findings(&self) -> Result<Vec<Finding>, BodyError> {
        self.findings.map_or(Ok(Vec::new()), |json| {
            let json = lengthened(json, self.summary)?;
            serde_json::from_str(&json).map_err(BodyError::Json)
        })
    }
}

/// What the columns say of an event.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) key: EventKey,
    pub(crate) at: Timestamp,
    pub(crate) source: Source,
    pub(crate) agent: Option<AgentKind>,
    pub(crate) session: Option<SessionId>,
    pub(crate) call: Option<CallRef>,
    pub(crate) cwd: Option<String>,
}

/// What the body says of an event; its JSON looks as it does in an [`Event`].
#[derive(Serialize, Deserialize)]
struct Remainder<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moment: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    process: Option<Cow<'a, ProcessRef>>,
    action: Cow<'a, Action>,
    labels: Cow<'a, Labels>,
    #[serde(default, skip_serializing_if = "is_empty")]
    rest: Cow<'a, serde_json::Map<String, serde_json::Value>>,
}

#[expect(clippy::ptr_arg, reason = "serde hands over the field as it is")]
fn is_empty(rest: &Cow<'_, serde_json::Map<String, serde_json::Value>>) -> bool {
    rest.is_empty()
}

/// Writes the event as JSON without what the columns say; it begins with `{` and has
/// at least one field.
pub(crate) fn write_event(event: &Event, json: impl io::Write) -> serde_json::Result<()> {
    // A new field of an event must find its place: in a column or here.
    let Event {
        key: _,
        at: _,
        source: _,
        agent: _,
        session: _,
        call: _,
        cwd: _,
        moment,
        process,
        action,
        labels,
        rest,
    } = event;
    let rest = Remainder {
        moment: moment.as_deref().map(Cow::Borrowed),
        process: process.as_ref().map(Cow::Borrowed),
        action: Cow::Borrowed(action),
        labels: Cow::Borrowed(labels),
        rest: Cow::Borrowed(rest),
    };
    serde_json::to_writer(json, &rest)
}

#[cfg(test)]
mod tests;
