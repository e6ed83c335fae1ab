//! Which files the paths of rules and interests are, as the kernel tells them apart: what stat(2)
//! tells is not it on overlayfs and btrfs, so the kernel is asked about files held open.
//!
//! **Invariant:** bounded in number and depth, whatever a user's directory holds. Nothing is read.

use super::SensorError;
use super::layout::{Inode, Seed};
use super::maps::Maps;
use super::plan::Found;
use crate::{Lift, Policy, Settings};
use rustix::fs::{AtFlags, CWD, Mode, OFlags, open, statat};
use std::collections::{HashMap, HashSet};
use std::fs::read_dir;
use std::os::fd::{AsRawFd, OwnedFd};

/// Files below one rule's path that are held each by itself, so that a second name for one of them
/// does not lead round the rule.
const MOST_BELOW: usize = 512;
/// How deep below a rule's path they are looked for.
const DEEPEST: usize = 3;
/// Paths that are held open at once.
const AT_ONCE: usize = 256;
/// Paths of one user in all.
const MOST: usize = 8192;

/// What tells that a path is still the same file, and a directory the same list of names.
type Sign = (String, Option<(u64, u64, i64, i64)>);

/// The paths that a user's settings and policy name, with what lies below those that are denied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    signs: Vec<Sign>,
    below: HashMap<String, Vec<String>>,
}

impl Wanted {
    /// Looks at the paths without opening any.
    pub(super) fn look(settings: &Settings, policy: &Policy) -> Wanted {
        let (mut own, mut inside) = (Vec::new(), Vec::new());
        let mut below = HashMap::new();
        for rule in &policy.files {
            let mut found = Vec::new();
            list(&rule.path, DEEPEST, &mut found);
            inside.extend(found.iter().cloned());
            below.insert(rule.path.clone(), found);
            own.push(rule.path.clone());
            own.extend(rule.except.iter().cloned());
        }
        for lift in &policy.lifted {
            if let Lift::File { path, .. } = lift {
                own.push(path.clone());
            }
        }
        let interests = settings.interests.iter().filter(|one| !one.ending);
        own.extend(interests.map(|interest| interest.path.clone()));
        let paths = at_most(own, inside);
        let signs = paths.into_iter().map(|path| (sign(&path), path));
        Wanted {
            signs: signs.map(|(sign, path)| (path, sign)).collect(),
            below,
        }
    }

    /// What lies below a rule's path.
    pub(super) fn below(&self, path: &str) -> impl Iterator<Item = &str> {
        self.below
            .get(path)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// The identities by stat(2) of what was found, for who gets files from the kernel as such.
    pub(super) fn stats(&self) -> impl Iterator<Item = (&str, (u64, u64))> {
        self.signs
            .iter()
            .filter_map(|(path, sign)| sign.map(|sign| (path.as_str(), (sign.0, sign.1))))
    }
}

/// The paths to look at, each once: those that rules and interests name come first, so that however
/// much lies below one, none of them is left out for it.
fn at_most(own: Vec<String>, inside: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut paths: Vec<String> = own.into_iter().chain(inside).collect();
    paths.retain(|path| path.starts_with('/') && seen.insert(path.clone()));
    paths.truncate(MOST);
    paths
}

fn sign(path: &str) -> Option<(u64, u64, i64, i64)> {
    let stat = statat(CWD, path, AtFlags::empty()).ok()?;
    let directory = rustix::fs::FileType::from_raw_mode(stat.st_mode).is_dir();
    let changed = if directory {
        (
            stat.st_mtime,
            i64::try_from(stat.st_mtime_nsec).unwrap_or(0),
        )
    } else {
        (0, 0)
    };
    Some((stat.st_dev, stat.st_ino, changed.0, changed.1))
}

fn list(path: &str, depth: usize, found: &mut Vec<String>) {
    let Ok(entries) = read_dir(path) else { return };
    for entry in entries.flatten() {
        if found.len() >= MOST_BELOW {
            return;
        }
        // A link is not followed: what it leads to has its own rules.
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let Ok(inside) = entry.path().into_os_string().into_string() else {
            continue;
        };
        if kind.is_symlink() {
            continue;
        }
        if kind.is_dir() && depth > 1 {
            list(&inside, depth - 1, found);
        }
        found.push(inside);
    }
}

/// Asks the kernel which files these are.
pub(super) fn find(wanted: &Wanted, maps: &Maps) -> Result<Found, SensorError> {
    let mut inodes = HashMap::new();
    let paths: Vec<&String> = wanted.signs.iter().map(|(path, _)| path).collect();
    for paths in paths.chunks(AT_ONCE) {
        let open: Vec<(&String, OwnedFd)> = paths
            .iter()
            .filter_map(|path| {
                let flags = OFlags::PATH | OFlags::CLOEXEC;
                let file = open(path.as_str(), flags, Mode::empty()).ok()?;
                Some((*path, file))
            })
            .collect();
        if open.is_empty() {
            continue;
        }
        maps.set_seed(Seed {
            own: std::process::id(),
            ..Seed::default()
        })?;
        maps.clear("inodes")?;
        maps.iterate("resolve_files")?;
        for (path, file) in &open {
            let number = u32::try_from(file.as_raw_fd()).unwrap_or(u32::MAX);
            if let Some(found) = maps.get("inodes", &number.to_ne_bytes())? {
                inodes.insert((*path).clone(), Inode::read(&found));
            }
        }
    }
    Ok(Found {
        inodes,
        below: wanted.below.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_a_path_pushes_no_named_path_out() {
        let inside: Vec<String> = (0..MOST * 2).map(|one| format!("/full/{one}")).collect();
        let own = ["/full", "not absolute", "/rule", "/full"].map(str::to_owned);
        let paths = at_most(own.to_vec(), inside.clone());
        assert_eq!(paths.len(), MOST);
        assert_eq!(paths[..2], ["/full".to_owned(), "/rule".to_owned()]);
        assert_eq!(paths[2..], inside[..MOST - 2]);
    }
}
