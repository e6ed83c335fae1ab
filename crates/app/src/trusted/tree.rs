//! The patterns of trusted files as a tree of names, so that a walk opens only directories that can
//! hold one.

use ringfence_agents::{TrustedFile, TrustedKind, trusted_files, watched_files};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What may lie in a directory.
#[derive(Debug, Default)]
pub(super) struct Node {
    names: BTreeMap<&'static str, Node>,
    /// Names with `*`.
    globs: Vec<(&'static str, Node)>,
    /// Set if a file of this name is trusted.
    file: Option<TrustedKind>,
    /// Set if every file below is.
    below: Option<TrustedKind>,
}

/// Where a walk stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// At a node of a tree.
    At(&'static Node),
    /// Below a directory of which everything is trusted; so many steps.
    Below(TrustedKind, usize),
}

impl Node {
    fn of(files: impl Iterator<Item = (&'static str, TrustedKind)>) -> Node {
        let mut root = Node::default();
        for (pattern, kind) in files {
            root.add(pattern, kind);
        }
        root
    }

    fn add(&mut self, pattern: &'static str, kind: TrustedKind) {
        let (name, rest) = match pattern.split_once('/') {
            Some((name, rest)) => (name, Some(rest)),
            None => (pattern, None),
        };
        let node = if name.contains('*') {
            let known = self.globs.iter().position(|(glob, _)| *glob == name);
            let place = known.unwrap_or_else(|| {
                self.globs.push((name, Node::default()));
                self.globs.len() - 1
            });
            self.globs.get_mut(place).map(|(_, node)| node)
        } else {
            Some(self.names.entry(name).or_default())
        };
        let Some(node) = node else { return };
        match rest {
            None => {
                node.file.get_or_insert(kind);
            }
            Some("**") => {
                node.below.get_or_insert(kind);
            }
            Some(rest) => node.add(rest, kind),
        }
    }

    /// The names that it knows without looking.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.names.keys().copied()
    }

    /// Whether a name cannot be known without listing the directory.
    pub(super) fn needs_listing(&self) -> bool {
        !self.globs.is_empty()
    }

    /// The node below a name.
    pub(super) fn child(&self, name: &str) -> Option<&Node> {
        let exact = self.names.get(name);
        exact.or_else(|| {
            let mut globs = self.globs.iter();
            globs
                .find(|(glob, _)| fits(glob, name))
                .map(|(_, node)| node)
        })
    }

    /// What a file of this name is.
    pub(super) fn file(&self, name: &str) -> Option<TrustedKind> {
        self.child(name)?.file
    }
}

impl Place {
    /// What a file of this name is here.
    pub(super) fn file(self, name: &str) -> Option<TrustedKind> {
        match self {
            Place::At(node) => node.file(name),
            Place::Below(kind, _) => is_told(name).then_some(kind),
        }
    }

    /// Where a directory of this name leads.
    pub(super) fn folder(self, name: &str) -> Option<Place> {
        match self {
            Place::At(node) => {
                let child = node.child(name)?;
                match child.below {
                    Some(kind) => Some(Place::Below(kind, 0)),
                    None if child.names.is_empty() && child.globs.is_empty() => None,
                    None => Some(Place::At(child)),
                }
            }
            Place::Below(_, steps) if steps >= DEEPEST || is_skipped(name) => None,
            Place::Below(kind, steps) => Some(Place::Below(kind, steps + 1)),
        }
    }

    /// Whether anything of this name matters here.
    pub(super) fn cares(self, name: &str) -> bool {
        self.file(name).is_some() || self.folder(name).is_some()
    }
}

/// Most directories below each other where everything is trusted.
const DEEPEST: usize = 6;

/// Directories that are never entered: what is in them is installed or made, not obeyed.
pub(super) fn is_skipped(name: &str) -> bool {
    const SKIPPED: [&str; 9] = [
        "node_modules",
        ".git",
        "target",
        "vendor",
        "dist",
        "build",
        "venv",
        ".venv",
        "__pycache__",
    ];
    SKIPPED.contains(&name)
}

/// Pictures, archives and what editors leave behind are no words and no programs.
fn is_told(name: &str) -> bool {
    const OTHERS: [&str; 14] = [
        "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "woff", "woff2", "zip", "gz", "lock",
        "swp", "log",
    ];
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    !OTHERS.contains(&ending) && !name.ends_with('~') && !name.ends_with(".sample")
}

/// Whether a name fits a pattern with one or more `*`.
fn fits(glob: &str, name: &str) -> bool {
    let Some((first, last)) = glob.split_once('*') else {
        return glob == name;
    };
    // `*` alone stands for what a person put there: not for the samples that git ships.
    let whole = glob != "*" || is_told(name);
    whole
        && name.len() >= first.len() + last.len()
        && name.starts_with(first)
        && name.ends_with(last)
}

fn below(files: &'static [TrustedFile], start: &str) -> Vec<(&'static str, TrustedKind)> {
    let files = files.iter();
    files
        .filter_map(|file| Some((file.pattern.strip_prefix(start)?, file.kind)))
        .collect()
}

/// What may lie in a home directory.
pub(super) fn home() -> &'static Node {
    static HOME: LazyLock<Node> = LazyLock::new(|| {
        let own = below(watched_files(), "~/");
        Node::of(own.into_iter().chain(below(watched_files(), "**/")))
    });
    &HOME
}

/// What may lie in a project's directory.
pub(super) fn project() -> &'static Node {
    static PROJECT: LazyLock<Node> =
        LazyLock::new(|| Node::of(below(watched_files(), "**/").into_iter()));
    &PROJECT
}

/// What may lie in any directory of a project and above it: the files of agents.
pub(super) fn anywhere() -> &'static Node {
    static ANYWHERE: LazyLock<Node> =
        LazyLock::new(|| Node::of(below(trusted_files(), "**/").into_iter()));
    &ANYWHERE
}

/// What may lie below the root directory.
pub(super) fn system() -> &'static Node {
    static SYSTEM: LazyLock<Node> =
        LazyLock::new(|| Node::of(below(watched_files(), "/").into_iter()));
    &SYSTEM
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place behind some directories.
    fn at(start: &'static Node, path: &str) -> Option<Place> {
        let mut names = path.split('/').filter(|name| !name.is_empty());
        names.try_fold(Place::At(start), Place::folder)
    }

    #[test]
    fn a_walk_enters_only_what_can_hold_a_file() {
        let cases = [
            ("", "CLAUDE.md", Some(TrustedKind::Instructions)),
            ("", "main.rs", None),
            (
                ".claude",
                "settings.local.json",
                Some(TrustedKind::Settings),
            ),
            (".claude/skills/a/b", "SKILL.md", Some(TrustedKind::Skill)),
            (".claude/skills/a", "logo.png", None),
            (".git", "config", Some(TrustedKind::Git)),
            (".git", "index", None),
            (".git/hooks", "pre-commit", Some(TrustedKind::Git)),
            (".git/hooks", "pre-commit.sample", None),
        ];
        for (folder, name, wanted) in cases {
            let place = at(project(), folder).unwrap();
            assert_eq!(place.file(name), wanted, "{folder}/{name}");
        }
        for closed in [
            "node_modules",
            ".git/objects",
            "src",
            ".claude/skills/node_modules",
        ] {
            assert!(at(project(), closed).is_none(), "{closed}");
        }
        assert!(at(home(), ".claude/projects/x/memory").is_some());
        assert!(at(system(), "etc/claude-code").is_some());
        assert!(at(anywhere(), ".git").is_none());
    }
}
