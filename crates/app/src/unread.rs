//! Payloads that could not be read, kept for study: few, short, secrets masked.

use crate::places::{Places, private_dir, write_private};
use ringfence_enrich::Masker;
use ringfence_event::EventKey;
use std::fs;

/// Most files, and most bytes of each.
const MOST: usize = 64;
const LONGEST: usize = 256 * 1024;

/// Keeps a payload if there is room; what cannot be kept is only counted in its event.
pub(crate) fn keep(places: &Places, key: EventKey, payload: &[u8], masker: &Masker) {
    let folder = places.unread();
    if payload.is_empty() || private_dir(&places.state).is_err() || private_dir(&folder).is_err() {
        return;
    }
    let full = fs::read_dir(&folder).map_or(true, |entries| entries.count() >= MOST);
    if full {
        return;
    }
    let text = String::from_utf8_lossy(payload.get(..LONGEST).unwrap_or(payload));
    let harmless = masker.mask(&text, &mut Vec::new());
    let kept = harmless.as_deref().unwrap_or(&text);
    // A disk that refuses is told by the store, which has more at stake.
    write_private(&folder.join(format!("{key}.txt")), kept.as_bytes(), 0o600).unwrap_or_default();
}
