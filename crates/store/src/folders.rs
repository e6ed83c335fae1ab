//! Where things lie, for their owner only.
//!
//! **Invariant:** every folder made here is 0700 and every file 0600 whatever
//! the umask; a symbolic link in their place, or another user's folder, is refused.

use crate::connection::beside;
use crate::{StoreError, intake};
use rustix::fs::{Mode, OFlags};
use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Where things lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Holds `main.db`, the folder `events` with the segments, and what belongs to them.
    pub data: PathBuf,
    /// Holds the daemon's journal, and the events that were spooled while it was away.
    pub spool: PathBuf,
    /// A second spool on another file system, for the day the first takes nothing.
    pub overflow: Option<PathBuf>,
}

/// What the names of files begin with that wait to be deleted.
const ASIDE: &str = "gone-";

impl Folders {
    pub(crate) fn database(&self) -> PathBuf {
        self.data.join("ringfence.db")
    }

    /// What is small and asked for often.
    pub(crate) fn main(&self) -> PathBuf {
        self.data.join("main.db")
    }

    /// Holds the segments.
    pub(crate) fn events(&self) -> PathBuf {
        self.data.join("events")
    }

    /// A segment's file.
    pub(crate) fn segment(&self, number: u32) -> PathBuf {
        self.events().join(format!("{SEGMENT}{number:05}.db"))
    }

    /// The words of a segment's events.
    pub(crate) fn search(&self, number: u32) -> PathBuf {
        self.events().join(format!("{SEGMENT}{number:05}.fts.db"))
    }

    /// Takes a segment out of the way: nobody finds it any more, and what takes its time,
    /// deleting big files, is left to [`Folders::delete_set_aside`].
    pub(crate) fn set_aside(&self, number: u32) -> Result<(), StoreError> {
        for path in [self.segment(number), self.search(number)] {
            for suffix in ["-wal", "-shm"] {
                intake::remove(&beside(&path, suffix))?;
            }
            let name = path.file_name().unwrap_or_default();
            let aside = self
                .events()
                .join(beside(Path::new(ASIDE), &name.to_string_lossy()));
            match std::fs::rename(&path, &aside) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::file(&path, error));
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Deletes what was set aside.
    pub(crate) fn delete_set_aside(&self) -> Result<(), StoreError> {
        let events = self.events();
        let failed = |source| StoreError::file(&events, source);
        for entry in std::fs::read_dir(&events).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default();
            if name.to_string_lossy().starts_with(ASIDE) {
                intake::remove(&path)?;
            }
        }
        Ok(())
    }

    /// Lists the segments that lie there, oldest first; none if there is no folder.
    pub(crate) fn segments(&self) -> io::Result<Vec<u32>> {
        let entries = match std::fs::read_dir(self.events()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let mut numbers = Vec::new();
        for entry in entries {
            numbers.extend(entry?.file_name().to_str().and_then(segment_number));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Holds a file for each day, where that is asked for.
    pub(crate) fn daily(&self) -> PathBuf {
        self.data.join("daily")
    }

    pub(crate) fn identity(&self) -> PathBuf {
        self.data.join("identity.json")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.data.join("ringfence.lock")
    }

    /// Every folder in which other processes leave events.
    pub(crate) fn spools(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(self.spool.as_path()).chain(self.overflow.as_deref())
    }
}

/// Begins the name of every segment.
const SEGMENT: &str = "seg-";

/// Reads the number out of `seg-<number>.db`.
fn segment_number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix(SEGMENT)?.strip_suffix(".db")?;
    let is_ours = digits.len() >= 5 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_ours.then(|| digits.parse().ok()).flatten()
}

/// Makes a folder that only its owner can enter, or makes sure that it is one.
pub(crate) fn prepare(path: &Path) -> Result<(), StoreError> {
    let failed = |source: io::Error| StoreError::file(path, source);
    let metadata = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Parents that are missing too become private as well, as the XDG specification asks.
            match path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() && !parent.exists() => {
                    prepare(parent)?;
                }
                Some(_) | None => {}
            }
            make(path).map_err(failed)?;
            std::fs::symlink_metadata(path).map_err(failed)?
        }
        other => other.map_err(failed)?,
    };
    let refused = |why| {
        Err(StoreError::Refused {
            path: path.to_owned(),
            why,
        })
    };
    if metadata.is_symlink() {
        return refused("is a symbolic link; name the real folder instead");
    }
    if !metadata.is_dir() {
        return refused("is not a folder");
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return refused("belongs to another user");
    }
    if metadata.mode() & 0o7777 != 0o700 {
        std::fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

/// Another process may make it at the same moment.
fn make(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// Opens a file for writing that only its owner can read; never through a
/// symbolic link, never waiting for a pipe.
pub(crate) fn private_file(path: &Path, extra: OFlags) -> io::Result<File> {
    let safely = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let flags = OFlags::WRONLY | OFlags::CREATE | safely | extra;
    let file = File::from(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?);
    if file.metadata()?.mode() & 0o7777 != 0o600 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

/// Opens a regular file for reading; never through a symbolic link, never waiting for a pipe.
pub(crate) fn regular_file(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ));
    }
    Ok(file)
}

/// Puts a small file in place whole, or not at all.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let file = private_file(&temporary, OFlags::TRUNC)?;
    let written = io::Write::write_all(&mut &file, content).and_then(|()| file.sync_all());
    match written.and_then(|()| std::fs::rename(&temporary, path)) {
        Ok(()) => Ok(()),
        Err(error) => {
            // Half a file helps nobody; the error that is told is the first one.
            drop(std::fs::remove_file(&temporary));
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::symlink_metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn folders_become_private_and_links_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let fresh = root.path().join("a/b");
        prepare(&fresh).unwrap();
        assert_eq!(mode(&fresh), 0o700);
        std::fs::set_permissions(&fresh, Permissions::from_mode(0o755)).unwrap();
        prepare(&fresh).unwrap();
        assert_eq!(mode(&fresh), 0o700);

        let link = root.path().join("link");
        std::os::unix::fs::symlink(&fresh, &link).unwrap();
        let file = root.path().join("file");
        std::fs::write(&file, "").unwrap();
        for (path, said) in [(link, "symbolic link"), (file, "not a folder")] {
            let error = prepare(&path).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn files_become_private_and_links_are_not_followed() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        private_file(&file, OFlags::empty()).unwrap();
        assert_eq!(mode(&file), 0o600);
        let link = root.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(private_file(&link, OFlags::empty()).is_err());
        assert!(regular_file(&link).is_err());
        assert!(regular_file(root.path()).is_err());
    }
}
