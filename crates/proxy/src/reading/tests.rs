//! Whole exchanges as they pass: what is told of them, and that no cutting changes it.

mod dialects;
mod envelopes;
mod framing;
mod guard;
mod shapes;
mod unread;
mod wire;

use super::examine::{Examiner, NoLedger};
use super::{Readers, Told};
use crate::piece::{
    Connection, Direction, End, ExchangeId, Head, Piece, RequestHead, ResponseHead, Scheme, What,
};
use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode, Version};
use ringfence_event::{Action, Exchange, Timestamp};
use ringfence_scan::secrets::{Key, Scanner};
use std::sync::{Arc, OnceLock};

/// A key in the form of Amazon's, made up.
const SECRET: &str = "AKIAQYLPMN5HHHFPZAM2";

fn examiner() -> Arc<Examiner> {
    static EXAMINER: OnceLock<Arc<Examiner>> = OnceLock::new();
    Arc::clone(EXAMINER.get_or_init(|| {
        let scanner = Scanner::new(Key::new([7; 32])).unwrap();
        Arc::new(Examiner::new(scanner, Box::new(NoLedger)))
    }))
}

/// One exchange as a table writes it.
#[derive(Clone, Debug)]
struct Traffic {
    host: &'static str,
    target: &'static str,
    request_headers: Vec<(&'static str, String)>,
    request: Vec<u8>,
    status: u16,
    response_headers: Vec<(&'static str, String)>,
    response: Vec<u8>,
    /// Bytes in one piece; 0 for all.
    step: usize,
}

fn traffic(host: &'static str, target: &'static str) -> Traffic {
    Traffic {
        host,
        target,
        request_headers: vec![("content-type", "application/json".to_owned())],
        request: Vec::new(),
        status: 200,
        response_headers: vec![("content-type", "application/json".to_owned())],
        response: Vec::new(),
        step: 0,
    }
}

impl Traffic {
    fn asks(mut self, body: impl Into<Vec<u8>>) -> Traffic {
        self.request = body.into();
        self
    }

    fn answers(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Traffic {
        self.response_headers = vec![("content-type", kind.to_owned())];
        self.response = body.into();
        self
    }

    fn with(mut self, name: &'static str, value: &str) -> Traffic {
        self.request_headers.push((name, value.to_owned()));
        self
    }

    fn answered_with(mut self, name: &'static str, value: &str) -> Traffic {
        self.response_headers.push((name, value.to_owned()));
        self
    }

    fn status(mut self, status: u16) -> Traffic {
        self.status = status;
        self
    }

    fn step(mut self, step: usize) -> Traffic {
        self.step = step;
        self
    }

    /// Passes through new readers.
    fn told(&self) -> Vec<Told> {
        self.told_by(&mut Readers::new(examiner()))
    }

    fn actions(&self) -> Vec<Action> {
        self.told().into_iter().map(|told| told.action).collect()
    }

    fn told_by(&self, readers: &mut Readers) -> Vec<Told> {
        let mut told = Vec::new();
        for (at, (direction, what)) in (0..).zip(self.pieces()) {
            told.extend(readers.take(Piece {
                exchange: ExchangeId(1),
                direction,
                at: Timestamp(1_795_000_000_000_000 + at * 1000),
                what,
            }));
        }
        assert_eq!((readers.open(), readers.held()), (0, 0));
        told
    }

    fn request_head(&self) -> RequestHead {
        RequestHead {
            connection: Arc::new(Connection {
                number: 1,
                scheme: Scheme::Https,
                host: self.host.to_owned(),
                port: 443,
                client: None,
            }),
            method: Method::POST,
            target: self.target.to_owned(),
            version: Version::HTTP_11,
            headers: headers(&self.request_headers),
        }
    }

    fn pieces(&self) -> Vec<(Direction, What)> {
        let request = Head::Request(Box::new(self.request_head()));
        let response = Head::Response(Box::new(ResponseHead {
            status: StatusCode::from_u16(self.status).unwrap(),
            version: Version::HTTP_11,
            headers: headers(&self.response_headers),
        }));
        let socket = self.status == 101;
        let mut pieces = vec![(Direction::Outgoing, What::Head(request))];
        let asked = self.bodies(Direction::Outgoing, &self.request);
        let end = |direction| (direction, What::End(End::Complete));
        if !socket {
            pieces.extend(asked.clone());
            pieces.push(end(Direction::Outgoing));
        }
        pieces.push((Direction::Incoming, What::Head(response)));
        if socket {
            pieces.extend(asked);
        }
        pieces.extend(self.bodies(Direction::Incoming, &self.response));
        if socket {
            pieces.push(end(Direction::Outgoing));
        }
        pieces.push(end(Direction::Incoming));
        pieces
    }

    fn bodies(&self, direction: Direction, body: &[u8]) -> Vec<(Direction, What)> {
        let step = if self.step == 0 {
            body.len().max(1)
        } else {
            self.step
        };
        let pieces = body.chunks(step);
        pieces
            .map(|piece| (direction, What::Body(Bytes::copy_from_slice(piece))))
            .collect()
    }
}

fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_str(value).unwrap(),
            )
        })
        .collect()
}

fn envelope(actions: &[Action]) -> &Exchange {
    let found = actions.iter().rev().find_map(|action| match action {
        Action::HttpExchange { exchange } => Some(exchange.as_ref()),
        _ => None,
    });
    found.expect("an envelope")
}

/// What was said in one line each, without the envelope.
fn lines(actions: &[Action]) -> Vec<String> {
    let lines = actions.iter().filter_map(|action| {
        Some(match action {
            Action::Prompt { text } => format!("prompt: {text}"),
            Action::Message { text } => format!("message: {text}"),
            Action::Thinking { text } => format!("thinking: {text}"),
            Action::ToolCall { tool } => format!("call {}: {}", tool.name, tool.input),
            Action::ToolResult {
                tool,
                outcome,
                output,
            } => format!("result {} {outcome:?}: {output}", tool.name),
            Action::Usage { usage } => format!(
                "usage {}: {} in, {} out, {} cached, {}+{} written, {} thoughts",
                usage.model.as_deref().unwrap_or("?"),
                usage.input,
                usage.output,
                usage.cache_read,
                usage.cache_write,
                usage.cache_write_hour,
                usage.reasoning
            ),
            _ => return None,
        })
    });
    lines.collect()
}
