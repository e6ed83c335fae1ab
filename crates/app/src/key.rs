//! Random secrets of this installation, each in a file that only the user can read: the
//! key for fingerprints of secrets, the key for cookies, the token for scripts.

use crate::places::{private_dir, write_private};
use anyhow::{Context, Result};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Returns the key in a file; the first call makes it. Of two processes that start at once,
/// both get the same one.
pub(crate) fn load_or_make(path: &Path) -> Result<[u8; 32]> {
    let bytes = load_or_write(path, || Ok(random()?.to_vec()))?;
    <[u8; 32]>::try_from(bytes.as_slice())
        .ok()
        .with_context(|| failed(path))
        .context("it must be 32 bytes; hint: move it away, a new one is made")
}

/// Returns the token in a file, 64 hexadecimal digits; the first call makes it.
pub(crate) fn load_or_make_token(path: &Path) -> Result<String> {
    let bytes = load_or_write(path, || Ok(new_token()?.into_bytes()))?;
    let token = String::from_utf8_lossy(&bytes).trim().to_owned();
    let whole = token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole
        .then_some(token)
        .with_context(|| failed(path))
        .context("it must be 64 hexadecimal digits; hint: `ringfence token --new` makes a new one")
}

/// Puts a new key into a file.
pub(crate) fn renew(path: &Path) -> Result<()> {
    write_private(path, &random()?, 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))
}

/// Puts a new token into a file.
pub(crate) fn renew_token(path: &Path) -> Result<String> {
    let token = new_token()?;
    write_private(path, token.as_bytes(), 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))?;
    Ok(token)
}

fn new_token() -> Result<String> {
    let mut token = String::with_capacity(64);
    for byte in random()? {
        token.push_str(&format!("{byte:02x}"));
    }
    Ok(token)
}

fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("failed to read random bytes")?;
    Ok(bytes)
}

fn failed(path: &Path) -> String {
    format!("failed to read `{}`", path.display())
}

fn load_or_write(path: &Path, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        other => return other.with_context(|| failed(path)),
    }
    if let Some(folder) = path.parent() {
        private_dir(folder)?;
    }
    let temporary = path.with_extension(format!("{}.new", std::process::id()));
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .and_then(|mut file| file.write_all(&make().map_err(std::io::Error::other)?))
        .with_context(|| format!("failed to write `{}`", temporary.display()))?;
    // A hard link never replaces: whoever comes second takes the first one's.
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary).with_context(|| failed(path))?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| failed(path))
        }
        Ok(()) | Err(_) => fs::read(path).with_context(|| failed(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_is_made_once_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("api-token");
        let token = load_or_make_token(&path).unwrap();
        assert_eq!(token.len(), 64);
        assert_eq!(load_or_make_token(&path).unwrap(), token);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let new = renew_token(&path).unwrap();
        assert_ne!(new, token);
        assert_eq!(load_or_make_token(&path).unwrap(), new);

        let path = folder.path().join("cookie.key");
        let key = load_or_make(&path).unwrap();
        assert_eq!(load_or_make(&path).unwrap(), key);
        renew(&path).unwrap();
        assert_ne!(load_or_make(&path).unwrap(), key);
    }

    #[test]
    fn a_broken_file_is_named_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("broken");
        fs::write(&path, "short").unwrap();
        for error in [
            load_or_make(&path).unwrap_err(),
            load_or_make_token(&path).unwrap_err(),
        ] {
            assert!(format!("{error:#}").contains("broken"), "{error:#}");
        }
        assert_eq!(fs::read(&path).unwrap(), b"short");
    }
}
