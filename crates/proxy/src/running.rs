//! A proxy with threads of its own, for programs that are not async.
//!
//! **Invariant:** dropped, it takes no more connections, ends those it has, and its threads are gone.

use crate::certificates::Authority;
use crate::notice::Notices;
use crate::proxy::{Control, Proxy, ProxyError, Settings};
use crate::tap::Pieces;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

/// Threads that move bytes.
const WORKERS: usize = 2;

/// How long what blocks may take at the end.
const FAREWELL: Duration = Duration::from_secs(1);

/// A proxy that runs.
pub struct Running {
    address: SocketAddr,
    control: Option<Control>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why a proxy does not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It has no threads.
    #[error("failed to start the proxy's threads")]
    Threads(#[from] io::Error),
    /// It could not be set up.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
}

impl Running {
    /// Starts a proxy.
    pub fn start(
        settings: Settings,
        authority: Arc<Authority>,
    ) -> Result<(Running, Pieces, Notices), StartError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .thread_name("proxy")
            .enable_all()
            .build()?;
        let (proxy, pieces, notices) = runtime.block_on(Proxy::bind(settings, authority))?;
        let (address, control) = (proxy.address(), proxy.control());
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("proxy".to_owned())
            .spawn(move || serve(runtime, proxy, stopped))?;
        let running = Running {
            address,
            control: Some(control),
            stop: Some(stop),
            thread: Some(thread),
        };
        Ok((running, pieces, notices))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes it while it runs. Who keeps a copy keeps its readers waiting after its end.
    pub fn control(&self) -> Option<&Control> {
        self.control.as_ref()
    }
}

fn serve(runtime: Runtime, proxy: Proxy, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async move {
        tokio::select! {
            () = proxy.run() => {}
            // Told to stop, or nobody is left to tell it.
            _ = stopped => {}
        }
    });
    runtime.shutdown_timeout(FAREWELL);
}

impl Drop for Running {
    fn drop(&mut self) {
        self.control = None;
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended, too.
            drop(thread.join());
        }
    }
}
