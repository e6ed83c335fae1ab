//! A proxy made of hudsucker, for the bench to compare with: `hudsucker FOLDER`.
//!
//! Trusts `origin.pem` of the folder for services, writes its own root to `hudsucker.pem` there, prints
//! where it listens, and ends with its input. Two threads and ring, as ours has.

use hudsucker::Proxy;
use hudsucker::certificate_authority::RcgenAuthority;
use hudsucker::rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use hudsucker::rustls::crypto::ring;
use hudsucker::rustls::pki_types::CertificateDer;
use hudsucker::rustls::pki_types::pem::PemObject;
use hudsucker::rustls::{ClientConfig, RootCertStore};
use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let folder = Path::new(&folder);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let connector = hyper_rustls::HttpsConnectorBuilder::new()
        .with_tls_config(trusting(&folder.join("origin.pem"))?)
        .https_or_http()
        .enable_http1()
        .enable_http2()
        .build();
    let proxy = Proxy::builder()
        .with_listener(listener)
        .with_ca(authority(&folder.join("hudsucker.pem"))?)
        .with_http_connector(connector)
        .build()?;
    println!("{address}");
    std::thread::spawn(|| {
        // The bench is gone.
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        std::process::exit(0);
    });
    Ok(proxy.start().await?)
}

fn trusting(root: &Path) -> Result<ClientConfig, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(root)? {
        roots.add(certificate?)?;
    }
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn authority(shown: &Path) -> Result<RcgenAuthority, Box<dyn Error>> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "hudsucker");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    std::fs::write(shown, params.self_signed(&key)?.pem())?;
    Ok(RcgenAuthority::new(Issuer::new(params, key), 1000, ring::default_provider()))
}
