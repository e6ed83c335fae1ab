//! What a program must be told so that it goes through the proxy and takes its certificates.
//!
//! **Invariant:** a variable that replaces the system's roots gets the whole bundle, one that adds to
//! them gets our authority alone. What is on this machine itself is reached directly.

use crate::places::Places;
use std::net::SocketAddr;

/// Where a program asks which proxy it goes through.
const PROXY: [&str; 6] = [
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "https_proxy",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// What replaces the roots: OpenSSL and Go, Python's requests, curl, git, pip, cargo, Deno, AWS, Ruby's
/// bundler, npm, gRPC, Codex.
const ROOTS: [&str; 13] = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "CARGO_HTTP_CAINFO",
    "DENO_CERT",
    "AWS_CA_BUNDLE",
    "BUNDLE_SSL_CA_CERT",
    "npm_config_cafile",
    "NPM_CONFIG_CAFILE",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "CODEX_CA_CERTIFICATE",
];

/// What is reached directly.
const HERE: &str = "localhost,127.0.0.1,::1";

/// Returns the variables for the proxy at an address and the authority of that version.
pub(crate) fn variables(places: &Places, proxy: SocketAddr, version: u32) -> Vec<(String, String)> {
    let folder = places.authority();
    let text = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let bundle = text("bundle.pem");
    let url = format!("http://{proxy}");
    let own = [
        ("NO_PROXY", HERE.to_owned()),
        ("no_proxy", HERE.to_owned()),
        // Node asks for the variables above only when it is told to, uv for the system's roots.
        ("NODE_USE_ENV_PROXY", "1".to_owned()),
        ("UV_NATIVE_TLS", "1".to_owned()),
        (
            "NODE_EXTRA_CA_CERTS",
            text(&format!("authority-{version}.pem")),
        ),
    ];
    let through = PROXY.iter().map(|name| ((*name).to_owned(), url.clone()));
    let roots = ROOTS
        .iter()
        .map(|name| ((*name).to_owned(), bundle.clone()));
    let own = own.map(|(name, value)| (name.to_owned(), value));
    through.chain(roots).chain(own).collect()
}
