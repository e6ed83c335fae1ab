//! The authority that signs for the hosts whose traffic is read, and the leaves it signs.
//!
//! **Invariant:** an authority can sign for nothing but the hosts it was made for: its certificate says
//! so critically, with a path length of zero. Its key never serves a connection and lies in a file that
//! only its user reads; all leaves share another key, which is never written down.

mod bundle;
mod folder;
mod leaves;

pub(crate) use bundle::upstream_roots;
pub use bundle::{BundleError, write_bundle};
pub use folder::{FolderError, Opened, Standing, Why};

use crate::hosts::Hosts;
use leaves::Leaves;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SerialNumber,
};
use ringfence_event::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{NoServerSessionStorage, ProducesTickets};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// What the subject of each authority of ours begins with.
pub(crate) const SUBJECT: &str = "Ringfence local authority";

/// How long an authority is good for.
const AUTHORITY_LIFE: Duration = Duration::days(365);

/// How long a leaf is good for.
const LEAF_LIFE: Duration = Duration::days(30);

/// Clocks of containers and guests lag behind.
const CLOCK_SLACK: Duration = Duration::days(1);

/// Signs for hosts whose traffic is read.
pub struct Authority {
    standing: Standing,
    issuer: Issuer<'static, KeyPair>,
    leaf_key: KeyPair,
    leaves: Leaves,
    tickets: Arc<dyn ProducesTickets>,
    provider: Arc<CryptoProvider>,
}

/// What went wrong with certificates.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A certificate could not be made.
    #[error("failed to make a certificate")]
    Make(#[from] rcgen::Error),
    /// What was made is of no use for TLS.
    #[error("failed to use a certificate")]
    Use(#[from] rustls::Error),
    /// The system gave no random numbers.
    #[error("failed to get random numbers")]
    Random,
    /// A moment that no certificate can hold.
    #[error("the clock shows a time that no certificate can hold")]
    Clock,
    /// The folder could not be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// The one protocol that is offered to a client: the one that the service picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Protocol {
    /// The service named none: HTTP/1.1 without saying so.
    Unsaid,
    /// `http/1.1`.
    One,
    /// `h2`.
    Two,
}

impl Protocol {
    /// The name in a TLS greeting (RFC 7301), if it has one.
    pub(crate) fn name(self) -> Option<&'static [u8]> {
        match self {
            Protocol::Unsaid => None,
            Protocol::One => Some(b"http/1.1"),
            Protocol::Two => Some(b"h2"),
        }
    }

    /// The protocol that a name in a TLS greeting means.
    pub(crate) fn picked(name: Option<&[u8]>) -> Protocol {
        match name {
            Some(b"h2") => Protocol::Two,
            Some(_) => Protocol::One,
            None => Protocol::Unsaid,
        }
    }
}

impl Authority {
    /// Opens the authority of a folder; makes one if there is none, if the one there ends within a month,
    /// or if it may not sign for one of the hosts.
    pub fn open(
        folder: &Path,
        hosts: &Hosts,
        now: Timestamp,
    ) -> Result<(Authority, Opened), AuthorityError> {
        let (kept, opened) = folder::open(folder, hosts, now)?;
        Ok((Authority::from_parts(kept)?, opened))
    }

    /// Makes a new version of the authority of a folder, whatever stands there.
    pub fn rotate(
        folder: &Path,
        hosts: &Hosts,
        now: Timestamp,
    ) -> Result<Authority, AuthorityError> {
        Authority::from_parts(folder::renew(folder, hosts, now)?)
    }

    /// Says which authority stands in a folder, without touching its key.
    pub fn standing_in(folder: &Path) -> Result<Option<Standing>, AuthorityError> {
        Ok(folder::read_standing(folder)?)
    }

    /// Which authority this is.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    fn from_parts((standing, key): (Standing, KeyPair)) -> Result<Authority, AuthorityError> {
        let issuer = Issuer::new(subject_of(standing.version), key);
        Ok(Authority {
            issuer,
            standing,
            leaf_key: KeyPair::generate()?,
            leaves: Leaves::default(),
            tickets: rustls::crypto::ring::Ticketer::new()?,
            provider: Arc::new(rustls::crypto::ring::default_provider()),
        })
    }

    /// Returns how a client that wants `host` is answered: as the host, in the given protocol.
    pub(crate) fn serve_as(
        &self,
        host: &str,
        protocol: Protocol,
    ) -> Result<Arc<ServerConfig>, AuthorityError> {
        self.leaves
            .get_or_make(host, protocol, || self.make(host, protocol))
    }

    fn make(&self, host: &str, protocol: Protocol) -> Result<ServerConfig, AuthorityError> {
        let leaf = self.sign(host)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.leaf_key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf], key)?;
        config.alpn_protocols = protocol.name().map(<[u8]>::to_vec).into_iter().collect();
        config.ticketer = Arc::clone(&self.tickets);
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(config)
    }

    fn sign(&self, host: &str) -> Result<CertificateDer<'static>, AuthorityError> {
        let now = OffsetDateTime::now_utc();
        let mut params = CertificateParams::new(vec![host.to_owned()])?;
        // A name with a space: OpenSSL holds a subject that looks like a host against the constraints,
        // and an address is none.
        params
            .distinguished_name
            .push(DnType::CommonName, "Ringfence inspection");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(serial(&self.provider)?);
        params.not_before = now - CLOCK_SLACK;
        params.not_after = (now + LEAF_LIFE).min(moment(self.standing.expires)?);
        let signed = params.signed_by(&self.leaf_key, &self.issuer)?;
        Ok(signed.der().clone())
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Authority")
            .field("standing", &self.standing)
            .finish_non_exhaustive()
    }
}

/// What all certificates of one authority share.
fn subject_of(version: u32) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Ringfence");
    params
        .distinguished_name
        .push(DnType::CommonName, format!("{SUBJECT} {version}"));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// Makes the certificate of an authority for these hosts; returns it as PEM, with its end.
fn make_authority(
    version: u32,
    key: &KeyPair,
    names: &[String],
    addresses: &[IpAddr],
    now: Timestamp,
) -> Result<(String, Timestamp), AuthorityError> {
    let now = moment(now)?;
    let mut params = subject_of(version);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.name_constraints = Some(constraints(names, addresses));
    params.serial_number = Some(serial(&rustls::crypto::ring::default_provider())?);
    params.not_before = now - CLOCK_SLACK;
    params.not_after = now + AUTHORITY_LIFE;
    let expires = Timestamp(
        i64::try_from(params.not_after.unix_timestamp_nanos() / 1000)
            .map_err(|_| AuthorityError::Clock)?,
    );
    Ok((params.self_signed(key)?.pem(), expires))
}

/// Names and addresses that may be signed for. A list of names says nothing about addresses, so that
/// those are shut out by themselves, each family that has none permitted.
fn constraints(names: &[String], addresses: &[IpAddr]) -> NameConstraints {
    let mut permitted: Vec<GeneralSubtree> = names
        .iter()
        .map(|name| GeneralSubtree::DnsName(name.clone()))
        .collect();
    if permitted.is_empty() {
        // Without any permitted name all would be (RFC 5280); this one belongs to nobody (RFC 2606).
        permitted.push(GeneralSubtree::DnsName("invalid".to_owned()));
    }
    for address in addresses {
        let bits = if address.is_ipv4() { 32 } else { 128 };
        permitted.push(GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(
            *address, bits,
        )));
    }
    let mut excluded = Vec::new();
    for any in [
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    ] {
        if !addresses.iter().any(|one| one.is_ipv4() == any.is_ipv4()) {
            excluded.push(GeneralSubtree::IpAddress(everything(any)));
        }
    }
    NameConstraints {
        permitted_subtrees: permitted,
        excluded_subtrees: excluded,
    }
}

/// All addresses of a family.
fn everything(family: IpAddr) -> CidrSubnet {
    match family {
        IpAddr::V4(_) => CidrSubnet::V4([0; 4], [0; 4]),
        IpAddr::V6(_) => CidrSubnet::V6([0; 16], [0; 16]),
    }
}

/// A number of its own for each certificate: all leaves share a key, from which it would be made.
fn serial(provider: &CryptoProvider) -> Result<SerialNumber, AuthorityError> {
    let mut bytes = [0; 16];
    provider
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| AuthorityError::Random)?;
    // Positive and of full length whatever came.
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    Ok(SerialNumber::from_slice(&bytes))
}

fn moment(at: Timestamp) -> Result<OffsetDateTime, AuthorityError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.0) * 1000)
        .map_err(|_| AuthorityError::Clock)
}

#[cfg(test)]
mod tests;
