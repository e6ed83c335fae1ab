//! Which trusted files there are, by walking the few directories that can hold one.
//!
//! **Invariant:** nothing is read here but names and what the file system says of files; no walk
//! enters `node_modules`, and each is bounded.

use super::tree::{self, Node, Place};
use crate::places::Places;
use ringfence_agents::TrustedKind;
use serde::{Deserialize, Serialize};
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Most names of one directory that are looked at.
const MOST_NAMES: usize = 4096;
/// Most files of one base.
const MOST_FILES: usize = 2000;
/// Most directories of one base that are entered for files.
const MOST_FOLDERS: usize = 512;
/// Most directories of a project that are searched for files beside its root, and how deep.
const MOST_SEARCHED: usize = 2000;
const DEEPEST_SEARCHED: usize = 6;

/// For whom a file counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Layer {
    /// For everything that this user does.
    User,
    /// For one project.
    Project,
    /// For every user.
    System,
}

impl Layer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Layer::User => "user",
            Layer::Project => "project",
            Layer::System => "system",
        }
    }
}

/// A directory below which trusted files are looked for.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    pub(crate) path: PathBuf,
    pub(crate) layer: Layer,
    /// The same path leads here by other names, such as `CLAUDE_CONFIG_DIR`.
    starts: Vec<(PathBuf, &'static Node)>,
    /// Whether directories inside may hold files of their own.
    searched: bool,
}

/// What the file system says of a file; if it is the same, so is the file. `ctime` cannot be set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    changed: (i64, i64),
    size: u64,
    inode: u64,
}

impl Stamp {
    pub(crate) fn of(found: &Metadata) -> Stamp {
        Stamp {
            changed: (found.ctime(), found.ctime_nsec()),
            size: found.size(),
            inode: found.ino(),
        }
    }

    /// When the file last changed, in microseconds.
    pub(super) fn at(self) -> i64 {
        let (seconds, nanoseconds) = self.changed;
        seconds.saturating_mul(1_000_000) + nanoseconds / 1000
    }
}

/// A trusted file that is there.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) kind: TrustedKind,
    pub(crate) stamp: Stamp,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) files: Vec<Found>,
    /// Directories to be watched, the most telling first.
    pub(super) folders: Vec<(PathBuf, Place)>,
    /// Whether a limit left something out.
    pub(super) cut: bool,
}

/// What counts for everything that this user does, and for every user.
pub(crate) fn standing(places: &Places) -> Vec<Base> {
    let agents = places.agents();
    let mut starts = vec![(places.home.clone(), tree::home())];
    for (moved, usual) in [
        (agents.claude_config_dir, ".claude"),
        (agents.codex_home, ".codex"),
    ] {
        let inside = tree::home().child(usual);
        starts.extend(moved.zip(inside));
    }
    let user = Base {
        path: places.home.clone(),
        layer: Layer::User,
        starts,
        searched: false,
    };
    let system = Base {
        path: PathBuf::from("/"),
        layer: Layer::System,
        starts: vec![(PathBuf::from("/"), tree::system())],
        searched: false,
    };
    vec![user, system]
}

/// Returns the project that a session's directory belongs to: the repository around it, else the
/// directory alone. The home directory is no project.
pub(crate) fn project_of(cwd: &Path, home: &Path) -> Option<Base> {
    let cwd = cwd.canonicalize().ok().filter(|cwd| cwd.is_dir())?;
    let home = home.canonicalize().unwrap_or_else(|_| home.to_owned());
    let outside = |folder: &Path| home.starts_with(folder);
    let repository = cwd
        .ancestors()
        .take_while(|folder| !outside(folder))
        .find(|folder| folder.join(".git").exists());
    let path = repository.unwrap_or(&cwd).to_owned();
    if path == home || path.to_str().is_none() {
        return None;
    }
    let above = path.ancestors().skip(1);
    // Agents read instructions above the project too. Elsewhere than at home, what lies above is
    // `/tmp` and the like.
    let above = above.take_while(|folder| folder.starts_with(&home) && *folder != home);
    let mut starts = vec![(path.clone(), tree::project())];
    starts.extend(above.map(|folder| (folder.to_owned(), tree::anywhere())));
    Some(Base {
        layer: Layer::Project,
        searched: repository.is_some(),
        path,
        starts,
    })
}

impl Base {
    /// Finds its files; `inside` are directories that [`Base::search`] found.
    pub(crate) fn survey(&self, inside: &[PathBuf]) -> Survey {
        let mut survey = Survey::default();
        for (path, node) in &self.starts {
            survey.visit(path, Place::At(node));
        }
        for path in inside {
            survey.visit(path, Place::At(tree::anywhere()));
        }
        if self.layer == Layer::System {
            // `/` and `/etc` change for a thousand other reasons.
            survey
                .folders
                .retain(|(path, _)| path.components().count() > 2);
        }
        survey
    }

    /// Searches a repository for directories with files of their own.
    pub(crate) fn search(&self) -> (Vec<PathBuf>, bool) {
        let mut found = Vec::new();
        let mut left = vec![(self.path.clone(), 0)];
        let mut searched = 0;
        while let Some((folder, depth)) = left.pop().filter(|_| self.searched) {
            searched += 1;
            if searched > MOST_SEARCHED {
                return (found, true);
            }
            let mut holds = false;
            for (name, is_folder) in names(&folder).0 {
                holds |= Place::At(tree::anywhere()).cares(&name);
                let enters = is_folder && !name.starts_with('.') && !tree::is_skipped(&name);
                if enters && depth < DEEPEST_SEARCHED {
                    left.push((folder.join(name), depth + 1));
                }
            }
            if holds && depth > 0 {
                found.push(folder);
            }
        }
        found.sort();
        (found, false)
    }
}

impl Survey {
    fn visit(&mut self, folder: &Path, place: Place) {
        if self.folders.len() >= MOST_FOLDERS {
            self.cut = true;
            return;
        }
        if !folder.is_dir() {
            return;
        }
        self.folders.push((folder.to_owned(), place));
        let listed: Vec<String> = match place {
            Place::At(node) if !node.needs_listing() => node.names().map(str::to_owned).collect(),
            Place::At(_) | Place::Below(..) => {
                let (names, cut) = names(folder);
                self.cut |= cut;
                names.into_iter().map(|(name, _)| name).collect()
            }
        };
        for name in listed {
            if place.cares(&name) {
                self.look(folder.join(&name), &name, place);
            }
        }
    }

    fn look(&mut self, path: PathBuf, name: &str, place: Place) {
        // A link is followed: agents do. Below a directory of which everything is trusted, only to
        // files, or a link could lead anywhere.
        let Ok(found) = fs::metadata(&path) else {
            return;
        };
        if found.is_dir() {
            let is_link = path.is_symlink() && matches!(place, Place::Below(..));
            if let Some(inside) = place.folder(name).filter(|_| !is_link) {
                self.visit(&path, inside);
            }
        } else if found.is_file()
            && let Some(kind) = place.file(name)
        {
            if self.files.len() >= MOST_FILES {
                self.cut = true;
                return;
            }
            self.files.push(Found {
                path,
                kind,
                stamp: Stamp::of(&found),
            });
        }
    }
}

/// The names in a directory, each with whether it is a directory and no link; and whether there
/// are more.
fn names(folder: &Path) -> (Vec<(String, bool)>, bool) {
    let Ok(entries) = fs::read_dir(folder) else {
        return (Vec::new(), false);
    };
    let mut names = Vec::new();
    for entry in entries.flatten() {
        if names.len() >= MOST_NAMES {
            return (names, true);
        }
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if let Ok(name) = entry.file_name().into_string() {
            names.push((name, is_folder));
        }
    }
    (names, false)
}

#[cfg(test)]
mod tests;
