//! Findings that are known: they stay silent wherever their lines move.
//!
//! **Invariant:** the file holds no secret and nothing that a secret could be tried
//! against: its fingerprints follow from the masked forms that stand beside them.

use super::Finding;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

const SCHEMA: u32 = 1;

/// The file.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    schema: u32,
    findings: BTreeSet<Entry>,
}

/// One known finding; what is not needed to know it again is for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Entry {
    path: String,
    kind: String,
    masked: String,
    fingerprint: String,
}

/// What is known.
#[derive(Debug, Default)]
pub(crate) struct Baseline {
    /// Paths in the file are from where it lies.
    folder: PathBuf,
    known: BTreeSet<(String, String)>,
}

impl Baseline {
    /// Reads a file.
    pub(crate) fn load(path: &Path) -> Result<Baseline> {
        read(path).with_context(|| {
            format!(
                "failed to read the baseline `{}`\nhint: `ringfence scan … --write-baseline FILE` makes one",
                path.display()
            )
        })
    }

    /// Whether a finding is known.
    pub(crate) fn knows(&self, finding: &Finding) -> bool {
        let place = (
            from(&self.folder, &finding.path),
            finding.fingerprint.to_string(),
        );
        self.known.contains(&place)
    }
}

fn read(path: &Path) -> Result<Baseline> {
    let mut text = String::new();
    File::open(path)?
        .take(LARGEST + 1)
        .read_to_string(&mut text)?;
    if u64::try_from(text.len())? > LARGEST {
        bail!("it is larger than {LARGEST} bytes");
    }
    let document: Document = serde_json::from_str(&text)?;
    if document.schema != SCHEMA {
        bail!("its schema is {}, not {SCHEMA}", document.schema);
    }
    Ok(Baseline {
        folder: folder(path)?,
        known: document
            .findings
            .into_iter()
            .map(|entry| (entry.path, entry.fingerprint))
            .collect(),
    })
}

/// Writes the findings; returns how many different ones.
pub(crate) fn write(path: &Path, findings: &[Finding]) -> Result<usize> {
    let folder = folder(path)?;
    let findings: BTreeSet<Entry> = findings
        .iter()
        .map(|finding| Entry {
            path: from(&folder, &finding.path),
            kind: finding.kind.clone(),
            // An injection's words would be one here too.
            masked: match finding.category {
                super::Category::Secret | super::Category::Personal => finding.shown.clone(),
                super::Category::Injection | super::Category::Hidden => String::new(),
            },
            fingerprint: finding.fingerprint.to_string(),
        })
        .collect();
    let count = findings.len();
    let document = Document {
        schema: SCHEMA,
        findings,
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    std::fs::write(path, text).with_context(|| format!("failed to write `{}`", path.display()))?;
    Ok(count)
}

fn folder(path: &Path) -> Result<PathBuf> {
    let whole = std::path::absolute(path)?;
    let folder = whole.parent().context("it has no directory")?;
    Ok(folder.canonicalize()?)
}

/// A path as seen from the baseline's directory, so that it is the same in every clone.
fn from(folder: &Path, path: &str) -> String {
    let whole = Path::new(path)
        .canonicalize()
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| PathBuf::from(path));
    let short = whole.strip_prefix(folder).unwrap_or(&whole);
    short.to_string_lossy().into_owned()
}
