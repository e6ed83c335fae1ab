//! Two streams joined into one, byte for byte.
//!
//! **Invariant:** each direction ends by itself: a side that has said all may still listen.

use crate::piece::End;
use crate::tap::Tap;
use bytes::BytesMut;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};

/// What is read at once of a WebSocket.
const STEP: usize = 16 * 1024;

/// What passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Bytes from the client.
    pub(crate) sent: u64,
    /// Bytes to the client.
    pub(crate) received: u64,
}

/// Joins two streams without a look at what passes.
pub(crate) async fn splice<C, S>(client: &mut C, service: &mut S) -> Counted
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut client = counting::Counting::new(client);
    // How it ended is nobody's business: both sides see the end of the other.
    drop(copy_bidirectional(&mut client, service).await);
    client.counted()
}

/// Joins two streams that left HTTP; the taps see what passes.
pub(super) async fn tapped<C, S>(client: C, service: S, outgoing: Tap, incoming: Tap)
where
    C: AsyncRead + AsyncWrite,
    S: AsyncRead + AsyncWrite,
{
    let (from_client, to_client) = tokio::io::split(client);
    let (from_service, to_service) = tokio::io::split(service);
    let both = async {
        tokio::try_join!(
            pump(from_client, to_service, outgoing),
            pump(from_service, to_client, incoming),
        )
    };
    // The taps told how it ended. An error of one direction ends the other: that side is gone.
    drop(both.await);
}

async fn pump<R, W>(mut from: R, mut to: W, mut tap: Tap) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = BytesMut::new();
    loop {
        buffer.reserve(STEP);
        if from.read_buf(&mut buffer).await? == 0 {
            break;
        }
        let bytes = buffer.split().freeze();
        tap.body(&bytes);
        to.write_all(&bytes).await?;
        to.flush().await?;
    }
    to.shutdown().await?;
    tap.end(End::Complete);
    Ok(())
}

mod counting {
    //! Counts what passes through a stream, so that a tunnel that breaks has numbers too.

    use super::Counted;
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};
    use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

    pub(super) struct Counting<'stream, S> {
        stream: &'stream mut S,
        counted: Counted,
    }

    impl<'stream, S> Counting<'stream, S> {
        pub(super) fn new(stream: &'stream mut S) -> Counting<'stream, S> {
            Counting {
                stream,
                counted: Counted::default(),
            }
        }

        pub(super) fn counted(&self) -> Counted {
            self.counted
        }
    }

    impl<S: AsyncRead + Unpin> AsyncRead for Counting<'_, S> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let before = buffer.filled().len();
            ready!(Pin::new(&mut *self.stream).poll_read(context, buffer))?;
            let read = buffer.filled().len().saturating_sub(before);
            self.counted.sent += u64::try_from(read).unwrap_or_default();
            Poll::Ready(Ok(()))
        }
    }

    impl<S: AsyncWrite + Unpin> AsyncWrite for Counting<'_, S> {
        fn poll_write(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            let written = ready!(Pin::new(&mut *self.stream).poll_write(context, bytes))?;
            self.counted.received += u64::try_from(written).unwrap_or_default();
            Poll::Ready(Ok(written))
        }

        fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut *self.stream).poll_flush(context)
        }

        fn poll_shutdown(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut *self.stream).poll_shutdown(context)
        }
    }
}
