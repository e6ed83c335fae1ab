//! The roots of the machine: to verify services against, and to give to programs that replace them.
//!
//! **Invariant:** no authority of ours is a root that a service is verified against, even where the
//! user put it into the system's store.

use super::folder::{self, FolderError};
use super::{SUBJECT, Standing};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::path::{Path, PathBuf};

/// The file that programs read which replace the system's roots.
const BUNDLE: &str = "bundle.pem";

/// What went wrong with roots.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Not one root was found.
    #[error("found no trusted certificate on this machine")]
    NoRoots,
    /// A file of further roots could not be read.
    #[error("failed to read certificates from `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rustls::pki_types::pem::Error,
    },
    /// The bundle could not be written.
    #[error(transparent)]
    Write(#[from] FolderError),
}

/// Writes the system's roots, those of further files, and the authority's certificate as one file, and
/// returns its path. For programs whose variable replaces the system's roots.
pub fn write_bundle(
    folder: &Path,
    standing: &Standing,
    further: &[PathBuf],
) -> Result<PathBuf, BundleError> {
    let mut text = String::new();
    for root in foreign(further)? {
        let block = pem::Pem::new("CERTIFICATE", root.to_vec());
        text.push_str(&pem::encode_config(
            &block,
            pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF),
        ));
    }
    text.push_str(&standing.certificate);
    let path = folder.join(BUNDLE);
    folder::write(&path, text.as_bytes(), 0o644)?;
    Ok(path)
}

/// Returns the roots that services are verified against.
pub(crate) fn upstream_roots(further: &[PathBuf]) -> Result<RootCertStore, BundleError> {
    let mut roots = RootCertStore::empty();
    let (good, _) = roots.add_parsable_certificates(foreign(further)?);
    if good == 0 {
        return Err(BundleError::NoRoots);
    }
    Ok(roots)
}

/// The system's roots and those of further files, without ours.
fn foreign(further: &[PathBuf]) -> Result<Vec<CertificateDer<'static>>, BundleError> {
    let mut all = rustls_native_certs::load_native_certs().certs;
    for path in further {
        let read = || -> Result<Vec<_>, rustls::pki_types::pem::Error> {
            CertificateDer::pem_file_iter(path)?.collect()
        };
        all.extend(read().map_err(|source| BundleError::Read {
            path: path.clone(),
            source,
        })?);
    }
    let ours = SUBJECT.as_bytes();
    all.retain(|root| !root.windows(ours.len()).any(|part| part == ours));
    Ok(all)
}
