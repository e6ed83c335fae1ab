//! What kind of file a path names: the strictest answer of what was typed and
//! where its links lead.

mod glob;
mod spots;
mod table;

pub use spots::{Spot, spots};

use crate::{Canaries, Links, paths};
pub(crate) use glob::can_name;
use glob::{Glob, Names};
use ringfence_event::{Access, FileAccess, FileClass};

/// A name with wildcards that has fewer letters of its own is aimed at nothing.
const LEAST_AIMED: usize = 3;

/// The directories that a path is judged by.
#[derive(Clone, Copy, Default)]
pub struct Place<'a> {
    /// Working directory of the agent.
    pub cwd: Option<&'a str>,
    /// The user's home directory.
    pub home: Option<&'a str>,
    /// Files and directories of Ringfence itself, absolute.
    pub guard: &'a [String],
    /// Files that agents trust, by the pattern under which each agent finds them.
    pub trusted: &'a [Trusted],
    /// Decoys that were planted, if any.
    pub canaries: Option<&'a Canaries>,
}

/// A pattern of files that an agent trusts.
pub struct Trusted {
    glob: Glob,
    class: FileClass,
}

impl Trusted {
    /// Reads a pattern: `~/…` below any home, `**/…` anywhere, `/…` absolute.
    pub fn new(pattern: &str, class: FileClass) -> Trusted {
        Trusted {
            glob: Glob::new(pattern),
            class,
        }
    }
}

/// Returns what is touched, with its class.
pub(crate) fn access(
    typed: &str,
    access: Access,
    by: &str,
    place: &Place<'_>,
    links: &dyn Links,
) -> FileAccess {
    let mut full = paths::resolve(typed, place.cwd, place.home);
    let mut class = classify(&full, access, place);
    if let Some(real) = links.real(&full)
        && real != full
    {
        class = class.min(classify(&real, access, place));
        full = real;
    }
    FileAccess {
        path: typed.to_owned(),
        full,
        access,
        class,
        by: by.to_owned(),
    }
}

/// Returns the same as the reading of a decoy, if it is one.
pub(crate) fn decoy(found: &FileAccess, place: &Place<'_>) -> Option<FileAccess> {
    let names_one = |planted: &str| {
        planted == found.full || is_aimed(&found.full) && glob::can_name(&found.full, planted)
    };
    let is_read = found.access == Access::Read;
    let canaries = place.canaries.filter(|_| is_read)?;
    canaries.paths().any(names_one).then(|| FileAccess {
        class: FileClass::Canary,
        ..found.clone()
    })
}

/// Says whether a path with wildcards names more of a file than that it is hidden: `.*` is any.
fn is_aimed(full: &str) -> bool {
    let name = full.rsplit('/').next().unwrap_or(full);
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    full.contains(['*', '?', '[']) && letters.count() >= LEAST_AIMED
}

/// Returns the class of an absolute path. A path with wildcards gets the class of
/// the weightiest file that the wildcards can name.
pub fn classify(full: &str, access: Access, place: &Place<'_>) -> FileClass {
    if place.guard.iter().any(|own| below(full, own)) {
        if access != Access::Read {
            return FileClass::Guard;
        }
        if may_be_a_key(full) {
            return FileClass::Credential;
        }
    }
    let homely = home_relative(full, place.home);
    let subject = homely.as_deref().unwrap_or(full);
    if let Some(class) = table::find(subject, access)
        && !(class == FileClass::Disk && is_placeholder(full))
    {
        return class;
    }
    let names = Names::of(subject);
    if let Some(trusted) = place
        .trusted
        .iter()
        .find(|trusted| trusted.glob.matches(&names))
    {
        return trusted.class;
    }
    if let Some(class) = table::tree(subject) {
        return class;
    }
    // Who deletes what Ringfence lies in deletes Ringfence.
    if access == Access::Delete && place.guard.iter().any(|own| below(own, full)) {
        return FileClass::Guard;
    }
    if place.cwd.is_some_and(|cwd| below(full, cwd)) {
        return FileClass::Project;
    }
    if ["/tmp", "/var/tmp", "/dev/shm"]
        .iter()
        .any(|top| below(full, top))
    {
        return FileClass::Temporary;
    }
    if full.starts_with('/') && homely.is_none() {
        return FileClass::System;
    }
    FileClass::Other
}

/// `/dev/sdX`: a manual's word for some disk; the kernel names none with capital letters.
fn is_placeholder(full: &str) -> bool {
    let name = full.strip_prefix("/dev/").unwrap_or_default();
    !name.contains('/') && name.bytes().any(|letter| letter.is_ascii_uppercase())
}

/// Ringfence's own secrets: who has them signs in to its dashboard, knows masked
/// secrets again, or knows which files are decoys.
const KEYS: [&str; 4] = ["api-token", "canaries.json", "cookie.key", "key"];

/// Whether one of Ringfence's files, by its path, can be one of [`KEYS`].
fn may_be_a_key(full: &str) -> bool {
    let name = full.rsplit('/').next().unwrap_or(full);
    KEYS.contains(&name) || name.contains(['*', '?', '['])
}

/// Whether `path` is `top` or lies below it.
fn below(path: &str, top: &str) -> bool {
    path.strip_prefix(top.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns `~/…` for a path below any user's home directory.
fn home_relative(full: &str, home: Option<&str>) -> Option<String> {
    if let Some(home) = home
        && home != "/"
        && below(full, home)
    {
        return full.get(home.len()..).map(|rest| format!("~{rest}"));
    }
    if below(full, "/root") {
        return full.get("/root".len()..).map(|rest| format!("~{rest}"));
    }
    let rest = full
        .strip_prefix("/home/")
        .or_else(|| full.strip_prefix("/Users/"))?;
    match rest.split_once('/') {
        Some((_user, inside)) => Some(format!("~/{inside}")),
        None if rest.is_empty() => None,
        None => Some("~".to_owned()),
    }
}

#[cfg(test)]
mod tests;
