//! The user's rule files: `*.yml` and `*.yaml` in a directory and those below it, or one file.
//!
//! **Invariant:** bounded, whatever stands there: links in circles, a million files, a file of
//! gigabytes. What is not read is named.

use ringfence_detect::LoadError;
use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Most files and directories that are looked at.
const MOST: usize = 20_000;

/// Directories within directories.
const DEEPEST: usize = 16;

/// Largest rule file that is read, and the most that is read of all, in bytes.
const LARGEST: u64 = 1024 * 1024;
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// A file of rules: its name and its text.
pub(crate) type OwnPack = (String, String);

/// Files that were read, and those that could not be.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) packs: Vec<OwnPack>,
    pub(crate) unread: Vec<LoadError>,
}

/// Reads a file of rules, or all below a directory; one that is not there holds none.
pub(crate) fn read(path: &Path) -> Files {
    let mut files = Files::default();
    let mut left = MOST_BYTES;
    let found = list(path);
    files.unread = found.unread;
    for (path, metadata) in found.files {
        let file = path.display().to_string();
        if metadata.len() > LARGEST {
            files.unread.push(LoadError::TooLong {
                file,
                size: usize::try_from(metadata.len()).unwrap_or(usize::MAX),
                limit: usize::try_from(LARGEST).unwrap_or(usize::MAX),
            });
            continue;
        }
        let Some(rest) = left.checked_sub(metadata.len()) else {
            let why = format!("not read: all files together have more than {MOST_BYTES} bytes");
            files.unread.push(LoadError::Unread { file, why });
            continue;
        };
        left = rest;
        match fs::read_to_string(&path) {
            Ok(text) => files.packs.push((file, text)),
            Err(error) => files.unread.push(LoadError::Unread {
                file,
                why: format!("cannot be read: {error}"),
            }),
        }
    }
    files
}

/// Rule files that are there, in the order of their names.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) files: Vec<(PathBuf, Metadata)>,
    unread: Vec<LoadError>,
    seen: usize,
    folders: BTreeSet<(u64, u64)>,
}

/// Lists rule files without reading them.
pub(crate) fn list(path: &Path) -> Found {
    let mut found = Found::default();
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => found.folder(path, &metadata, 0),
        Ok(metadata) => found.files.push((path.to_owned(), metadata)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => found.cannot(path, &error),
    }
    found
}

impl Found {
    fn folder(&mut self, path: &Path, metadata: &Metadata, depth: usize) {
        if !self.folders.insert((metadata.dev(), metadata.ino())) {
            return;
        }
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return self.cannot(path, &error),
        };
        let room = MOST.saturating_sub(self.seen);
        let mut inside: Vec<PathBuf> = entries
            .flatten()
            .take(room + 1)
            .map(|entry| entry.path())
            .collect();
        if inside.len() > room || depth > DEEPEST {
            return self.unread.push(LoadError::Unread {
                file: path.display().to_string(),
                why: format!(
                    "not read: more than {MOST} files, or more than {DEEPEST} directories deep"
                ),
            });
        }
        self.seen += inside.len();
        inside.sort();
        for path in inside.into_iter().filter(|path| !is_hidden(path)) {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => self.folder(&path, &metadata, depth + 1),
                Ok(metadata) if is_rules(&path) => self.files.push((path, metadata)),
                Err(error) if is_rules(&path) => self.cannot(&path, &error),
                Ok(_) | Err(_) => {}
            }
        }
    }

    fn cannot(&mut self, path: &Path, error: &std::io::Error) {
        self.unread.push(LoadError::Unread {
            file: path.display().to_string(),
            why: format!("cannot be read: {error}"),
        });
    }
}

/// What version control and editors keep beside rules.
fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".")
}

fn is_rules(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == "yml" || ending == "yaml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn rules_are_read_from_folders_in_folders_once() {
        let root = tempfile::tempdir().unwrap();
        let folder = |below: &str| root.path().join(below);
        for below in ["b/c", ".git", "empty"] {
            fs::create_dir_all(folder(below)).unwrap();
        }
        for below in [
            "z.yml",
            "b/a.yaml",
            "b/c/d.yml",
            "b/read.me",
            ".git/x.yml",
            "b/.hid.yml",
        ] {
            fs::write(folder(below), below).unwrap();
        }
        symlink(root.path(), folder("b/circle")).unwrap();
        symlink(folder("nothing"), folder("b/gone.yml")).unwrap();
        fs::write(folder("large.yml"), vec![b'#'; 1024 * 1024 + 1]).unwrap();
        fs::write(folder("bytes.yml"), [0xff, 0xfe]).unwrap();

        let files = read(root.path());
        let texts: Vec<&str> = files.packs.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["b/a.yaml", "b/c/d.yml", "z.yml"]);
        let mut unread: Vec<String> = files
            .unread
            .iter()
            .map(|error| error.file().replace(&root.path().display().to_string(), ""))
            .collect();
        unread.sort();
        assert_eq!(unread, ["/b/gone.yml", "/bytes.yml", "/large.yml"]);

        let one = read(&folder("z.yml"));
        assert_eq!(one.packs.len(), 1);
        assert_eq!(read(&folder("nowhere")).packs, []);
    }
}
