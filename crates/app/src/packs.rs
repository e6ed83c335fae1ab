//! The rules in force: the built-in packs and the user's own, from `rules/*.yml`.

use crate::places::Places;
use anyhow::{Context, Result};
use ringfence_detect::{LoadError, Pack, RuleSet};
use ringfence_enrich::{Masker, NoLinks, Place};
use std::fs;
use std::path::{Path, PathBuf};

/// Home of the imagined user in whose place examples happen.
const EXAMPLE_HOME: &str = "/home/dev";

/// A file of rules: its name and its text.
pub(crate) type OwnPack = (String, String);

/// Compiles all rules. A user's file with an error is left out and named.
pub(crate) fn compile(places: &Places, problems: &mut Vec<String>) -> Result<RuleSet> {
    let mut good: Vec<OwnPack> = Vec::new();
    for pack in own(&places.rules(), problems) {
        good.push(pack);
        if let Err(error) = with_builtin(&good) {
            problems.push(format!("{error}; this file is left out"));
            good.pop();
        }
    }
    with_builtin(&good).context("the built-in rules are broken")
}

fn with_builtin(own: &[OwnPack]) -> Result<RuleSet, LoadError> {
    let mut packs: Vec<Pack<'_>> = ringfence_detect::builtin().to_vec();
    packs.extend(own.iter().map(as_pack));
    RuleSet::compile(&packs)
}

fn as_pack((name, text): &OwnPack) -> Pack<'_> {
    Pack { name, text }
}

/// Compiles a file of rules by itself and tries its rules on their own examples.
pub(crate) fn test(pack: &OwnPack) -> Result<RuleSet, LoadError> {
    let rules = RuleSet::compile(&[as_pack(pack)])?;
    try_examples(&rules)?;
    Ok(rules)
}

/// Returns the user's own files.
pub(crate) fn own(folder: &Path, problems: &mut Vec<String>) -> Vec<OwnPack> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|ending| ending == "yml" || ending == "yaml")
        })
        .collect();
    files.sort();
    let mut packs = Vec::new();
    for path in files {
        match fs::read_to_string(&path) {
            Ok(text) => packs.push((path.display().to_string(), text)),
            Err(error) => problems.push(format!("failed to read `{}`: {error}", path.display())),
        }
    }
    packs
}

/// Tries that each rule matches its examples and none of its negative examples.
pub(crate) fn try_examples(rules: &RuleSet) -> Result<(), LoadError> {
    let masker = Masker::new([0; 32]);
    example_place(|place| {
        rules.check_examples(|example| {
            let mut event = example.event();
            ringfence_enrich::enrich(&mut event, place, &NoLinks, &masker);
            event
        })
    })
}

/// The place of the imagined user.
pub(crate) fn example_place<T>(work: impl FnOnce(&Place<'_>) -> T) -> T {
    let trusted = crate::judge::trusted();
    let guard = [
        format!("{EXAMPLE_HOME}/.config/ringfence"),
        format!("{EXAMPLE_HOME}/.local/share/ringfence"),
        format!("{EXAMPLE_HOME}/.local/state/ringfence"),
        "/usr/local/bin/ringfence".to_owned(),
    ];
    work(&Place {
        cwd: None,
        home: Some(EXAMPLE_HOME),
        guard: &guard,
        trusted: &trusted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_hold_their_own_examples() {
        let rules = RuleSet::compile(ringfence_detect::builtin()).unwrap();
        assert!(rules.rules().count() > 10);
        if let Err(error) = try_examples(&rules) {
            panic!("{error}");
        }
    }
}
