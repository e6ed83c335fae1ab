//! Byte streams: one name for all of them, bytes given back, and a door that closes gently.
//!
//! **Invariant:** what was read to decide what a stream is comes out again first, unchanged.

use bytes::Bytes;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A stream in both directions.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Any stream: TCP, or TLS over it, or either through another proxy.
pub(crate) type Wire = Box<dyn Stream>;

/// A stream with bytes in front that were read from it before.
pub(crate) struct Rewound<S> {
    before: Bytes,
    stream: S,
}

impl<S> Rewound<S> {
    /// Puts bytes back in front of the stream that they came from.
    pub(crate) fn new(before: Bytes, stream: S) -> Rewound<S> {
        // An empty one keeps its buffer, too.
        let before = Some(before).filter(|before| !before.is_empty());
        Rewound {
            before: before.unwrap_or_default(),
            stream,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Rewound<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.before.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let length = self.before.len().min(buffer.remaining());
        buffer.put_slice(&self.before.split_to(length));
        if self.before.is_empty() {
            // Even empty it would keep all of its buffer, for as long as the stream lives.
            self.before = Bytes::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Rewound<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// How long a client that still sends is listened to after its answer was complete.
const LINGER: Duration = Duration::from_secs(5);

/// A client's stream whose closing waits, a bounded while, until the client has read its answer.
///
/// Who closes a socket with unread bytes in it resets the connection, and the reset overtakes the answer:
/// a client that gets a 413 in the middle of its upload would see a broken pipe instead.
///
/// A stream that left HTTP ends each direction by itself, so that nothing may be read past its end.
pub(crate) struct Lingering<S> {
    stream: S,
    closing: Option<Closing>,
    left_http: Arc<AtomicBool>,
}

enum Closing {
    Listening(Pin<Box<Sleep>>),
    Done,
}

impl<S> Lingering<S> {
    /// Wraps a client's stream. `left_http` is set when the stream is no longer HTTP.
    pub(crate) fn new(stream: S, left_http: Arc<AtomicBool>) -> Lingering<S> {
        Lingering {
            stream,
            closing: None,
            left_http,
        }
    }

    /// Returns the stream.
    pub(crate) fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lingering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: Stream> AsyncWrite for Lingering<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.left_http.load(Ordering::Relaxed) {
            return Pin::new(&mut this.stream).poll_shutdown(context);
        }
        if this.closing.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
            this.closing = Some(Closing::Listening(Box::pin(sleep(LINGER))));
        }
        if let Some(Closing::Listening(limit)) = &mut this.closing {
            let gone = poll_gone(&mut this.stream, context);
            if gone.is_pending() && limit.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            this.closing = Some(Closing::Done);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// Reads and forgets until the other side is gone.
fn poll_gone<S: AsyncRead + Unpin>(stream: &mut S, context: &mut Context<'_>) -> Poll<()> {
    let mut scratch = [0; 4096];
    // So many turns, then others have theirs: an endless sender must not keep the thread.
    for _ in 0..64 {
        let mut buffer = ReadBuf::new(&mut scratch);
        match ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer)) {
            Ok(()) if !buffer.filled().is_empty() => {}
            Ok(()) | Err(_) => return Poll::Ready(()),
        }
    }
    context.waker().wake_by_ref();
    Poll::Pending
}

/// How long a service that takes nothing more is still listened to.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A service's stream that is heard out: where it takes no more of an upload, what it said is read first.
///
/// A service may answer in the middle of an upload and close. Whoever writes on gets an error, and would
/// forget the answer that has come already.
pub(crate) struct HeardOut<S> {
    stream: S,
    refused: Option<Pin<Box<Sleep>>>,
    said_all: bool,
    writer: Option<Waker>,
}

impl<S> HeardOut<S> {
    /// Wraps a service's stream.
    pub(crate) fn new(stream: S) -> HeardOut<S> {
        HeardOut {
            stream,
            refused: None,
            said_all: false,
            writer: None,
        }
    }

    /// Passes a result of writing on, unless it is an error before the service has said all.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let Poll::Ready(Err(error)) = written else {
            return written;
        };
        let limit = self
            .refused
            .get_or_insert_with(|| Box::pin(sleep(LAST_WORDS)));
        if self.said_all || limit.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(error));
        }
        self.writer = Some(context.waker().clone());
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for HeardOut<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(context, buffer));
        if read.is_err() || buffer.filled().len() == before {
            self.said_all = true;
            if let Some(writer) = self.writer.take() {
                writer.wake();
            }
        }
        Poll::Ready(read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for HeardOut<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.written(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
