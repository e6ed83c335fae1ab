//! What people decided about incidents: one small file each, so that a command can decide beside the
//! daemon.

use crate::places::{Places, private_dir, write_private};
use anyhow::{Context, Result, bail};
use ringfence_event::FindingId;
use ringfence_incident::Handling;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Longest reason, in bytes.
pub(crate) const LONGEST_REASON: usize = 4096;

/// Reads what was decided; `None` if nothing was.
pub(crate) fn load(places: &Places, incident: &FindingId) -> Result<Option<Handling>> {
    let path = file(places, incident)?;
    let mut text = Vec::new();
    match fs::File::open(&path) {
        Ok(file) => file.take(LARGEST).read_to_end(&mut text),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => Err(error),
    }
    .with_context(|| format!("failed to read `{}`", path.display()))?;
    let handling = serde_json::from_slice(&text)
        .with_context(|| format!("`{}` is damaged", path.display()))?;
    Ok(Some(handling))
}

/// Writes down what was decided.
pub(crate) fn save(places: &Places, incident: &FindingId, handling: &Handling) -> Result<()> {
    if handling.reason.trim().is_empty() {
        bail!("there is no reason\nhint: say why, for whoever reads it later");
    }
    if handling.reason.len() > LONGEST_REASON {
        bail!("the reason is longer than {LONGEST_REASON} bytes");
    }
    let path = file(places, incident)?;
    private_dir(&places.data)?;
    private_dir(&places.incidents())?;
    let text = serde_json::to_vec_pretty(handling)?;
    write_private(&path, &text, 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))
}

/// Forgets what was decided.
pub(crate) fn forget(places: &Places, incident: &FindingId) -> Result<()> {
    let path = file(places, incident)?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("failed to remove `{}`", path.display()))
        }
        _ => Ok(()),
    }
}

/// The file of an incident; an id that is none names no file.
fn file(places: &Places, incident: &FindingId) -> Result<PathBuf> {
    let name = incident.as_str();
    if name.len() != 8 || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        bail!(
            "`{}` is no id of an incident",
            ringfence_store::visible(name)
        );
    }
    Ok(places.incidents().join(format!("{name}.json")))
}
