//! A body on its way through: each frame goes on at once, a copy goes to the tap.
//!
//! **Invariant:** the tap sees what came from the wire, in its order; its end is told exactly once.

use crate::piece::End;
use crate::tap::Tap;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;
use tokio::time::{Sleep, sleep};

/// Any error of a body; a reason for a reset stays readable in it for the other side's HTTP/2.
pub(crate) type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// How long a service is waited for that was announced a body: some never say that they want it.
const CONTINUE_PATIENCE: Duration = Duration::from_secs(1);

/// A body on its way.
pub(crate) struct Passing {
    source: Source,
    tap: Option<Tap>,
    held: Option<Pin<Box<Continue>>>,
}

enum Source {
    /// From the wire.
    Wire(Incoming),
    /// Ours, or held back before.
    Kept {
        frames: VecDeque<Bytes>,
        trailers: Option<HeaderMap>,
        rest: Option<Incoming>,
    },
}

/// Waits until the service said `100 Continue`, or long enough.
struct Continue {
    said: Pin<Box<OwnedNotified>>,
    limit: Pin<Box<Sleep>>,
}

impl Passing {
    /// Passes a body on from the wire.
    pub(crate) fn wire(body: Incoming, tap: Option<Tap>) -> Passing {
        let mut passing = Passing {
            source: Source::Wire(body),
            tap,
            held: None,
        };
        passing.end_if_over();
        passing
    }

    /// Passes on what stands there already.
    pub(crate) fn kept(bytes: Bytes) -> Passing {
        Passing::held(bytes, None, None)
    }

    /// Passes on what was held back, and the rest of it.
    pub(crate) fn held(
        bytes: Bytes,
        trailers: Option<HeaderMap>,
        rest: Option<(Incoming, Tap)>,
    ) -> Passing {
        let (rest, tap) = rest.unzip();
        let frames = Some(bytes).filter(|bytes| !bytes.is_empty());
        Passing {
            source: Source::Kept {
                frames: frames.into_iter().collect(),
                trailers,
                rest,
            },
            tap,
            held: None,
        }
    }

    /// Waits with the body until `said` is notified (`100 Continue`) or too much time passed.
    pub(crate) fn after(mut self, said: Arc<Notify>) -> Passing {
        self.held = Some(Box::pin(Continue {
            said: Box::pin(said.notified_owned()),
            limit: Box::pin(sleep(CONTINUE_PATIENCE)),
        }));
        self
    }

    fn end_if_over(&mut self) {
        if self.source.is_over()
            && let Some(tap) = self.tap.take()
        {
            tap.end(End::Complete);
        }
    }
}

impl Source {
    fn is_over(&self) -> bool {
        match self {
            Source::Wire(body) => body.is_end_stream(),
            Source::Kept {
                frames,
                trailers,
                rest,
            } => {
                frames.is_empty()
                    && trailers.is_none()
                    && rest.as_ref().is_none_or(Body::is_end_stream)
            }
        }
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self {
            Source::Wire(body) => Pin::new(body).poll_frame(context),
            Source::Kept {
                frames,
                trailers,
                rest,
            } => {
                if let Some(bytes) = frames.pop_front() {
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                if let Some(rest) = rest {
                    return Pin::new(rest).poll_frame(context);
                }
                Poll::Ready(trailers.take().map(|fields| Ok(Frame::trailers(fields))))
            }
        }
    }
}

impl Body for Passing {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Some(held) = &mut self.held {
            if held.said.as_mut().poll(context).is_pending()
                && held.limit.as_mut().poll(context).is_pending()
            {
                return Poll::Pending;
            }
            self.held = None;
        }
        let was_kept = matches!(&self.source, Source::Kept { frames, .. } if !frames.is_empty());
        let frame = ready!(self.source.poll(context));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(tap) = self.tap.as_mut()
                    && !was_kept
                {
                    if let Some(bytes) = frame.data_ref() {
                        tap.body(bytes);
                    }
                    if let Some(fields) = frame.trailers_ref() {
                        tap.trailers(fields);
                    }
                }
            }
            None => {
                if let Some(tap) = self.tap.take() {
                    tap.end(End::Complete);
                }
            }
            // Dropped, the tap tells that it was cut.
            Some(Err(_)) => self.tap = None,
        }
        Poll::Ready(frame.map(|frame| frame.map_err(BodyError::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.source.is_over()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Wire(body) => body.size_hint(),
            Source::Kept { rest: Some(_), .. } => SizeHint::default(),
            Source::Kept { frames, .. } => {
                let length: usize = frames.iter().map(Bytes::len).sum();
                SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
            }
        }
    }
}

impl Drop for Passing {
    /// Who reads a body need not ask for what comes after its last byte.
    fn drop(&mut self) {
        self.end_if_over();
    }
}

/// What holding a body gave.
pub(crate) struct Held {
    /// What was held.
    pub(crate) bytes: Bytes,
    /// What came after it.
    pub(crate) trailers: Option<HeaderMap>,
    /// The rest, where the limit was reached.
    pub(crate) rest: Option<Incoming>,
    /// Where it is told; its end is not yet.
    pub(crate) tap: Tap,
}

impl Held {
    /// Lets it go on, with these bytes in place of those that were held.
    pub(crate) fn go(self, bytes: Bytes) -> Passing {
        if let Some(rest) = self.rest {
            return Passing::held(bytes, self.trailers, Some((rest, self.tap)));
        }
        self.tap.end(End::Complete);
        Passing::held(bytes, self.trailers, None)
    }
}

/// Holds a body back, up to a limit. The tap sees it as it comes.
pub(crate) async fn hold(
    mut body: Incoming,
    mut tap: Tap,
    limit: usize,
) -> Result<Held, hyper::Error> {
    let mut bytes = BytesMut::new();
    let mut trailers = None;
    while let Some(frame) = body.frame().await {
        match frame?.into_data() {
            Ok(data) => {
                tap.body(&data);
                bytes.extend_from_slice(&data);
            }
            Err(frame) => {
                trailers = frame.into_trailers().ok();
                if let Some(fields) = &trailers {
                    tap.trailers(fields);
                }
            }
        }
        if bytes.len() >= limit && !body.is_end_stream() {
            return Ok(Held {
                bytes: bytes.freeze(),
                trailers,
                rest: Some(body),
                tap,
            });
        }
    }
    Ok(Held {
        bytes: bytes.freeze(),
        trailers,
        rest: None,
        tap,
    })
}
