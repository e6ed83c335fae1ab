//! The installation's own random key: 32 bytes that make fingerprints of secrets
//! worthless on another machine.

use crate::places::{Places, private_dir};
use anyhow::{Context, Result};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;

/// Returns the key; the first call makes it. Of two processes that start at once, both get the same one.
pub(crate) fn load_or_make(places: &Places) -> Result<[u8; 32]> {
    let path = places.key_file();
    let failed = || format!("failed to read the installation's key `{}`", path.display());
    match fs::read(&path) {
        Ok(bytes) => {
            return <[u8; 32]>::try_from(bytes.as_slice())
                .ok()
                .with_context(failed)
                .context("it must be 32 bytes; hint: move it away, a new one is made");
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(failed),
    }
    private_dir(&places.data)?;
    let mut key = [0; 32];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut key))
        .context("failed to read random bytes")?;
    let temporary = path.with_extension(format!("{}.new", std::process::id()));
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .and_then(|mut file| file.write_all(&key))
        .with_context(|| format!("failed to write `{}`", temporary.display()))?;
    // A hard link never replaces: whoever comes second takes the first one's key.
    let linked = fs::hard_link(&temporary, &path);
    fs::remove_file(&temporary).with_context(failed)?;
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let bytes = fs::read(&path).with_context(failed)?;
            <[u8; 32]>::try_from(bytes.as_slice())
                .ok()
                .with_context(failed)
        }
        Err(error) => Err(error).with_context(failed),
    }
}
