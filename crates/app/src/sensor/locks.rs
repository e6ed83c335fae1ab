//! What the user decided beside rules: sessions that are locked, and whether all denials in the
//! kernel are lifted. Small files, so that commands can decide beside the daemon, or without it.

use crate::places::{Places, private_dir, write_private};
use anyhow::{Context, Result, bail};
use ringfence_event::SessionId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;

/// Most sessions that are locked at once, and the largest file that lists them, in bytes.
const MOST: usize = 256;
const LARGEST: u64 = 1024 * 1024;

/// Locked sessions, each with what it may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Locks(pub(crate) BTreeMap<SessionId, Vec<String>>);

impl Locks {
    /// Reads the file; none is locked if there is none.
    pub(crate) fn load(places: &Places) -> Result<Locks> {
        let path = places.locks();
        let failed = || format!("failed to read `{}`", path.display());
        match fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Locks::default()),
            Err(error) => return Err(error).with_context(failed),
            Ok(found) if found.len() > LARGEST => {
                bail!("`{}` is larger than {LARGEST} bytes", path.display())
            }
            Ok(_) => {}
        }
        let text = fs::read(&path).with_context(failed)?;
        serde_json::from_slice(&text).with_context(failed)
    }

    /// Locks a session.
    pub(crate) fn lock(&mut self, session: SessionId, allow: Vec<String>) -> Result<()> {
        if self.0.len() >= MOST && !self.0.contains_key(&session) {
            bail!(
                "{MOST} sessions are locked already\nhint: unlock those that are over, with `ringfence unlock SESSION`"
            );
        }
        self.0.insert(session, allow);
        Ok(())
    }

    /// Writes the file.
    pub(crate) fn save(&self, places: &Places) -> Result<()> {
        private_dir(&places.state)?;
        let path = places.locks();
        let text = serde_json::to_vec(self)?;
        write_private(&path, &text, 0o600)
            .with_context(|| format!("failed to write `{}`", path.display()))
    }
}

/// Says whether the user has lifted all denials in the kernel.
pub(crate) fn is_released(places: &Places) -> bool {
    places.released().exists()
}

/// Lifts all denials in the kernel, or takes that back.
pub(crate) fn release(places: &Places, lifted: bool) -> Result<()> {
    private_dir(&places.state)?;
    let path = places.released();
    let done = if lifted {
        write_private(&path, b"", 0o600)
    } else {
        match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            other => other,
        }
    };
    done.with_context(|| format!("failed to change `{}`", path.display()))
}
