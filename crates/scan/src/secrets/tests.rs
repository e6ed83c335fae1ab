//! Whole scans: what is found, what is told of it, and that pieces change nothing.
use super::engine::{AFTER, BLOCK};
use super::*;
use proptest::prelude::*;
use std::sync::OnceLock;

fn scanner() -> &'static Scanner {
    static SCANNER: OnceLock<Scanner> = OnceLock::new();
    SCANNER.get_or_init(|| Scanner::new(Key::new([7; 32])).unwrap())
}

fn kinds(text: &str) -> Vec<String> {
    scanner()
        .secrets(text.as_bytes())
        .into_iter()
        .map(|secret| format!("{} {}", secret.kind, text.get(secret.place).unwrap()))
        .collect()
}

#[test]
fn secrets_are_found_with_kind_and_place() {
    let cases = [
        ("password = \"fvczztkrm9\"", "password fvczztkrm9"),
        ("\"db_password\": \"k7Fq9ZpL2m\",", "password k7Fq9ZpL2m"),
        ("<password>k7Fq9ZpL2m</password>", "password k7Fq9ZpL2m"),
        ("DB_PASSWORD=k7Fq9ZpL2m", "password k7Fq9ZpL2m"),
        ("api_key: b07f10a40ab51b", "named-secret b07f10a40ab51b"),
        (
            "var serviceToken string = \"wjina3z2z8tk3ejttq9vem\"",
            "named-secret wjina3z2z8tk3ejttq9vem",
        ),
        (
            "unknownvendor SECRET 20bc9d12e4f731b3456c89ab",
            "named-secret 20bc9d12e4f731b3456c89ab",
        ),
        (
            "cloudsmith 0f3a5c7e9b1d2f4a6c8e0b2d",
            "provider-secret 0f3a5c7e9b1d2f4a6c8e0b2d",
        ),
        (
            "postgres://app:k7Fq9ZpL2m@db/app",
            "url-credentials k7Fq9ZpL2m",
        ),
        (
            "mysql -u root --password k7Fq9ZpL2m",
            "command-password k7Fq9ZpL2m",
        ),
        (
            "key = AKIAQYLPMN5HHHFPZAM2",
            "aws-access-key-id AKIAQYLPMN5HHHFPZAM2",
        ),
        (
            "Authorization: Basic a3Vxdjpha2ZteWlzbw==",
            "authorization-basic a3Vxdjpha2ZteWlzbw==",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(kinds(text), [expected], "{text}");
    }
}

#[test]
fn ordinary_text_is_left_alone() {
    for text in [
        "password = os.environ[\"PASSWORD\"]",
        "password: {{ .Values.password }}",
        "PASSWORD=$(cat /run/secret)",
        "o.Password = password",
        "the password is required for this token",
        "aws_access_key: AKIAIOSFODNN7EXAMPLE",
        "token = ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "export API_KEY=<your-key>",
        "commit 8f14e45fceea167a5a36dedd4bea2543ab12cd34",
        "{\"key_id\": \"8ee21d91-c000-428c-8032-235aac55da36\"}",
        "const authHeader = \"Authorization\";",
        "https://example.com/a:b@c",
        "[![coverage](https://codecov.example/gh/a/b/graph/badge.svg?token=3KA3R2D9fV)](https://a.example)",
        "gpg --keyserver hkps://keys.example --recv-keys 5BE8A3F6C8A5C01D106C0AD820B1A390B168D356",
        "public_key = \"b07f10a40ab51b8d9e0c\"",
        "sha256_token: 9f86d081884c7d65",
        "monkey: 8f14e45fceea167a5a36dedd4bea2543",
    ] {
        assert_eq!(kinds(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_finding_tells_only_its_ends_and_the_same_secret_is_known_again() {
    let first = &scanner().secrets(b"password = \"k7Fq9ZpL2mXwR4tY\"")[0];
    let again = &scanner().secrets(b"db_password: k7Fq9ZpL2mXwR4tY\n")[0];
    assert_eq!(first.masked, "k7Fq…R4tY");
    assert_eq!(first.fingerprint, again.fingerprint);
    let other = Scanner::new(Key::new([8; 32])).unwrap();
    let elsewhere = &other.secrets(b"password = \"k7Fq9ZpL2mXwR4tY\"")[0];
    assert_ne!(first.fingerprint, elsewhere.fingerprint);
    assert_eq!(mask(b"k7Fq9Z"), "k…Z");
    assert_eq!(mask("äöüä".as_bytes()), "ä…ä");
}

#[test]
fn secrets_at_the_borders_of_blocks_are_found_once() {
    let secret = b"\npassword = \"k7Fq9ZpL2mXwR4tY\"\n";
    for at in (BLOCK - 40..BLOCK + 8).chain([BLOCK + AFTER, 2 * BLOCK - 10]) {
        let mut text = vec![b'.'; 3 * BLOCK];
        text[at..at + secret.len()].copy_from_slice(secret);
        let found = scanner().secrets(&text);
        assert_eq!(found.len(), 1, "{at}");
        assert_eq!(found[0].place, at + 13..at + 29);
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z \n=:\"']{0,40}",
        Just("password = \"k7Fq9ZpL2m\"\n".to_owned()),
        Just("AKIAQYLPMN5HHHFPZAM2 ".to_owned()),
        Just("postgres://app:k7Fq9ZpL2m@db/app ".to_owned()),
        Just("-----BEGIN RSA PRIVATE KEY-----\n".to_owned()),
        Just("cloudsmith SECRET key token pass ".to_owned()),
        (0_usize..30_000).prop_map(|count| ".".repeat(count)),
        (0_usize..200).prop_map(|count| "key=a1B2".repeat(count)),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn any_chunking_gives_the_same(text in pieces(), cuts in prop::collection::vec(0_usize..100_000, 0..12)) {
        let whole = scanner().secrets(text.as_bytes());
        let mut cuts = cuts;
        cuts.sort_unstable();
        let mut stream = scanner().stream(None);
        let mut done = 0;
        for cut in cuts.into_iter().map(|cut| cut.min(text.len())).chain([text.len()]) {
            stream.push(&text.as_bytes()[done..cut.max(done)]);
            done = cut.max(done);
        }
        prop_assert_eq!(stream.finish(), whole);
    }

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..1024)) {
        for secret in scanner().secrets(&bytes) {
            prop_assert!(secret.place.end <= bytes.len());
        }
    }
}
