//! Where an authority lies: its certificate, its key, and a page that says which version stands.
//!
//! **Invariant:** a key is created readable by its user alone, and one that others may read is not
//! used. What stands is changed by one rename; of a version that was left, only the certificate stays,
//! so that it can still be taken out of a trust store.

use super::{AuthorityError, make_authority};
use crate::hosts::Hosts;
use rcgen::KeyPair;
use ringfence_event::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// An authority that ends sooner is replaced.
const RENEW_BEFORE_MICROS: i64 = 30 * 24 * 3600 * 1_000_000;

/// Says which version stands.
const PAGE: &str = "authority.json";

/// Which authority stands in a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Counts up with each authority of the folder.
    pub version: u32,
    /// The names it may sign for, with all below each.
    pub names: Vec<String>,
    /// The addresses it may sign for.
    pub addresses: Vec<IpAddr>,
    /// When it ends.
    pub expires: Timestamp,
    /// Its certificate, as PEM.
    pub certificate: String,
}

/// What opening a folder did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The authority that stood there is used.
    Kept,
    /// A new one was made: whoever trusted an earlier one does not trust it yet.
    Made(Why),
}

/// Why a new authority was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// There was none.
    First,
    /// The one there ends soon.
    EndsSoon,
    /// The one there may not sign for these.
    MoreHosts(Vec<String>),
}

/// What went wrong with the folder of an authority.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file could not be read or written.
    #[error("failed to use `{}`", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The page is not ours.
    #[error("`{}` does not say which authority stands; `ringfence ca rotate` makes a new one", path.display())]
    Page {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The key may be read by others.
    #[error("others than its user may read the key `{}`; `ringfence ca rotate` makes a new one", .0.display())]
    Exposed(PathBuf),
}

/// Opens the authority of a folder, or makes one.
pub(super) fn open(
    folder: &Path,
    hosts: &Hosts,
    now: Timestamp,
) -> Result<((Standing, KeyPair), Opened), AuthorityError> {
    let why = match read_standing(folder)? {
        None => Why::First,
        Some(standing) if standing.expires.0.saturating_sub(now.0) < RENEW_BEFORE_MICROS => {
            Why::EndsSoon
        }
        Some(standing) => match uncovered(&standing, hosts) {
            more if !more.is_empty() => Why::MoreHosts(more),
            _ => {
                let key = read_key(folder, standing.version)?;
                return Ok(((standing, key), Opened::Kept));
            }
        },
    };
    Ok((renew(folder, hosts, now)?, Opened::Made(why)))
}

/// Makes the next version.
pub(super) fn renew(
    folder: &Path,
    hosts: &Hosts,
    now: Timestamp,
) -> Result<(Standing, KeyPair), AuthorityError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|source| file_error(folder, source))?;
    let left = newest_version(folder)?;
    let version = left + 1;
    let (names, addresses) = (hosts.names(), hosts.addresses());
    let key = KeyPair::generate()?;
    let (certificate, expires) = make_authority(version, &key, &names, &addresses, now)?;
    let standing = Standing {
        version,
        names,
        addresses,
        expires,
        certificate,
    };
    write(
        &key_path(folder, version),
        key.serialize_pem().as_bytes(),
        0o600,
    )?;
    write(
        &certificate_path(folder, version),
        standing.certificate.as_bytes(),
        0o644,
    )?;
    let page = folder.join(PAGE);
    let text = serde_json::to_vec_pretty(&standing).map_err(|source| FolderError::Page {
        path: page.clone(),
        source,
    })?;
    write(&page, &text, 0o644)?;
    match fs::remove_file(key_path(folder, left)) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(file_error(&key_path(folder, left), source).into())
        }
        _ => Ok((standing, key)),
    }
}

/// Reads the page; `None` if there is none.
pub(super) fn read_standing(folder: &Path) -> Result<Option<Standing>, FolderError> {
    let path = folder.join(PAGE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(file_error(&path, source)),
    };
    serde_json::from_slice(&text)
        .map(Some)
        .map_err(|source| FolderError::Page { path, source })
}

/// The certificate of a version.
pub(super) fn certificate_path(folder: &Path, version: u32) -> PathBuf {
    folder.join(format!("authority-{version}.pem"))
}

fn key_path(folder: &Path, version: u32) -> PathBuf {
    folder.join(format!("authority-{version}.key"))
}

fn read_key(folder: &Path, version: u32) -> Result<KeyPair, AuthorityError> {
    let path = key_path(folder, version);
    let about = fs::metadata(&path).map_err(|source| file_error(&path, source))?;
    if about.permissions().mode() & 0o077 != 0 {
        return Err(FolderError::Exposed(path).into());
    }
    let text = fs::read_to_string(&path).map_err(|source| file_error(&path, source))?;
    Ok(KeyPair::from_pem(&text)?)
}

/// The names and addresses of hosts that an authority may not sign for.
fn uncovered(standing: &Standing, hosts: &Hosts) -> Vec<String> {
    let covers = |name: &String| {
        standing
            .names
            .iter()
            .any(|known| name == known || name.ends_with(&format!(".{known}")))
    };
    let names = hosts.names().into_iter().filter(|name| !covers(name));
    let addresses = hosts
        .addresses()
        .into_iter()
        .filter(|address| !standing.addresses.contains(address));
    names
        .chain(addresses.map(|address| address.to_string()))
        .collect()
}

/// The highest version that a certificate lies there of; 0 if none.
fn newest_version(folder: &Path) -> Result<u32, FolderError> {
    let mut newest = 0;
    for entry in fs::read_dir(folder).map_err(|source| file_error(folder, source))? {
        let name = entry
            .map_err(|source| file_error(folder, source))?
            .file_name();
        let version = name
            .to_str()
            .and_then(|name| name.strip_prefix("authority-"))
            .and_then(|rest| rest.strip_suffix(".pem"))
            .and_then(|number| number.parse().ok());
        newest = newest.max(version.unwrap_or(0));
    }
    Ok(newest)
}

/// Writes a file whole or not at all.
pub(super) fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), FolderError> {
    let beside = path.with_extension("new");
    let written = (|| {
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    written.map_err(|source| file_error(path, source))
}

fn file_error(path: &Path, source: io::Error) -> FolderError {
    FolderError::File {
        path: path.to_owned(),
        source,
    }
}
