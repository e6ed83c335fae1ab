//! Whether a request may leave: the rules are asked before, where one of them could say no.
//!
//! **Invariant:** nothing is held that no rule could stop and that nothing is to be taken out of. A body
//! that is a conversation of its own (gRPC, WebSocket) is never held: it would wait for its answer.

use super::super::{Shared, now};
use crate::judge::Judge;
use bytes::Bytes;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, UPGRADE};
use hyper::{HeaderMap, Method, StatusCode};
use ringfence_event::{
    Action, Direction, Event, EventKey, Exchange, Finding, Found, FoundKind, Handling, Labels,
    Source,
};
use ringfence_proxy::reading::guard::{self, Look};
use ringfence_proxy::reading::{Examiner, Format, host};
use ringfence_proxy::{
    Attention, Client, Complete, Gate, Judge as OfBody, Passage, Refusal, RequestHead,
    ResponseHead, Scheme,
};
use serde_json::Map;
use std::sync::{Arc, Weak};

/// Bytes of a body that are held at the most.
const MOST_HELD: usize = 8 * 1024 * 1024;

/// Asks the rules of a daemon, as long as it lives.
#[derive(Clone)]
pub(super) struct Guard {
    shared: Weak<Shared>,
    examiner: Arc<Examiner>,
}

impl Guard {
    pub(super) fn new(shared: Weak<Shared>, examiner: Arc<Examiner>) -> Guard {
        Guard { shared, examiner }
    }

    fn judge(&self) -> Option<Arc<Judge>> {
        Some(self.shared.upgrade()?.judge())
    }

    /// Whether a rule would say no, if the worst that can be found were found.
    fn could_stop(
        &self,
        judge: &Judge,
        head: &RequestHead,
        direction: Direction,
        worst: &[FoundKind],
    ) -> bool {
        let found = worst.iter().map(|what| Found {
            what: *what,
            direction,
            pattern: String::new(),
            place: String::new(),
            offset: 0,
            through: Vec::new(),
            snippet: String::new(),
            fingerprint: String::new(),
            at_home: false,
        });
        let found: Vec<Found> = found.collect();
        // What the body will show is not known yet: a tool server's answers may have any path.
        let mut formats = [Format::of_path(&head.target), Some(Format::Mcp)].into_iter();
        formats.any(|format| {
            let exchange = Exchange {
                found: found.clone(),
                ..self.exchange(judge, head, format)
            };
            let event = event(head.connection.client.as_ref(), exchange);
            judge.possible_denial(&event).is_some()
        })
    }

    fn exchange(&self, judge: &Judge, head: &RequestHead, format: Option<Format>) -> Exchange {
        let connection = &head.connection;
        let scheme = match connection.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        let path = head.target.split('?').next().unwrap_or_default();
        Exchange {
            scheme: scheme.to_owned(),
            host: connection.host.clone(),
            port: connection.port,
            peer: judge.config.proxy.peer(&connection.host),
            method: head.method.to_string(),
            path: self.examiner.mask(path),
            format: format.map(|format| format.name().to_owned()),
            provider: host::provider(&connection.host).map(str::to_owned),
            ..Exchange::default()
        }
    }
}

impl Gate for Guard {
    fn connect(&self, host: &str, port: u16, client: Option<&Client>) -> Result<(), Refusal> {
        let Some(judge) = self.judge() else {
            return Ok(());
        };
        let exchange = Exchange {
            protocol: "tcp".to_owned(),
            scheme: "https".to_owned(),
            host: host.to_owned(),
            port,
            peer: judge.config.proxy.peer(host),
            method: "CONNECT".to_owned(),
            handling: Handling::Tunnelled,
            ..Exchange::default()
        };
        match judge.denial(&event(client, exchange)) {
            None => Ok(()),
            Some(finding) => Err(Refusal {
                status: StatusCode::FORBIDDEN,
                reason: reason(&finding),
                json: None,
            }),
        }
    }

    fn request(&self, head: &RequestHead) -> Attention {
        let Some(judge) = self.judge() else {
            return Attention::Pass;
        };
        let changes = judge.config.proxy.redacts_secrets() && is_json(&head.headers);
        let worst = [FoundKind::Secret, FoundKind::Leak];
        let stops = self.could_stop(&judge, head, Direction::Outgoing, &worst);
        if !changes && !stops {
            return Attention::Pass;
        }
        let asked = Asked {
            guard: self.clone(),
            head: head.clone(),
            changes,
        };
        if has_body(head) && !is_conversation(&head.headers) {
            return Attention::Hold(MOST_HELD, Box::new(asked));
        }
        let look = guard::look(&self.examiner, head, &[]);
        match asked.refuse(&judge, look, &[], Handling::Forwarded) {
            Some((refusal, found)) => Attention::Refuse(refusal, found),
            None => Attention::Pass,
        }
    }

    fn response(&self, request: &RequestHead, head: &ResponseHead) -> Attention {
        let Some(judge) = self.judge() else {
            return Attention::Pass;
        };
        let worst = [FoundKind::Secret, FoundKind::Injection];
        if is_conversation(&head.headers)
            || !self.could_stop(&judge, request, Direction::Incoming, &worst)
        {
            return Attention::Pass;
        }
        let answered = Answered {
            guard: self.clone(),
            request: request.clone(),
            head: head.clone(),
        };
        Attention::Hold(MOST_HELD, Box::new(answered))
    }
}

/// A request whose body was held.
struct Asked {
    guard: Guard,
    head: RequestHead,
    changes: bool,
}

impl Asked {
    /// Returns the answer in its place, and what for, if a rule says no.
    fn refuse(
        &self,
        judge: &Judge,
        look: Look,
        body: &[u8],
        handling: Handling,
    ) -> Option<(Refusal, Vec<Found>)> {
        let exchange = Exchange {
            handling,
            found: look.found.clone(),
            ..self.guard.exchange(judge, &self.head, look.format)
        };
        let client = self.head.connection.client.as_ref();
        let finding = judge.denial(&event(client, exchange))?;
        Some((in_place(&finding, &look, body), look.found))
    }
}

impl OfBody for Asked {
    fn judge(self: Box<Self>, body: &Bytes, complete: Complete) -> Passage {
        let Some(judge) = self.guard.judge() else {
            return Passage::Go;
        };
        let examiner = &self.guard.examiner;
        let redacted = (self.changes && complete == Complete::Whole)
            .then(|| guard::redact(examiner, &self.head, body))
            .flatten();
        let Some(redacted) = redacted else {
            let look = guard::look(examiner, &self.head, body);
            return match self.refuse(&judge, look, body, Handling::Forwarded) {
                Some((refusal, found)) => Passage::Refuse(refusal, found),
                None => Passage::Go,
            };
        };
        // What could not be taken out may still not leave.
        let mut plain = self.head.clone();
        plain.headers.remove(CONTENT_ENCODING);
        let left = guard::look(examiner, &plain, &redacted.body);
        match self.refuse(&judge, left, &redacted.body, Handling::Redacted) {
            Some((refusal, found)) => Passage::Refuse(refusal, found),
            None => Passage::Instead(redacted.body.into(), redacted.found),
        }
    }
}

/// An answer whose body was held.
struct Answered {
    guard: Guard,
    request: RequestHead,
    head: ResponseHead,
}

impl OfBody for Answered {
    fn judge(self: Box<Self>, body: &Bytes, _: Complete) -> Passage {
        let Some(judge) = self.guard.judge() else {
            return Passage::Go;
        };
        let look = guard::look_at_answer(&self.guard.examiner, &self.request, &self.head, body);
        let exchange = Exchange {
            status: Some(self.head.status.as_u16()),
            found: look.found.clone(),
            ..self.guard.exchange(&judge, &self.request, look.format)
        };
        let client = self.request.connection.client.as_ref();
        match judge.denial(&event(client, exchange)) {
            Some(finding) => Passage::Refuse(in_place(&finding, &look, body), look.found),
            None => Passage::Go,
        }
    }
}

/// An exchange as rules see it that has not happened yet. Nobody is asked about it: there is nobody to
/// wait for.
fn event(client: Option<&Client>, exchange: Exchange) -> Event {
    Event {
        key: EventKey(uuid::Uuid::nil()),
        at: now(),
        source: Source::Proxy,
        agent: client.and_then(|client| client.agent),
        moment: None,
        session: client.and_then(|client| client.session.clone()),
        call: None,
        process: client.map(|client| client.process.clone()),
        cwd: None,
        action: Action::HttpExchange {
            exchange: Box::new(exchange),
        },
        labels: Labels::default(),
        rest: Map::new(),
    }
}

fn reason(finding: &Finding) -> String {
    format!("{} (rule {})", finding.reason, finding.rule)
}

/// The answer that the agent shows its user.
fn in_place(finding: &Finding, look: &Look, body: &[u8]) -> Refusal {
    let told = guard::refusal(look.format, &reason(finding), body);
    Refusal {
        status: StatusCode::from_u16(told.status).unwrap_or(StatusCode::FORBIDDEN),
        reason: reason(finding),
        json: Some(told.body.into()),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &hyper::header::HeaderName) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

fn is_json(headers: &HeaderMap) -> bool {
    text(headers, &CONTENT_TYPE).contains("json")
}

fn is_conversation(headers: &HeaderMap) -> bool {
    let kind = text(headers, &CONTENT_TYPE);
    let streams = ["application/grpc", "application/connect+"];
    headers.contains_key(UPGRADE) || streams.iter().any(|begin| kind.starts_with(begin))
}

fn has_body(head: &RequestHead) -> bool {
    let bodiless = [Method::GET, Method::HEAD, Method::DELETE, Method::OPTIONS];
    let says = |name| head.headers.contains_key(name);
    says(CONTENT_LENGTH) || says(TRANSFER_ENCODING) || !bodiless.contains(&head.method)
}
