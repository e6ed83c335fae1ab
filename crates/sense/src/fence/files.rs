//! Files that the tree must not read, by Landlock (landlock(7)).
//!
//! Landlock only allows: to deny a directory, all its neighbours on the way up are allowed one by one.
//! So a file that is made later directly in one of the directories above can be written but not read.
//! Only reading, and moving a file out to where it could be read, is denied.

use super::FenceError;
use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Most neighbours that are allowed one by one.
const MOST_NEIGHBOURS: usize = 20_000;

/// Makes the rules; they hold for whoever takes them on, and for all of its children, for ever.
pub(super) fn prepare(denied: &[PathBuf]) -> Result<Option<RulesetCreated>, FenceError> {
    let denied: BTreeSet<PathBuf> = denied
        .iter()
        .map(|path| {
            fs::canonicalize(path).map_err(|source| FenceError::DenyRead {
                path: path.display().to_string(),
                source,
            })
        })
        .collect::<Result<_, _>>()?;
    if denied.is_empty() {
        return Ok(None);
    }
    if denied.contains(Path::new("/")) {
        return Err(FenceError::DenyAll);
    }
    let mut rules = ruleset().map_err(|error| landlock_error(&error))?;
    for path in neighbours(&denied)? {
        // What is gone meanwhile, or may not be opened, is not read either.
        if let Ok(handle) = PathFd::new(&path) {
            let rule = PathBeneath::new(handle, AccessFs::ReadFile);
            rules = rules
                .add_rule(rule)
                .map_err(|error| landlock_error(&error))?;
        }
    }
    let root = PathFd::new("/").map_err(|error| FenceError::Landlock(error.to_string()))?;
    let moves = PathBeneath::new(root, AccessFs::Refer);
    Ok(Some(
        rules
            .add_rule(moves)
            .map_err(|error| landlock_error(&error))?,
    ))
}

fn landlock_error(error: &landlock::RulesetError) -> FenceError {
    FenceError::Landlock(error.to_string())
}

/// Denies reading where nothing else is said. Moving between directories is denied by every such
/// set of rules unless it is handled, which kernels since 5.19 can.
fn ruleset() -> Result<RulesetCreated, landlock::RulesetError> {
    let moves: BitFlags<AccessFs> = AccessFs::from_all(ABI::V2) & AccessFs::Refer;
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::ReadFile)?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(moves)?
        .create()
}

/// Everything beside the way from the root to what is denied.
fn neighbours(denied: &BTreeSet<PathBuf>) -> Result<Vec<PathBuf>, FenceError> {
    let mut found = Vec::new();
    let mut left = vec![PathBuf::from("/")];
    while let Some(path) = left.pop() {
        if denied.contains(&path) {
            continue;
        }
        if denied.iter().any(|one| one.starts_with(&path)) {
            let entries = fs::read_dir(&path).map_err(|source| FenceError::DenyRead {
                path: path.display().to_string(),
                source,
            })?;
            left.extend(entries.flatten().map(|entry| entry.path()));
        } else if !path.is_symlink() {
            found.push(path);
        }
        if found.len() > MOST_NEIGHBOURS {
            return Err(FenceError::Landlock(format!(
                "more than {MOST_NEIGHBOURS} files stand beside what is denied"
            )));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_all_but_the_way_and_its_end() {
        let directory = tempfile::tempdir().unwrap();
        let home = directory.path().canonicalize().unwrap();
        for below in [".ssh/keys", "project/src"] {
            fs::create_dir_all(home.join(below)).unwrap();
        }
        fs::write(home.join("note"), "").unwrap();
        std::os::unix::fs::symlink(home.join(".ssh"), home.join("link")).unwrap();
        let denied = BTreeSet::from([home.join(".ssh")]);
        let mut found = neighbours(&denied).unwrap();
        found.retain(|path| path.starts_with(&home));
        found.sort();
        assert_eq!(found, [home.join("note"), home.join("project")]);
    }

    #[test]
    fn what_is_not_there_can_not_be_denied() {
        let missing = PathBuf::from("/nowhere/at/all");
        assert!(matches!(
            prepare(&[missing]),
            Err(FenceError::DenyRead { .. })
        ));
        assert!(matches!(prepare(&["/".into()]), Err(FenceError::DenyAll)));
        assert!(matches!(prepare(&[]), Ok(None)));
    }
}
