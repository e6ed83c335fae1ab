//! Which changes wait for a person's word, and how that word is kept.
//!
//! **Invariant:** an approval speaks of one content of one file, whatever else changes.

use super::baseline::{self, Baseline};
use super::inventory::Layer;
use crate::judge::Judge;
use crate::places::Places;
use anyhow::Result;
use ringfence_agents::TrustedKind;
use ringfence_event::{Difference, DifferenceKind};
use std::path::Path;

/// The name of the approval of a content for a path.
pub(crate) fn approval(judge: &Judge, path: &Path, digest: &str) -> String {
    let both = format!("{}\0{digest}", path.display());
    judge.fingerprint(both.as_bytes())
}

/// Approves what Ringfence itself wrote, if what stood there before was approved or not known yet: a
/// change of somebody else's does not slip through with ours. `None` stands for no file.
pub(crate) fn approve_own(
    places: &Places,
    path: &Path,
    before: Option<&str>,
    after: Option<&str>,
) -> Result<()> {
    let judge = Judge::load(places)?;
    let digest = |text: Option<&str>| {
        text.map_or_else(String::new, |text| judge.fingerprint(text.as_bytes()))
    };
    let known = Baseline::load(places).ok().flatten();
    let entry = known.as_ref().and_then(|known| known.files.get(path));
    let was = digest(before);
    let fine = entry.is_none_or(|entry| entry.approved.digest == was)
        || baseline::is_approved(places, &approval(&judge, path, &was));
    if fine {
        baseline::approve(places, &approval(&judge, path, &digest(after)))?;
    }
    Ok(())
}

/// What is told of a file that is seen for the first time: in a project, what would run or open doors;
/// of the user's own files only what the user cannot have seen.
pub(super) fn is_told_at_first(layer: Layer, kind: DifferenceKind) -> bool {
    match layer {
        Layer::Project => kind <= DifferenceKind::McpServer || kind == DifferenceKind::Unreadable,
        Layer::User | Layer::System => kind <= DifferenceKind::Injection,
    }
}

/// Whether a person should look at a change: at what runs, opens doors, or orders about. Agents write
/// their own memory all the time.
pub(crate) fn needs_approval(kind: TrustedKind, told: &[Difference]) -> bool {
    told.iter().any(|difference| {
        let own = kind == TrustedKind::Memory && difference.kind == DifferenceKind::Instructions;
        let weighs = difference.kind < DifferenceKind::Setting;
        // What is too large or broken may hold anything.
        (weighs || difference.kind == DifferenceKind::Unreadable) && !own
    })
}
