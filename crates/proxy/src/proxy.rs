//! The proxy as a whole: where it listens, what its connections share, what can be changed while it runs.
//!
//! **Invariant:** a connection that cannot be served never harms another. Past [`Settings::most`]
//! connections, or past what the system has files for, new ones are answered with 503 and the reason.

use crate::certificates::Authority;
use crate::clients::{Clients, Refusals};
use crate::front;
use crate::gate::Gate;
use crate::hosts::Hosts;
use crate::notice::{Happened, Notice, Notices, Teller, notices};
use crate::piece::Client;
use crate::room::room_for;
use crate::tap::{Pieces, Taps, now};
use crate::upstream::{Upstream, UpstreamError, UpstreamSettings};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// How long nothing is accepted after the system ran out of files.
const PAUSE: Duration = Duration::from_millis(50);

/// How many clients are told at once that there is no room; of others the connection is just closed.
const MOST_TURNED_AWAY: usize = 64;

/// How often it is told that there is no room.
const FULL_AGAIN: Duration = Duration::from_mins(1);

/// How a proxy runs.
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Whose traffic is read.
    pub hosts: Hosts,
    /// How services are reached.
    pub upstream: UpstreamSettings,
    /// Knows who clients are.
    pub clients: Option<Arc<dyn Clients>>,
    /// May hold things back.
    pub gate: Option<Arc<dyn Gate>>,
    /// The most connections at once, if the system has files for them.
    pub most: usize,
    /// The most bytes that wait for readers.
    pub queue: usize,
}

impl Settings {
    /// The most connections at once, where nothing else is said.
    pub const MOST: usize = 20_000;

    /// The most bytes that wait for readers, where nothing else is said.
    pub const QUEUE: usize = 32 * 1024 * 1024;

    /// A proxy that listens there, reads these hosts, and knows nobody.
    pub fn new(listen: SocketAddr, hosts: Hosts) -> Settings {
        Settings {
            listen,
            hosts,
            upstream: UpstreamSettings::default(),
            clients: None,
            gate: None,
            most: Settings::MOST,
            queue: Settings::QUEUE,
        }
    }
}

/// Why a proxy could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// Its address is taken or not ours.
    #[error("failed to listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// How services are to be reached makes no sense.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

/// A proxy that listens.
pub struct Proxy {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
    slots: Arc<Semaphore>,
    doors: Arc<Semaphore>,
    most: usize,
}

/// What the connections of a proxy share.
pub(crate) struct Shared {
    pub(crate) upstream: Upstream,
    pub(crate) taps: Taps,
    pub(crate) clients: Option<Arc<dyn Clients>>,
    pub(crate) gate: Option<Arc<dyn Gate>>,
    pub(crate) refusals: Refusals,
    teller: Teller,
    live: RwLock<Arc<Live>>,
    connections: AtomicU64,
    turned_away: AtomicU64,
    full: Mutex<Option<Instant>>,
}

/// What can be changed while a proxy runs.
pub(crate) struct Live {
    pub(crate) hosts: Hosts,
    pub(crate) authority: Arc<Authority>,
}

impl Shared {
    pub(crate) fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn tell(&self, client: Option<Client>, host: &str, port: u16, what: Happened) {
        self.teller.tell(Notice {
            at: now(),
            client,
            host: host.to_owned(),
            port,
            what,
        });
    }

    /// Tells that there was no room for a client, and now and then who listens, too.
    fn turned_away(&self, address: SocketAddr, reason: &str) {
        self.turned_away.fetch_add(1, Ordering::Relaxed);
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        if full.is_none_or(|since| since.elapsed() >= FULL_AGAIN) {
            *full = Some(Instant::now());
            drop(full);
            let reason = reason.to_owned();
            let host = address.ip().to_string();
            self.tell(None, &host, address.port(), Happened::Full { reason });
        }
    }
}

/// Changes a proxy while it runs.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
    slots: Arc<Semaphore>,
    most: usize,
}

impl Control {
    /// Reads other hosts from now on, with an authority that may sign for them. What is under way goes on.
    pub fn replace(&self, hosts: Hosts, authority: Arc<Authority>) {
        let mut live = self
            .shared
            .live
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *live = Arc::new(Live { hosts, authority });
        drop(live);
        self.shared.refusals.forget();
    }

    /// Each program that refused our certificate lately, where that is known, and the host: what they say
    /// to each other is not read.
    pub fn refusals(&self) -> Vec<(Option<String>, String)> {
        self.shared.refusals.list()
    }

    /// Asks all clients again that refused our certificate.
    pub fn forget_refusals(&self) {
        self.shared.refusals.forget();
    }

    /// Returns how many clients are connected.
    pub fn connected(&self) -> usize {
        self.most.saturating_sub(self.slots.available_permits())
    }

    /// Returns how many clients there is room for: fewer than the settings want where the system has too
    /// few files (`ulimit -Hn`).
    pub fn room(&self) -> usize {
        self.most
    }

    /// Returns how many clients were turned away because there was no room.
    pub fn turned_away(&self) -> u64 {
        self.shared.turned_away.load(Ordering::Relaxed)
    }
}

impl Proxy {
    /// Listens. Nothing is served before [`Proxy::run`].
    pub async fn bind(
        settings: Settings,
        authority: Arc<Authority>,
    ) -> Result<(Proxy, Pieces, Notices), ProxyError> {
        let upstream = Upstream::new(&settings.upstream)?;
        let listen = settings.listen;
        let failed = |source| ProxyError::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (taps, pieces) = Taps::new(settings.queue);
        let (teller, notices) = notices();
        let shared = Shared {
            upstream,
            taps,
            clients: settings.clients,
            gate: settings.gate,
            refusals: Refusals::default(),
            teller,
            live: RwLock::new(Arc::new(Live {
                hosts: settings.hosts,
                authority,
            })),
            connections: AtomicU64::new(0),
            turned_away: AtomicU64::new(0),
            full: Mutex::new(None),
        };
        let most = room_for(settings.most);
        let proxy = Proxy {
            listener,
            address,
            shared: Arc::new(shared),
            slots: Arc::new(Semaphore::new(most)),
            doors: Arc::new(Semaphore::new(MOST_TURNED_AWAY)),
            most,
        };
        Ok((proxy, pieces, notices))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what changes it while it runs.
    pub fn control(&self) -> Control {
        Control {
            shared: Arc::clone(&self.shared),
            slots: Arc::clone(&self.slots),
            most: self.most,
        }
    }

    /// Serves until the future is dropped; connections then go on as long as their runtime.
    pub async fn run(self) {
        loop {
            let Ok((stream, theirs)) = self.listener.accept().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else {
                self.turn_away(stream);
                continue;
            };
            // Without it each new connection waits 40 ms for a delayed acknowledgement.
            if stream.set_nodelay(true).is_err() {
                continue;
            }
            let shared = Arc::clone(&self.shared);
            tokio::spawn(front::serve(shared, stream, theirs, slot));
        }
    }

    /// Tells a client why it is not served.
    fn turn_away(&self, stream: TcpStream) {
        let reason = format!(
            "{} connections are open, and there is room for no more",
            self.most
        );
        self.shared.turned_away(self.address, &reason);
        if let Ok(door) = Arc::clone(&self.doors).try_acquire_owned() {
            tokio::spawn(async move {
                front::turn_away(stream, reason).await;
                drop(door);
            });
        }
    }
}
