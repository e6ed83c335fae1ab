//! For rules that act: a request looked at before it leaves, its secrets replaced, and the answer that
//! an agent shows its user when it was not let through.
//!
//! **Invariant:** a body that was JSON is JSON after it was redacted: only strings change, and each
//! new one is written as JSON writes it. A body that is not JSON is never changed, nor what a provider
//! signed: it would refuse it.

use super::body::{Body, Part};
use super::dialect::Format;
use super::examine::{Examiner, Place};
use super::json::Step;
use super::{head, host, json};
use crate::piece::{RequestHead, ResponseHead};
use ringfence_event::{Direction, Found, FoundKind};
use ringfence_scan::injection::Origin;
use serde_json::{Value, json};
use std::ops::Range;

/// What a request carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// All that was found, in order of place.
    pub found: Vec<Found>,
    /// Set when the body could not be read, or not all of it.
    pub partly: bool,
    /// How it is written, if that was recognised.
    pub format: Option<Format>,
}

impl Look {
    /// What must not go to this host: secrets that are not at home there, and what the session read.
    pub fn leaving(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|found| match found.what {
            FoundKind::Secret => !found.at_home,
            FoundKind::Leak => true,
            FoundKind::Injection => false,
        })
    }
}

/// Looks at a whole request before it leaves. `body` is as it stands on the wire.
pub fn look(examiner: &Examiner, head: &RequestHead, body: &[u8]) -> Look {
    let mut look = Look {
        format: Format::of_path(&head.target),
        ..Look::default()
    };
    let host = &head.connection.host;
    head::examine(examiner, host, &head.target, &head.headers, &mut look.found);
    let mut reading = Body::of_head(&head.headers, false);
    let through = reading.through();
    for bytes in texts(&mut reading, body) {
        let members = json::members(&bytes).unwrap_or_default();
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        look.format = Format::of_request(&head.target, &names).or(look.format);
        each_text(&bytes, &mut |place, text| {
            let place = Place {
                place,
                through: &through,
                direction: Direction::Outgoing,
                origin: None,
            };
            let examined = examiner.examine(text, &place);
            look.partly |= !examined.missed.is_empty();
            look.found.extend(examined.found);
            look.found
                .extend(examiner.leaks(&head.connection, text, &place));
        });
    }
    look.partly |= !reading.missed.is_empty();
    host::note_homes(&mut look.found, host);
    look
}

/// Looks at a whole answer before it arrives.
pub fn look_at_answer(
    examiner: &Examiner,
    request: &RequestHead,
    head: &ResponseHead,
    body: &[u8],
) -> Look {
    let mut look = Look {
        format: Format::of_path(&request.target),
        ..Look::default()
    };
    let mut reading = Body::of_head(&head.headers, false);
    let through = reading.through();
    for bytes in texts(&mut reading, body) {
        let shown = serde_json::from_slice(&bytes).ok();
        look.format = (shown.as_ref().and_then(Format::of_answer)).or(look.format);
        let origin = match look.format {
            Some(Format::Mcp) => Origin::ToolResult,
            Some(_) => Origin::ModelOutput,
            None => Origin::FetchedPage,
        };
        each_text(&bytes, &mut |place, text| {
            let place = Place {
                place,
                through: &through,
                direction: Direction::Incoming,
                origin: Some(origin),
            };
            let examined = examiner.examine(text, &place);
            look.partly |= !examined.missed.is_empty();
            look.found.extend(examined.found);
        });
    }
    look.partly |= !reading.missed.is_empty();
    look
}

/// The parts of a body, unpacked and taken out of their frames.
fn texts(reading: &mut Body, body: &[u8]) -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    let mut take = |part| {
        texts.push(match part {
            Part::Whole(bytes)
            | Part::Message(bytes)
            | Part::Event(bytes)
            | Part::Frame(bytes)
            | Part::Socket(bytes)
            | Part::Raw(_, bytes) => bytes,
            Part::Amazon(message) => message.payload,
        });
    };
    reading.push(body, &mut take);
    reading.finish(&mut take);
    texts
}

/// The strings of a JSON text, or all bytes of anything else.
fn each_text(bytes: &[u8], show: &mut dyn FnMut(&str, &[u8])) {
    if !matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return show("body", bytes);
    }
    json::strings(bytes, &mut |steps, span| {
        let token = bytes.get(span).unwrap_or_default();
        let text = json::unquote(token).unwrap_or_default();
        show(&json::path(steps), text.as_bytes());
    });
}

/// A body without its secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct Redacted {
    /// What is to be sent instead, not packed any more: `Content-Encoding` goes, the length changes.
    pub body: Vec<u8>,
    /// What was replaced.
    pub found: Vec<Found>,
}

/// Replaces the secrets in a JSON body that are not at home where it goes; `None` if there is none, or if
/// it is not JSON that can be read whole.
pub fn redact(examiner: &Examiner, head: &RequestHead, body: &[u8]) -> Option<Redacted> {
    let mut reading = Body::of_head(&head.headers, false);
    let mut parts = Vec::new();
    reading.push(body, &mut |part| parts.push(part));
    reading.finish(&mut |part| parts.push(part));
    let [Part::Whole(plain)] = parts.as_slice() else {
        return None;
    };
    if !reading.missed.is_empty() {
        return None;
    }
    redact_json(examiner, &head.connection.host, plain)
}

/// Members that a provider signed, or sealed, and that it takes back only as it gave them (Anthropic's
/// thinking, the reasoning of Responses, Gemini's thought signatures).
const SIGNED: [&str; 4] = [
    "thinking",
    "signature",
    "encrypted_content",
    "thoughtSignature",
];

/// The same for JSON that is not packed, and goes to a host.
pub fn redact_json(examiner: &Examiner, host: &str, plain: &[u8]) -> Option<Redacted> {
    serde_json::from_slice::<serde::de::IgnoredAny>(plain).ok()?;
    let mut found = Vec::new();
    let mut tokens: Vec<(Range<usize>, String)> = Vec::new();
    json::strings(plain, &mut |steps, span| {
        if matches!(steps.last(), Some(Step::Member(name)) if SIGNED.contains(&name.as_str())) {
            return;
        }
        let token = plain.get(span.clone()).unwrap_or_default();
        let text = json::unquote(token).unwrap_or_default();
        let place = Place {
            place: &json::path(steps),
            through: &[],
            direction: Direction::Outgoing,
            origin: None,
        };
        let mut examined = examiner.examine(text.as_bytes(), &place);
        host::note_homes(&mut examined.found, host);
        let at_home: Vec<String> = (examined.found.iter())
            .filter(|found| found.at_home)
            .map(|found| found.fingerprint.clone())
            .collect();
        examined.spare(&at_home);
        if examined.has_secret() {
            let text = examined.replaced(&text, |masked| format!("[secret {masked} removed]"));
            tokens.push((span, Value::String(text).to_string()));
            let replaced = examined.found.into_iter();
            found.extend(replaced.filter(|one| one.what == FoundKind::Secret && !one.at_home));
        }
    });
    if tokens.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(plain.len());
    let mut from = 0;
    for (span, token) in tokens {
        out.extend_from_slice(plain.get(from..span.start).unwrap_or_default());
        out.extend_from_slice(token.as_bytes());
        from = span.end;
    }
    out.extend_from_slice(plain.get(from..).unwrap_or_default());
    Some(Redacted { body: out, found })
}

/// An answer in place of the service's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status: 403, which no client tries again.
    pub status: u16,
    /// The type of the body.
    pub content_type: &'static str,
    /// An error as the service would write it, with the reason.
    pub body: Vec<u8>,
}

/// Writes the reason as the service writes its errors, so that the agent shows it. `request` is the
/// body that was refused, where there is one: an answer of JSON-RPC needs its id.
pub fn refusal(format: Option<Format>, reason: &str, request: &[u8]) -> Refusal {
    let message = format!("Ringfence stopped this request: {reason}");
    let body = match format {
        Some(Format::Anthropic) => json!({
            "type": "error",
            "error": {"type": "permission_error", "message": message},
        }),
        Some(Format::Chat | Format::Responses | Format::Realtime) => json!({
            "error": {
                "message": message,
                "type": "invalid_request_error",
                "param": null,
                "code": "blocked_by_ringfence",
            },
        }),
        Some(Format::Gemini) => json!({
            "error": {"code": 403, "message": message, "status": "PERMISSION_DENIED"},
        }),
        Some(Format::Bedrock) => json!({"message": message}),
        Some(Format::Mcp) => {
            let request: Value = serde_json::from_slice(request).unwrap_or(Value::Null);
            let id = request.get("id").cloned().unwrap_or(Value::Null);
            let error = json!({"code": -32_001, "message": message});
            return Refusal {
                // An error inside of the protocol: a server's 403 would mean a missing login.
                status: 200,
                ..refused(&json!({"jsonrpc": "2.0", "id": id, "error": error}))
            };
        }
        Some(Format::Ollama) | None => json!({"error": message}),
    };
    refused(&body)
}

fn refused(body: &Value) -> Refusal {
    Refusal {
        status: 403,
        content_type: "application/json",
        body: body.to_string().into_bytes(),
    }
}
