//! A door with TLS before a server that has none, under a name that nobody else has.

use crate::home::Home;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// The name for which the door shows a certificate, and whoever stands below it.
pub const NAME: &str = "provider.test";

/// A door, until it is dropped.
#[derive(Debug)]
pub struct TlsDoor {
    address: SocketAddr,
    root: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TlsDoor {
    /// Opens a door before a server on loopback.
    pub fn before(server: SocketAddr) -> TlsDoor {
        let (acceptor, root) = acceptor();
        let (stop, stopped) = oneshot::channel();
        let (ready, address) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build()
                .expect("a runtime for the door");
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0")
                    .await
                    .expect("a free port on loopback");
                let address = listener.local_addr().expect("the port just bound");
                ready.send(address).expect("the test waits for the port");
                tokio::select! {
                    () = serve(listener, acceptor, server) => {}
                    _ = stopped => {}
                }
            });
        });
        TlsDoor {
            address: address.recv().expect("the door opened"),
            root,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of who signed for it.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Settings of a proxy that finds the door and believes it, with more of `[proxy]` behind them.
    pub fn settings(&self, home: &Home, more: &str) -> String {
        home.write("provider-root.pem", &self.root);
        let root = home.path().join("provider-root.pem").display().to_string();
        let address = self.address;
        format!(
            "[proxy]\nenabled = true\nport = 0\nread = [\"*.{NAME}\"]\nroots = [\"{root}\"]\nno_proxy = \"*\"\n\
             places = {{ \"api.{NAME}\" = \"{address}\", \"quiet.elsewhere.test\" = \"{address}\" }}\n{more}"
        )
    }
}

impl Drop for TlsDoor {
    fn drop(&mut self) {
        // Both fail only if the thread has ended already, by a panic that the test has seen.
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, server: SocketAddr) {
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // Who breaks off before has got nothing.
            if let Ok(mut client) = acceptor.accept(stream).await
                && let Ok(mut server) = TcpStream::connect(server).await
            {
                let passed = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                drop(passed);
            }
        });
    }
}

fn acceptor() -> (TlsAcceptor, String) {
    let root_key = rcgen::KeyPair::generate().expect("a key");
    let mut root = rcgen::CertificateParams::default();
    let name = "who signs for provider.test";
    root.distinguished_name
        .push(rcgen::DnType::CommonName, name);
    root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let text = root.self_signed(&root_key).expect("a root").pem();
    let issuer = rcgen::Issuer::new(root, root_key);
    let key = rcgen::KeyPair::generate().expect("a key");
    let names = vec![format!("*.{NAME}"), "quiet.elsewhere.test".to_owned()];
    let leaf = rcgen::CertificateParams::new(names).expect("names");
    let leaf = leaf.signed_by(&key, &issuer).expect("a leaf").pem();
    let chain = CertificateDer::from_pem_slice(leaf.as_bytes()).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(
            vec![chain],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .expect("a key that fits its certificate");
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    (TlsAcceptor::from(Arc::new(config)), text)
}
