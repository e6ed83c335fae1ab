//! The way to the services: names, other proxies in between, TLS that is always verified.
//!
//! **Invariant:** there is no setting that switches verification off. A service that can't be reached or
//! verified is an error with a reason that is told to the client.

mod dial;
mod route;

pub use route::{Bypass, ProxyAddress, ProxyAddressError, Routes};

use crate::certificates::{BundleError, Protocol, upstream_roots};
use crate::hosts::Pattern;
use crate::wire::{HeardOut, Wire};
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How services are reached.
#[derive(Clone, Debug, Default)]
pub struct UpstreamSettings {
    /// Through which proxies.
    pub routes: Routes,
    /// Files of roots that are trusted besides the system's.
    pub roots: Vec<PathBuf>,
    /// Names that are not looked up, with where they are.
    pub places: HashMap<String, SocketAddr>,
    /// What we show to services that ask who we are.
    pub identities: Vec<Identity>,
}

/// A certificate that some services ask of their clients.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Which services.
    pub host: Pattern,
    /// The certificate and those between it and a root, as PEM.
    pub chain: PathBuf,
    /// Its key, as PEM.
    pub key: PathBuf,
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// No roots to verify services against.
    #[error(transparent)]
    Roots(#[from] BundleError),
    /// A certificate or a key could not be read.
    #[error("failed to read `{}`", path.display())]
    Identity {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rustls::pki_types::pem::Error,
    },
    /// TLS refuses what it was given.
    #[error("failed to set up TLS")]
    Tls(#[from] rustls::Error),
}

/// Why a service could not be reached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DialError {
    /// Its name means nothing.
    #[error("`{host}` could not be resolved: {source}")]
    Resolve {
        /// The name.
        host: String,
        /// Why.
        source: io::Error,
    },
    /// Nobody answered, or somebody refused.
    #[error("{0}")]
    Connect(io::Error),
    /// It took too long.
    #[error("no answer within {} s", dial::PATIENCE.as_secs())]
    Late,
    /// The proxy in between refused.
    #[error("the proxy in between answered {0}")]
    Proxy(u16),
    /// The proxy in between speaks no HTTP.
    #[error("the proxy in between gave no answer that makes sense")]
    ProxyGarbage,
    /// TLS failed, be it that the service could not be verified.
    #[error("TLS failed: {0}")]
    Tls(io::Error),
    /// What was dialled is no name and no address.
    #[error("`{0}` is no name and no address")]
    Name(String),
}

/// Reaches services.
pub(crate) struct Upstream {
    routes: Routes,
    places: HashMap<String, SocketAddr>,
    anonymous: ClientConfig,
    identified: Vec<(Pattern, ClientConfig)>,
}

impl Upstream {
    /// Reads roots and certificates.
    pub(crate) fn new(settings: &UpstreamSettings) -> Result<Upstream, UpstreamError> {
        let roots = Arc::new(upstream_roots(&settings.roots)?);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = || {
            Ok::<_, UpstreamError>(
                ClientConfig::builder_with_provider(Arc::clone(&provider))
                    .with_safe_default_protocol_versions()?
                    .with_root_certificates(Arc::clone(&roots)),
            )
        };
        let mut identified = Vec::new();
        for identity in &settings.identities {
            let (chain, key) = read_identity(identity)?;
            let config = builder()?.with_client_auth_cert(chain, key)?;
            identified.push((identity.host.clone(), config));
        }
        Ok(Upstream {
            routes: settings.routes.clone(),
            places: settings.places.clone(),
            anonymous: builder()?.with_no_client_auth(),
            identified,
        })
    }

    /// Opens a way to a service that any protocol can be spoken over.
    pub(crate) async fn dial(&self, host: &str, port: u16) -> Result<Wire, DialError> {
        match self.routes.for_tunnel(host, port) {
            None => Ok(self.connect(host, port).await?),
            Some(proxy) => {
                let wire = self.dial_proxy(proxy).await?;
                dial::through(wire, proxy, host, port).await
            }
        }
    }

    /// Opens a way for requests of plain HTTP. With a proxy in between it is to that proxy, which wants
    /// to be asked for the whole URL.
    pub(crate) async fn dial_plain(
        &self,
        host: &str,
        port: u16,
    ) -> Result<(Wire, Option<&ProxyAddress>), DialError> {
        match self.routes.for_plain(host, port) {
            None => Ok((self.connect(host, port).await?, None)),
            Some(proxy) => Ok((self.dial_proxy(proxy).await?, Some(proxy))),
        }
    }

    async fn connect(&self, host: &str, port: u16) -> Result<Wire, DialError> {
        let stream = match self.places.get(host) {
            Some(place) => dial::connect(&place.ip().to_string(), place.port()).await?,
            None => dial::connect(host, port).await?,
        };
        Ok(Box::new(HeardOut::new(stream)))
    }

    async fn dial_proxy(&self, proxy: &ProxyAddress) -> Result<Wire, DialError> {
        let wire = self.connect(proxy.host(), proxy.port()).await?;
        if !proxy.is_tls() {
            return Ok(wire);
        }
        let (stream, _) = self.greet(wire, proxy.host(), Vec::new()).await?;
        Ok(Box::new(stream))
    }

    /// Speaks TLS with a service, verifies it as `name`, and says which protocol it picked.
    pub(crate) async fn greet(
        &self,
        wire: Wire,
        name: &str,
        protocols: Vec<Vec<u8>>,
    ) -> Result<(TlsStream<Wire>, Protocol), DialError> {
        let identity = self.identified.iter().find(|(host, _)| host.matches(name));
        let mut config = identity
            .map_or(&self.anonymous, |(_, config)| config)
            .clone();
        config.alpn_protocols = protocols;
        let server =
            ServerName::try_from(name.to_owned()).map_err(|_| DialError::Name(name.to_owned()))?;
        let greeted = TlsConnector::from(Arc::new(config)).connect(server, wire);
        let stream = tokio::time::timeout(dial::PATIENCE, greeted)
            .await
            .map_err(|_| DialError::Late)?
            .map_err(DialError::Tls)?;
        let picked = Protocol::picked(stream.get_ref().1.alpn_protocol());
        Ok((stream, picked))
    }
}

type Credentials = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn read_identity(identity: &Identity) -> Result<Credentials, UpstreamError> {
    let failed = |path: &PathBuf, source| UpstreamError::Identity {
        path: path.clone(),
        source,
    };
    let chain = CertificateDer::pem_file_iter(&identity.chain)
        .and_then(Iterator::collect)
        .map_err(|source| failed(&identity.chain, source))?;
    let key = PrivateKeyDer::from_pem_file(&identity.key)
        .map_err(|source| failed(&identity.key, source))?;
    Ok((chain, key))
}
