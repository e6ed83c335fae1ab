//! Connections: taken in, bounded in number and in time, and let go.
//!
//! **Invariant:** a client has a bounded time to send a head and to take what it is
//! sent; one that is too many is told so and closed.

use crate::front;
use crate::patient::Patient;
use crate::refusals::Kind;
use crate::server::GRACE;
use crate::shared::Shared;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The longest head of a request.
const MAX_HEAD_BYTES: usize = 32 << 10;

/// What a client gets that is one too many.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// Works until the server is stopped.
pub(crate) async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            shared
                .host
                .log(&format!("dashboard: failed to listen: {error}"));
            return;
        }
    };
    let places = Arc::new(Semaphore::new(shared.limits.connections));
    tokio::select! {
        () = accept(&listener, &shared, &places) => {}
        () = shared.pump.run(&shared.readers) => {}
        () = shared.stopped() => {}
    }
    drop(listener);
    let all = u32::try_from(shared.limits.connections).unwrap_or(u32::MAX);
    // Whoever is not done by then is cut off.
    drop(tokio::time::timeout(GRACE, places.acquire_many(all)).await);
}

async fn accept(listener: &TcpListener, shared: &Arc<Shared>, places: &Arc<Semaphore>) {
    let app = front::door(shared);
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: some will come back.
            shared.refuse(Kind::Connections);
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        match Arc::clone(places).try_acquire_owned() {
            Ok(place) => {
                tokio::spawn(connection(socket, app.clone(), Arc::clone(shared), place));
            }
            Err(_) => {
                shared.refuse(Kind::Connections);
                // A fresh socket takes this at once, or never.
                drop(socket.try_write(FULL));
            }
        }
    }
}

async fn connection(
    socket: TcpStream,
    app: Router,
    shared: Arc<Shared>,
    place: OwnedSemaphorePermit,
) {
    let limits = &shared.limits;
    // Batches are small and wait for nothing.
    drop(socket.set_nodelay(true));
    let socket = Patient::new(socket, limits.write_time);
    let busy = socket.busy();
    let socket = TokioIo::new(socket);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(socket, TowerToHyperService::new(app))
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shared.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // One that only waited for another request is not told.
    if busy.load(Ordering::Relaxed) && ended.is_err_and(|error| is_slowness(&error)) {
        shared.refuse(Kind::Slow);
    }
    drop(place);
}

fn is_slowness(error: &hyper::Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref());
    error.is_timeout()
        || cause.is_some_and(|cause: &io::Error| cause.kind() == io::ErrorKind::TimedOut)
}
