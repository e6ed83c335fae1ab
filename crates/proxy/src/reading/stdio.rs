//! An MCP server over a pipe, read like an exchange: lines of JSON-RPC in both directions.

use super::{Examiner, Readers, Told};
use crate::piece::{
    Client, Connection, Direction, End, ExchangeId, Head, Piece, RequestHead, ResponseHead, Scheme,
    What,
};
use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode, Version};
use ringfence_event::{Action, Peer, Timestamp};
use std::sync::Arc;

/// Both directions of one server's pipes.
#[derive(Debug)]
pub struct Pipe {
    readers: Readers,
}

const PIPE: ExchangeId = ExchangeId(0);

impl Pipe {
    /// Begins to read the server that an agent knows under this name.
    pub fn new(
        examiner: Arc<Examiner>,
        server: &str,
        client: Option<Client>,
        at: Timestamp,
    ) -> Pipe {
        let connection = Arc::new(Connection {
            number: 0,
            scheme: Scheme::Http,
            host: server.to_owned(),
            port: 0,
            client,
        });
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-ndjson"),
        );
        let request = RequestHead {
            connection,
            method: Method::POST,
            target: String::new(),
            version: Version::HTTP_11,
            headers: headers.clone(),
        };
        let response = ResponseHead {
            status: StatusCode::OK,
            version: Version::HTTP_11,
            headers,
        };
        let mut pipe = Pipe {
            readers: Readers::new(examiner),
        };
        let begin = Head::Request(Box::new(request));
        let nothing = pipe.take(Direction::Outgoing, What::Head(begin), at);
        debug_assert!(nothing.is_empty(), "a head says nothing");
        pipe.take(
            Direction::Incoming,
            What::Head(Head::Response(Box::new(response))),
            at,
        );
        pipe
    }

    /// Takes bytes: outgoing ones go to the server.
    pub fn push(&mut self, direction: Direction, bytes: Bytes, at: Timestamp) -> Vec<Told> {
        self.take(direction, What::Body(bytes), at)
    }

    /// Notes that bytes passed unread.
    pub fn skip(&mut self, direction: Direction, count: u64, at: Timestamp) {
        self.take(direction, What::Dropped(count), at);
    }

    /// Ends a direction.
    pub fn end(&mut self, direction: Direction, at: Timestamp) -> Vec<Told> {
        self.take(direction, What::End(End::Complete), at)
    }

    fn take(&mut self, direction: Direction, what: What, at: Timestamp) -> Vec<Told> {
        let piece = Piece {
            exchange: PIPE,
            direction,
            at,
            what,
        };
        let mut told = self.readers.take(piece);
        for one in &mut told {
            if let Action::HttpExchange { exchange } = &mut one.action {
                "stdio".clone_into(&mut exchange.protocol);
                "stdio".clone_into(&mut exchange.scheme);
                exchange.method.clear();
                exchange.status = None;
                exchange.peer = Peer::Local;
            }
        }
        told
    }
}
