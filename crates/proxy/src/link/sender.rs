//! Our side of HTTP towards a service.
//!
//! **Invariant:** what could not be sent at all is given back whole; nothing else is.

use super::{CONNECTION_WINDOW, FRAME, LONGEST_HEAD, MOST_FIELDS, SEND_BUFFER, STREAM_WINDOW};
use crate::certificates::Protocol;
use crate::passing::Passing;
use crate::wire::Wire;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::pin::Pin;

/// Sends requests over one connection.
pub(super) enum Sender {
    /// One at a time.
    One(http1::SendRequest<Passing>),
    /// Many at once.
    Two(http2::SendRequest<Passing>),
}

/// An answer, or an error with what was never sent.
pub(super) type Answer = Result<Response<Incoming>, (hyper::Error, Option<Request<Passing>>)>;

impl Sender {
    /// Begins to speak over a connection.
    pub(super) async fn start(wire: Wire, protocol: Protocol) -> Result<Sender, hyper::Error> {
        let io = TokioIo::new(wire);
        if protocol == Protocol::Two {
            let (sender, connection) = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .initial_stream_window_size(STREAM_WINDOW)
                .initial_connection_window_size(CONNECTION_WINDOW)
                .max_frame_size(FRAME)
                .max_send_buf_size(SEND_BUFFER)
                .max_header_list_size(LONGEST_HEAD)
                .handshake(io)
                .await?;
            tokio::spawn(async move { drop(connection.await) });
            return Ok(Sender::Two(sender));
        }
        let (sender, connection) = http1::Builder::new()
            .preserve_header_case(true)
            .max_headers(MOST_FIELDS)
            .max_header_size(LONGEST_HEAD as usize)
            .handshake(io)
            .await?;
        tokio::spawn(async move { drop(connection.with_upgrades().await) });
        Ok(Sender::One(sender))
    }

    /// Waits until a request can be sent; `false` if the connection is over.
    pub(super) async fn is_ready(&mut self) -> bool {
        match self {
            Sender::One(sender) => sender.ready().await.is_ok(),
            Sender::Two(sender) => sender.ready().await.is_ok(),
        }
    }

    /// Sends a request; the answer is waited for apart, so that others can be sent.
    pub(super) fn send(
        &mut self,
        request: Request<Passing>,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send>> {
        fn given_back(
            mut error: hyper::client::conn::TrySendError<Request<Passing>>,
        ) -> (hyper::Error, Option<Request<Passing>>) {
            let unsent = error.take_message();
            (error.into_error(), unsent)
        }
        match self {
            Sender::One(sender) => {
                let answer = sender.try_send_request(request);
                Box::pin(async move { answer.await.map_err(given_back) })
            }
            Sender::Two(sender) => {
                let answer = sender.try_send_request(request);
                Box::pin(async move { answer.await.map_err(given_back) })
            }
        }
    }
}
