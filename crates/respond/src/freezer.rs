//! The freezer of control groups (version 2; the kernel's `cgroup-v2.rst`, "cgroup.freeze"): holds
//! a whole group still at once, if the group has nobody else in it.

use crate::tree::Key;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Most groups that are looked into below one.
const MOST_GROUPS: usize = 1024;

/// A control group that a tree has for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group(PathBuf);

/// Where control groups of version 2 are mounted: alone, or beside those of version 1.
const MOUNTS: [&str; 2] = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

impl Group {
    /// Returns the group of these processes, if it is not the first one and holds nobody else.
    pub(crate) fn of(members: &[Key]) -> Option<Group> {
        let mount = MOUNTS
            .iter()
            .map(Path::new)
            .find(|mount| mount.join("cgroup.controllers").exists())?;
        let mut paths = members.iter().map(|(pid, _)| path_of(*pid));
        let first = paths.next()??;
        if first == "/" || !paths.all(|path| path.as_deref() == Some(&first)) {
            return None;
        }
        let folder = mount.join(first.trim_start_matches('/'));
        let pids: BTreeSet<u32> = members.iter().map(|(pid, _)| *pid).collect();
        let group = Group(folder);
        group.holds_only(&pids).then_some(group)
    }

    /// Whether it, and the groups in it, hold nobody but these.
    fn holds_only(&self, pids: &BTreeSet<u32>) -> bool {
        let mut waiting = vec![self.0.clone()];
        let mut seen = 0;
        while let Some(folder) = waiting.pop() {
            seen += 1;
            let Ok(text) = fs::read_to_string(folder.join("cgroup.procs")) else {
                return false;
            };
            let listed = text.lines().map(str::parse::<u32>);
            if seen > MOST_GROUPS || !listed.flatten().all(|pid| pids.contains(&pid)) {
                return false;
            }
            let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
            waiting.extend(
                entries
                    .map(|entry| entry.path())
                    .filter(|path| path.is_dir()),
            );
        }
        true
    }

    /// Asks for it to be held still, or let go; `false` if this process may not.
    pub(crate) fn freeze(&self, frozen: bool) -> bool {
        let text = if frozen { "1" } else { "0" };
        fs::write(self.0.join("cgroup.freeze"), text).is_ok()
    }

    /// Whether somebody asked for it to be held still.
    pub(crate) fn is_asked_to(&self) -> bool {
        fs::read_to_string(self.0.join("cgroup.freeze")).is_ok_and(|text| text.trim() == "1")
    }

    /// Whether everybody in it is held still.
    pub(crate) fn is_frozen(&self) -> bool {
        fs::read_to_string(self.0.join("cgroup.events"))
            .is_ok_and(|text| text.lines().any(|line| line == "frozen 1"))
    }
}

/// The group of a process (cgroups(7)): the line `0::/…`.
fn path_of(pid: u32) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    let path = text.lines().find_map(|line| line.strip_prefix("0::"))?;
    Some(path.to_owned())
}
