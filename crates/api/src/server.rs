//! Starting and stopping: what the server needs, its thread, and its limits.
//!
//! **Invariant:** it listens on loopback only, and not at all with a token that
//! could be guessed.

use crate::codes::Codes;
use crate::connections::serve;
use crate::error::ApiError;
use crate::guard::Gate;
use crate::host::Host;
use crate::pump::Pump;
use crate::readers::Readers;
use crate::refusals::Refusals;
use crate::shared::Shared;
use ringfence_store::Folders;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::runtime;
use tokio::sync::{Semaphore, watch};

/// The longest body: the longest payload that an agent's hook may bring, so that a call
/// cannot get past the judge by its length. Nothing of it is read before the guard is passed.
pub(crate) const MAX_BODY_BYTES: usize = 8 << 20;

/// The shortest token: no header that is empty or cut short may match.
const MIN_TOKEN_BYTES: usize = 16;

/// Threads that wait for the disk or for a verdict.
const BLOCKING_THREADS: usize = 16;

/// How long a stopping server waits for what it began to answer.
pub(crate) const GRACE: Duration = Duration::from_secs(1);

/// What the server needs.
pub struct Options {
    /// Where to listen: a loopback address; port 0 takes any free one.
    pub address: SocketAddr,
    /// Where the record lies.
    pub folders: Folders,
    /// Signs the cookies of signed-in browsers; a new key signs all of them out.
    pub cookie_key: [u8; 32],
    /// What scripts and hooks send as their credential.
    pub token: String,
    /// How much and how long is waited for.
    pub limits: Limits,
}

/// How much and how long is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the head of a request, and between two requests.
    pub head_time: Duration,
    /// For the body of a request.
    pub body_time: Duration,
    /// For a client that reads nothing of what it is sent.
    pub write_time: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Streams at once, of dashboards and scripts together.
    pub streams: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            head_time: Duration::from_secs(5),
            body_time: Duration::from_secs(10),
            write_time: Duration::from_secs(10),
            connections: 128,
            streams: 32,
        }
    }
}

/// The running server. It stops when it is dropped.
pub struct Server {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens, and serves on a thread of its own.
    pub fn start(options: Options, host: Arc<dyn Host>) -> Result<Server, ApiError> {
        let asked = options.address;
        if !asked.ip().is_loopback() {
            return Err(ApiError::NotLoopback { address: asked });
        }
        if options.token.len() < MIN_TOKEN_BYTES {
            return Err(ApiError::WeakToken);
        }
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| ApiError::Start(error.into()))?;
        let listening = listen(asked).map_err(|source| ApiError::Listen {
            address: asked,
            source,
        });
        let (listener, address) = listening?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_name("api-wait")
            .build()
            .map_err(ApiError::Start)?;
        let (stop, stopping) = watch::channel(false);
        let limits = options.limits;
        let shared = Arc::new(Shared {
            address,
            host,
            readers: Readers::new(options.folders),
            grouped: Arc::default(),
            gate: Gate::new(address, &options.token, options.cookie_key),
            codes: Mutex::new(Codes::new(seed)),
            pump: Pump::new(),
            streams: Arc::new(Semaphore::new(limits.streams)),
            limits,
            refusals: Refusals::default(),
            stopping,
        });
        let own = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("api".to_owned())
            .spawn(move || {
                runtime.block_on(serve(listener, own));
                runtime.shutdown_timeout(GRACE);
            })
            .map_err(ApiError::Start)?;
        Ok(Server {
            shared,
            stop,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Returns a link that signs one browser in, once, within ten minutes.
    pub fn one_time_link(&self) -> String {
        let mut codes = self
            .shared
            .codes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let code = codes.issue(Instant::now());
        format!("http://{}/auth?code={code}", self.shared.address)
    }

    #[cfg(test)]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Stops listening, finishes what it began to answer, and ends its thread.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has already said so.
            drop(thread.join());
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<(std::net::TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

#[cfg(test)]
mod tests;
