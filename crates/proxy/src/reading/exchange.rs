//! One exchange under way: both bodies read, what they say told, the envelope at the end.
//!
//! **Invariant:** whatever the bytes are, there is at least an envelope with sizes and times. Nothing
//! that is told holds a secret that was recognised.

mod look;
mod request;
mod tell;

use super::Told;
use super::body::{Body, Part};
use super::dialect::{Format, bedrock_event};
use super::examine::Examiner;
use super::framing::websocket::Deflate;
use super::head;
use super::host;
use super::memory::Memory;
use super::said::Answer;
use crate::piece::{
    Connection, Direction, End, ExchangeId, Head, RequestHead, ResponseHead, Scheme, What,
};
use hyper::{StatusCode, Version};
use ringfence_event::{self as event, Action, Ending, Exchange, NotRead, Sign, Timestamp};
use serde_json::Value;
use std::sync::Arc;

/// Things found in one exchange that are kept.
const MOST_FOUND: usize = 64;

/// What reading needs beside the bytes.
pub(crate) struct Desk<'a> {
    pub(crate) examiner: &'a Examiner,
    pub(crate) memory: &'a mut Memory,
    pub(crate) told: &'a mut Vec<Told>,
    pub(crate) at: Timestamp,
}

/// One exchange.
#[derive(Debug)]
pub(crate) struct Reading {
    id: ExchangeId,
    connection: Arc<Connection>,
    target: String,
    envelope: Exchange,
    format: Option<Format>,
    request: Body,
    response: Option<Body>,
    answer: Answer,
    began: Timestamp,
    /// Of a WebSocket: nothing was asked since the last answer ended.
    idle: bool,
    turns: u64,
    ended: [Option<End>; 2],
}

fn outgoing(direction: Direction) -> event::Direction {
    match direction {
        Direction::Outgoing => event::Direction::Outgoing,
        Direction::Incoming => event::Direction::Incoming,
    }
}

impl Reading {
    /// Begins with a request's head.
    pub(crate) fn new(id: ExchangeId, head: &RequestHead, desk: &mut Desk<'_>) -> Reading {
        let connection = &head.connection;
        let path = head.target.split('?').next().unwrap_or_default();
        let mut envelope = Exchange {
            protocol: protocol(head.version).to_owned(),
            scheme: scheme(connection.scheme).to_owned(),
            host: connection.host.clone(),
            port: connection.port,
            peer: host::peer(&connection.host),
            method: head.method.to_string(),
            path: desk.examiner.mask(path),
            provider: host::provider(&connection.host).map(str::to_owned),
            ending: Ending::Unanswered,
            ..Exchange::default()
        };
        let known = desk.memory.host(&connection.host);
        envelope.signs = head::signs(&connection.host, &head.target, &head.headers, known);
        head::examine(
            desk.examiner,
            &connection.host,
            &head.target,
            &head.headers,
            &mut envelope.found,
        );
        envelope.found.truncate(MOST_FOUND);
        host::note_homes(&mut envelope.found, &connection.host);
        Reading {
            id,
            connection: Arc::clone(connection),
            target: head.target.clone(),
            envelope,
            format: None,
            request: Body::of_head(&head.headers, false),
            response: None,
            answer: Answer::default(),
            began: desk.at,
            idle: true,
            turns: 0,
            ended: [None, None],
        }
    }

    /// Over which connection.
    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Takes one thing that passed.
    pub(crate) fn take(&mut self, direction: Direction, what: What, desk: &mut Desk<'_>) {
        match what {
            What::Head(Head::Response(head)) => self.answered(&head, desk),
            What::Head(Head::Request(_)) | What::Trailers(_) => {}
            What::Body(bytes) => self.bytes(direction, &bytes, desk),
            What::Dropped(count) => {
                if let Some(body) = self.body(direction) {
                    body.skip(count);
                }
            }
            What::Handled(handled) => {
                self.envelope.handling = handled.how;
                // It looks at every request whole, we only at what is new.
                self.keep(handled.found);
            }
            What::End(end) => self.end(direction, end, desk),
        }
    }

    fn body(&mut self, direction: Direction) -> Option<&mut Body> {
        match direction {
            Direction::Outgoing => Some(&mut self.request),
            Direction::Incoming => self.response.as_mut(),
        }
    }

    /// What was undone to read a direction, outermost first.
    fn through(&self, direction: Direction) -> Vec<String> {
        match direction {
            Direction::Outgoing => self.request.through(),
            Direction::Incoming => self
                .response
                .as_ref()
                .map(Body::through)
                .unwrap_or_default(),
        }
    }

    /// Bytes that are held.
    pub(crate) fn held(&self) -> usize {
        let response = self.response.as_ref().map_or(0, Body::held);
        self.request.held() + response + self.answer.held()
    }

    /// Holds nothing any more: there is too little memory for all of them.
    pub(crate) fn let_go(&mut self, desk: &mut Desk<'_>) {
        self.answer.close_all();
        self.tell_answer(desk);
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let mut parts = Vec::new();
            if let Some(body) = self.body(direction) {
                body.let_go(&mut |part| parts.push(part));
            }
            self.parts(direction, parts, desk);
        }
    }

    /// Whether both directions are over.
    pub(crate) fn is_over(&self) -> bool {
        self.ended.iter().all(Option::is_some)
    }

    fn answered(&mut self, head: &ResponseHead, desk: &mut Desk<'_>) {
        self.envelope.status = Some(head.status.as_u16());
        self.envelope.first_byte = self.since(desk.at);
        self.envelope.limits = head::limits(&head.headers);
        self.envelope.request = head::request_id(&head.headers);
        if head.status == StatusCode::SWITCHING_PROTOCOLS {
            let agreed = Deflate::read(head::field(&head.headers, "sec-websocket-extensions"));
            let sent = self.request.bytes;
            self.request = Body::socket(agreed.on, agreed.client_anew);
            self.request.bytes = sent;
            self.response = Some(Body::socket(agreed.on, agreed.server_anew));
            "websocket".clone_into(&mut self.envelope.protocol);
            self.envelope.ending = Ending::Whole;
            self.format = Format::of_path(&self.target);
            return;
        }
        let format = self.format.or_else(|| Format::of_path(&self.target));
        let streams_array = format == Some(Format::Gemini)
            && self.target.contains(":streamGenerateContent")
            && head.status.is_success();
        self.response = Some(Body::of_head(&head.headers, streams_array));
    }

    fn since(&self, at: Timestamp) -> Option<u64> {
        u64::try_from(at.0.saturating_sub(self.began.0) / 1000).ok()
    }

    fn bytes(&mut self, direction: Direction, bytes: &[u8], desk: &mut Desk<'_>) {
        let mut parts = Vec::new();
        if let Some(body) = self.body(direction) {
            body.push(bytes, &mut |part| parts.push(part));
        }
        self.parts(direction, parts, desk);
    }

    fn parts(&mut self, direction: Direction, parts: Vec<Part>, desk: &mut Desk<'_>) {
        for part in parts {
            match direction {
                Direction::Outgoing => self.asked(part, desk),
                Direction::Incoming => self.said(part, desk),
            }
        }
    }

    /// One part of what the client sends.
    fn asked(&mut self, part: Part, desk: &mut Desk<'_>) {
        let through = self.request.through();
        match part {
            Part::Whole(body) | Part::Message(body) => self.read_request(&body, desk),
            Part::Event(data) => self.read_request(&data, desk),
            Part::Amazon(message) => self.read_request(&message.payload, desk),
            Part::Frame(message) => self.frame(Direction::Outgoing, &message, &through, desk),
            Part::Socket(payload) => self.socket_request(&payload, desk),
            Part::Raw(base, bytes) => self.raw(Direction::Outgoing, base, &bytes, &through, desk),
        }
    }

    /// A message of a WebSocket from the client: a whole request, or an item of one.
    fn socket_request(&mut self, payload: &[u8], desk: &mut Desk<'_>) {
        if std::mem::take(&mut self.idle) {
            self.began = desk.at;
        }
        self.read_request(payload, desk);
    }

    /// One part of what the service answers.
    fn said(&mut self, part: Part, desk: &mut Desk<'_>) {
        let through = self.through(Direction::Incoming);
        match part {
            Part::Whole(body) => self.whole_answer(&body, &through, desk),
            Part::Message(message) | Part::Event(message) => {
                self.message(&message, &through, desk);
            }
            Part::Amazon(message) => {
                self.format = self.format.or(Some(Format::Bedrock));
                bedrock_event(&message, &mut self.answer);
                self.spoke(desk.at);
                self.tell_answer(desk);
            }
            Part::Frame(message) => self.frame(Direction::Incoming, &message, &through, desk),
            Part::Socket(payload) => {
                self.message(&payload, &through, desk);
                if self.answer.over {
                    self.turn(desk);
                }
            }
            Part::Raw(base, bytes) => self.raw(Direction::Incoming, base, &bytes, &through, desk),
        }
    }

    fn whole_answer(&mut self, body: &[u8], through: &[String], desk: &mut Desk<'_>) {
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            // A stream that was not announced as one.
            if body.starts_with(b"data:") || body.starts_with(b"event:") {
                let mut events = super::framing::sse::Events::default();
                let mut data = Vec::new();
                events.push(body, &mut |event| data.extend(event.data));
                events.finish(&mut |event| data.extend(event.data));
                for data in &data {
                    self.message(data, through, desk);
                }
                return;
            }
            if body.contains(&b'\n') && body.starts_with(b"{") {
                let mut lines = Vec::new();
                let mut cut = super::framing::lines::Lines::default();
                cut.push(body, &mut |line| lines.extend(line));
                cut.finish(&mut |line| lines.extend(line));
                for line in &lines {
                    self.message(line, through, desk);
                }
                return;
            }
            return self.raw(Direction::Incoming, 0, body, through, desk);
        };
        self.format = self.format.or_else(|| Format::of_answer(&value));
        match self.format {
            Some(Format::Mcp) => self.rpc(Direction::Incoming, &value, desk),
            Some(format) => {
                format.body(&value, &mut self.answer);
                self.tell_answer(desk);
            }
            None => self.strings(Direction::Incoming, body, through, &[], desk),
        }
    }

    /// A message of a stream of JSON.
    fn message(&mut self, message: &[u8], through: &[String], desk: &mut Desk<'_>) {
        if message.trim_ascii().is_empty() || message.trim_ascii() == b"[DONE]" {
            return;
        }
        let Ok(value) = serde_json::from_slice::<Value>(message) else {
            return self.raw(Direction::Incoming, 0, message, through, desk);
        };
        let shown = Format::of_answer(&value);
        if shown == Some(Format::Mcp) || self.format.is_none() {
            self.format = shown;
        }
        match self.format {
            Some(Format::Mcp) => self.rpc(Direction::Incoming, &value, desk),
            Some(format) => {
                format.event(&value, &mut self.answer);
                self.spoke(desk.at);
                self.tell_answer(desk);
            }
            None => self.strings(Direction::Incoming, message, through, &[], desk),
        }
    }

    fn end(&mut self, direction: Direction, end: End, desk: &mut Desk<'_>) {
        let mut parts = Vec::new();
        if let Some(body) = self.body(direction) {
            body.finish(&mut |part| parts.push(part));
        }
        self.parts(direction, parts, desk);
        let [sent, received] = &mut self.ended;
        match direction {
            Direction::Outgoing => *sent = Some(end),
            Direction::Incoming => *received = Some(end),
        }
        if self.is_over() {
            self.finish(desk);
        }
    }

    fn spoke(&mut self, at: Timestamp) {
        if self.answer.spoke && self.envelope.first_token.is_none() {
            self.envelope.first_token = self.since(at);
        }
    }

    /// Tells the envelope, unless the last answer of a WebSocket had it.
    pub(crate) fn finish(&mut self, desk: &mut Desk<'_>) {
        let received = self.response.as_ref().map_or(0, |body| body.bytes);
        let silent = self.request.bytes == 0 && received == 0 && self.envelope.found.is_empty();
        if self.turns > 0 && silent {
            return;
        }
        let cut = self.ended.iter().any(|end| *end != Some(End::Complete));
        self.envelope.ending = match (&self.response, cut) {
            (None, _) => Ending::Unanswered,
            (Some(_), true) => Ending::Cut,
            (Some(_), false) => Ending::Whole,
        };
        self.turn(desk);
    }

    /// Ends what one request and its answer were; on a WebSocket more may follow.
    fn turn(&mut self, desk: &mut Desk<'_>) {
        self.turns += 1;
        self.idle = true;
        self.answer.close_all();
        self.tell_answer(desk);
        let answer = std::mem::take(&mut self.answer);
        let (sent, received) = (&mut self.request.bytes, self.response.as_mut());
        let envelope = &mut self.envelope;
        envelope.sent = std::mem::take(sent);
        envelope.not_read.append(&mut self.request.missed);
        if let Some(response) = received {
            envelope.received = std::mem::take(&mut response.bytes);
            envelope.not_read.append(&mut response.missed);
        }
        envelope.truncated = !envelope.not_read.is_empty();
        if envelope.not_read.contains(&NotRead::Bomb) {
            envelope.signs.push(Sign::Bomb);
        }
        envelope.format = self.format.map(|format| format.name().to_owned());
        envelope.model = answer.model.or(envelope.model.take());
        envelope.error = answer.error.or(envelope.error.take());
        if let Some(error) = &mut envelope.error {
            error.message = desk.examiner.mask(&error.message);
        }
        let took = desk.at.0.saturating_sub(self.began.0) / 1000;
        envelope.milliseconds = u64::try_from(took).unwrap_or(0);
        let told = envelope.clone();
        envelope.found.clear();
        envelope.signs.clear();
        envelope.not_read.clear();
        envelope.first_token = None;
        envelope.error = None;
        if let Some(mut usage) = answer.usage {
            usage.model.clone_from(&told.model);
            usage.request.clone_from(&told.request);
            usage.message = answer.message;
            self.told(Action::Usage { usage }, None, desk);
        }
        let exchange = Box::new(told);
        self.told(Action::HttpExchange { exchange }, None, desk);
    }

    fn told(&self, action: Action, call: Option<event::CallRef>, desk: &mut Desk<'_>) {
        desk.told.push(Told {
            exchange: self.id,
            connection: Arc::clone(&self.connection),
            at: desk.at,
            format: self.format,
            call,
            action,
        });
    }
}

fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "h2",
        Version::HTTP_3 => "h3",
        Version::HTTP_10 => "http/1.0",
        _ => "http/1.1",
    }
}

fn scheme(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    }
}
