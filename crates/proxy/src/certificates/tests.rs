use super::*;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{ServerName, UnixTime};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::SystemTime;

fn now() -> Timestamp {
    crate::tap::now()
}

fn hosts(patterns: &[&str]) -> Hosts {
    Hosts::none().with(patterns.iter().map(|text| text.parse().unwrap()))
}

/// Says whether a client that trusts the authority takes its leaf for a host.
fn takes(authority: &Authority, host: &str) -> Result<(), String> {
    let root = CertificateDer::from_pem_slice(authority.standing().certificate.as_bytes()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(root).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .unwrap();
    let leaf = authority.sign(host).unwrap();
    let name = ServerName::try_from(host.to_owned()).unwrap();
    verifier
        .verify_server_cert(&leaf, &[], &name, &[], UnixTime::now())
        .map(drop)
        .map_err(|error| error.to_string())
}

#[test]
fn signs_for_its_hosts_and_for_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let listed = hosts(&["api.example.test", "run.*.cloud.test", "192.0.2.7"]);
    let (authority, opened) = Authority::open(folder.path(), &listed, now()).unwrap();
    assert_eq!(opened, Opened::Made(Why::First));
    for inside in ["api.example.test", "run.eu.cloud.test", "192.0.2.7"] {
        assert_eq!(takes(&authority, inside), Ok(()), "{inside}");
    }
    for outside in [
        "example.test",
        "bank.test",
        "192.0.2.8",
        "::1",
        "notcloud.test",
    ] {
        let refused = takes(&authority, outside).unwrap_err();
        assert!(refused.contains("NameConstraint"), "{outside}: {refused}");
    }
    let (nobody, _) = Authority::open(&folder.path().join("other"), &Hosts::none(), now()).unwrap();
    for host in ["api.example.test", "192.0.2.7", "::1"] {
        assert!(takes(&nobody, host).is_err(), "{host}");
    }
}

#[test]
fn an_authority_is_kept_until_it_no_longer_fits() {
    let folder = tempfile::tempdir().unwrap();
    let open = |patterns: &[&str], at| {
        let (authority, opened) = Authority::open(folder.path(), &hosts(patterns), at).unwrap();
        (authority.standing().version, opened)
    };
    let today = now();
    let month = 31 * 24 * 3600 * 1_000_000;
    assert_eq!(open(&["a.test"], today), (1, Opened::Made(Why::First)));
    assert_eq!(open(&["a.test"], today), (1, Opened::Kept));
    assert_eq!(open(&["b.a.test"], today), (1, Opened::Kept));
    let more = vec!["::1".to_owned()];
    assert_eq!(
        open(&["a.test", "::1"], today),
        (2, Opened::Made(Why::MoreHosts(more)))
    );
    assert_eq!(open(&["a.test"], today), (2, Opened::Kept));
    let late = Timestamp(today.0 + 12 * month);
    assert_eq!(open(&["a.test"], late), (3, Opened::Made(Why::EndsSoon)));
    let rotated = Authority::rotate(folder.path(), &hosts(&["a.test"]), today).unwrap();
    assert_eq!(rotated.standing().version, 4);
    assert_eq!(
        Authority::standing_in(folder.path()).unwrap().as_ref(),
        Some(rotated.standing())
    );
    let mut files: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let expected = [
        "authority-1.pem",
        "authority-2.pem",
        "authority-3.pem",
        "authority-4.key",
        "authority-4.pem",
        "authority.json",
    ];
    assert_eq!(files, expected);
}

#[test]
fn a_key_is_for_its_user_alone() {
    let folder = tempfile::tempdir().unwrap();
    let listed = hosts(&["a.test"]);
    Authority::open(folder.path(), &listed, now()).unwrap();
    let key = folder.path().join("authority-1.key");
    let mode = |path: &PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&key), 0o600);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = Authority::open(folder.path(), &listed, now()).unwrap_err();
    assert!(matches!(
        error,
        AuthorityError::Folder(FolderError::Exposed(_))
    ));
    std::fs::write(folder.path().join("authority.json"), "{").unwrap();
    let error = Authority::open(folder.path(), &listed, now()).unwrap_err();
    assert!(matches!(
        error,
        AuthorityError::Folder(FolderError::Page { .. })
    ));
}

#[test]
fn leaves_have_their_own_key_and_number_and_a_bound() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, _) = Authority::open(folder.path(), &hosts(&["a.test"]), now()).unwrap();
    assert_ne!(
        authority.leaf_key.serialize_der(),
        authority.issuer.key().serialize_der()
    );
    assert_ne!(
        authority.sign("a.test").unwrap(),
        authority.sign("a.test").unwrap()
    );
    let first = authority.serve_as("a.test", Protocol::Two).unwrap();
    let again = authority.serve_as("a.test", Protocol::Two).unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    let one = authority.serve_as("a.test", Protocol::One).unwrap();
    assert_eq!(
        (first.alpn_protocols.clone(), one.alpn_protocols.clone()),
        (vec![b"h2".to_vec()], vec![b"http/1.1".to_vec()])
    );
    for number in 0..Leaves::MOST {
        authority
            .serve_as(&format!("h{number}.a.test"), Protocol::Unsaid)
            .unwrap();
    }
    assert_eq!(authority.leaves.len(), Leaves::MOST);
    let anew = authority.serve_as("a.test", Protocol::Two).unwrap();
    assert!(!Arc::ptr_eq(&first, &anew));
}

#[test]
fn a_bundle_holds_the_roots_and_ours_but_services_are_not_verified_against_ours() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, _) = Authority::open(folder.path(), &hosts(&["a.test"]), now()).unwrap();
    let (foreign, _) = foreign_root();
    let further = folder.path().join("further.pem");
    std::fs::write(
        &further,
        format!("{foreign}{}", authority.standing().certificate),
    )
    .unwrap();
    let without = bundle::upstream_roots(&[]).map_or(0, |roots| roots.len());
    let with = bundle::upstream_roots(std::slice::from_ref(&further)).unwrap();
    assert_eq!(with.len(), without + 1);
    let path = write_bundle(folder.path(), authority.standing(), &[further]).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(foreign.trim()));
    assert_eq!(text.matches(&authority.standing().certificate).count(), 1);
    let missing = folder.path().join("missing.pem");
    assert!(write_bundle(folder.path(), authority.standing(), &[missing]).is_err());
}

fn foreign_root() -> (String, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_after = OffsetDateTime::from(SystemTime::now()) + Duration::days(1);
    let text = params
        .self_signed(&key)
        .unwrap()
        .pem()
        .replace("\r\n", "\n");
    (text, key)
}
