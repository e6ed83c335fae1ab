//! An origin, a proxy before it, and clients that go through it or directly.

use crate::client::Client;
use crate::origin::{self, Origin};
use ringfence_event::Timestamp;
use ringfence_proxy::{
    Authority, Control, Happened, Hosts, Notice, Notices, Piece, Pieces, Proxy, Settings,
    UpstreamSettings,
};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Names that the proxy finds on loopback. Those under `read.test` are on its list.
pub(crate) const TLS: &str = "api.read.test";
pub(crate) const PLAIN: &str = "plain.read.test";
pub(crate) const QUIET: &str = "bank.quiet.test";

/// How long anything may take before a test has failed. Not a measure: nothing waits for it that works.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// How a client reaches its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    Direct,
    Proxy,
}

pub(crate) struct World {
    pub(crate) origin: Origin,
    pub(crate) proxy: SocketAddr,
    pub(crate) authority: Arc<Authority>,
    pub(crate) control: Control,
    pub(crate) pieces: Pieces,
    pub(crate) notices: Notices,
    _folder: tempfile::TempDir,
}

impl World {
    /// A world whose proxy reads what its tests need.
    pub(crate) async fn new() -> World {
        World::with(|_| {}).await
    }

    /// A world with other settings of its proxy.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> World {
        let folder = tempfile::tempdir().unwrap();
        let origin = Origin::start().await;
        let hosts = hosts();
        let (authority, _) = Authority::open(folder.path(), &hosts, now()).unwrap();
        let authority = Arc::new(authority);
        let mut settings = Settings::new("127.0.0.1:0".parse().unwrap(), hosts);
        settings.upstream = upstream(&origin, write(&folder, "origin.pem", &origin::root()));
        change(&mut settings);
        let (proxy, pieces, notices) = Proxy::bind(settings, Arc::clone(&authority)).await.unwrap();
        let (address, control) = (proxy.address(), proxy.control());
        tokio::spawn(proxy.run());
        World {
            origin,
            proxy: address,
            authority,
            control,
            pieces,
            notices,
            _folder: folder,
        }
    }

    /// A client that goes to `host`, trusting whom it must.
    pub(crate) fn client(&self, via: Via, host: &str) -> Client {
        let trusted = self.trusted(via);
        Client::new(via, self.proxy, self.place(host), host, &trusted)
    }

    /// Whom a client must trust.
    pub(crate) fn trusted(&self, via: Via) -> [String; 1] {
        match via {
            Via::Direct => [origin::root()],
            Via::Proxy => [self.authority.standing().certificate.clone()],
        }
    }

    /// Where a name is.
    pub(crate) fn place(&self, host: &str) -> SocketAddr {
        match host {
            PLAIN => self.origin.plain,
            "127.0.0.1" => self.origin.tls,
            "::1" => self.origin.tls_v6,
            _ => self.origin.tls,
        }
    }

    /// Waits for what the proxy has to say next about a host.
    pub(crate) async fn next_notice(&mut self) -> Notice {
        within(self.notices.next()).await.unwrap()
    }

    /// Waits for the next notice and returns what happened.
    pub(crate) async fn happened(&mut self) -> Happened {
        self.next_notice().await.what
    }

    /// Takes pieces until an end has come for each of `exchanges` in both directions.
    pub(crate) async fn pieces(&mut self, exchanges: usize) -> Vec<Piece> {
        let mut taken = Vec::new();
        let mut ends = 0;
        while ends < exchanges * 2 {
            let piece = within(self.pieces.next()).await.unwrap();
            if matches!(piece.what, ringfence_proxy::What::End(_)) {
                ends += 1;
            }
            taken.push(piece);
        }
        taken
    }
}

pub(crate) fn hosts() -> Hosts {
    let listed = ["*.read.test", "127.0.0.1", "::1"];
    Hosts::none().with(listed.map(|text| text.parse().unwrap()))
}

pub(crate) fn upstream(origin: &Origin, root: PathBuf) -> UpstreamSettings {
    let places = [
        (TLS, origin.tls),
        (PLAIN, origin.plain),
        (QUIET, origin.tls),
        ("other.read.test", origin.tls),
    ];
    UpstreamSettings {
        roots: vec![root],
        places: HashMap::from(places.map(|(name, place)| (name.to_owned(), place))),
        ..UpstreamSettings::default()
    }
}

pub(crate) fn write(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

pub(crate) fn roots(pems: &[String]) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    for pem in pems {
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            roots.add(certificate.unwrap()).unwrap();
        }
    }
    roots
}

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_micros()).unwrap())
}

/// Fails a test that waits for something that never comes.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("it never happened")
}
