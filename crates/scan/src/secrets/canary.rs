//! Decoys: secrets that are valid in form and belong to nobody.
//!
//! **Invariant:** a decoy follows from the key and its number alone, so that it can be
//! known again by its fingerprint and need not be kept.

use super::validate::{STANDARD, encode_base64};
use super::{Fingerprint, Key};

/// What a decoy pretends to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decoy {
    /// A `.env` file with a database's password and a payment key.
    Environment,
    /// A profile of the AWS command line.
    AwsProfile,
    /// An OpenSSH private key.
    SshKey,
    /// An `.npmrc` with a token.
    NpmToken,
}

impl Decoy {
    /// Every kind.
    pub const ALL: [Decoy; 4] = [
        Decoy::Environment,
        Decoy::AwsProfile,
        Decoy::SshKey,
        Decoy::NpmToken,
    ];

    /// The name of the file in which people keep it, below a home or a project.
    pub fn file(self) -> &'static str {
        match self {
            Decoy::Environment => ".env",
            Decoy::AwsProfile => ".aws/credentials",
            Decoy::SshKey => ".ssh/id_ed25519",
            Decoy::NpmToken => ".npmrc",
        }
    }
}

/// A decoy, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// What it pretends to be.
    pub decoy: Decoy,
    /// The file's text.
    pub text: String,
    /// The secrets in it; to be noted in the ledgers, not to be stored.
    pub secrets: Vec<String>,
    /// Their fingerprints, to be stored.
    pub fingerprints: Vec<Fingerprint>,
}

/// Makes the decoy of this number.
pub fn make(key: &Key, decoy: Decoy, number: u64) -> Planted {
    let mut chance = Chance::new(key, decoy, number);
    let (text, secrets) = match decoy {
        Decoy::Environment => environment(&mut chance),
        Decoy::AwsProfile => aws_profile(&mut chance),
        Decoy::SshKey => ssh_key(&mut chance),
        Decoy::NpmToken => npm_token(&mut chance),
    };
    let fingerprints = secrets
        .iter()
        .map(|secret| key.fingerprint(secret.as_bytes()))
        .collect();
    Planted {
        decoy,
        text,
        secrets,
        fingerprints,
    }
}

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn environment(chance: &mut Chance) -> (String, Vec<String>) {
    let password = chance.letters(LETTERS, 24);
    let payment = format!("sk_live_{}", chance.letters(LETTERS, 24));
    let text = format!(
        "DATABASE_URL=postgres://app:{password}@db.internal:5432/app\nSTRIPE_SECRET_KEY={payment}\n"
    );
    (text, vec![password, payment])
}

fn aws_profile(chance: &mut Chance) -> (String, Vec<String>) {
    let id = format!("AKIA{}", chance.letters(BASE32, 16));
    let secret = chance.letters(STANDARD, 40);
    let text = format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    (text, vec![id, secret])
}

fn npm_token(chance: &mut Chance) -> (String, Vec<String>) {
    let random = chance.letters(LETTERS, 30);
    let token = format!(
        "npm_{random}{}",
        super::validate::checksum(random.as_bytes())
    );
    let host = ["registry", "npmjs", "org"].join(".");
    let text = format!("//{host}/:_authToken={token}\n");
    (text, vec![token])
}

/// The layout of OpenSSH's `PROTOCOL.key`, unencrypted, for an Ed25519 key that is noise.
fn ssh_key(chance: &mut Chance) -> (String, Vec<String>) {
    let public = chance.bytes(32);
    let check = chance.bytes(4);
    let mut name_and_key = field(b"ssh-ed25519");
    name_and_key.extend(field(&public));
    let mut private = [check.clone(), check].concat();
    private.extend(&name_and_key);
    private.extend(field(&[chance.bytes(32), public].concat()));
    private.extend(field(b"deploy@build"));
    for padding in 1..=8_u8 {
        if private.len().is_multiple_of(8) {
            break;
        }
        private.push(padding);
    }
    let mut body = b"openssh-key-v1\0".to_vec();
    for part in [b"none".as_slice(), b"none", b""] {
        body.extend(field(part));
    }
    body.extend(1_u32.to_be_bytes());
    body.extend(field(&name_and_key));
    body.extend(field(&private));
    let mut encoded = encode_base64(&body, STANDARD);
    while !encoded.len().is_multiple_of(4) {
        encoded.push(b'=');
    }
    let lines: Vec<String> = encoded
        .chunks(70)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let body = lines.join("\n");
    let text =
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----\n");
    (text, vec![body])
}

/// RFC 4251, `string`: its length in four bytes, then itself.
fn field(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or_default();
    [length.to_be_bytes().as_slice(), content].concat()
}

/// Bytes that follow from the key: BLAKE3's output without end.
struct Chance(blake3::OutputReader);

impl Chance {
    fn new(key: &Key, decoy: Decoy, number: u64) -> Chance {
        let mut hasher = blake3::Hasher::new_keyed(&key.0);
        hasher.update(b"ringfence canary ");
        hasher.update(decoy.file().as_bytes());
        hasher.update(&number.to_be_bytes());
        Chance(hasher.finalize_xof())
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.fill(&mut bytes);
        bytes
    }

    fn letters(&mut self, alphabet: &[u8], count: usize) -> String {
        self.bytes(count)
            .into_iter()
            .filter_map(|byte| alphabet.get(usize::from(byte) % alphabet.len()))
            .map(|letter| char::from(*letter))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Scanner;

    #[test]
    fn decoys_are_valid_in_form_and_known_again() {
        let scanner = Scanner::new(Key::new([5; 32])).unwrap();
        for decoy in Decoy::ALL {
            let planted = make(&Key::new([5; 32]), decoy, 1);
            assert_eq!(planted, make(&Key::new([5; 32]), decoy, 1));
            assert_ne!(planted.text, make(&Key::new([5; 32]), decoy, 2).text);
            assert_ne!(planted.text, make(&Key::new([6; 32]), decoy, 1).text);
            let found = scanner.secrets(planted.text.as_bytes());
            assert!(!found.is_empty(), "{decoy:?}");
            if decoy == Decoy::SshKey {
                assert_eq!(found[0].kind, "private-key");
                continue;
            }
            let prints: Vec<Fingerprint> = found.iter().map(|secret| secret.fingerprint).collect();
            assert_eq!(prints, planted.fingerprints, "{decoy:?} {found:?}");
        }
        let npm = make(&Key::new([5; 32]), Decoy::NpmToken, 1);
        assert!(scanner.secrets(npm.text.as_bytes())[0].verified);
    }
}
