//! Reads `/proc` (proc(5)): who a process is, and who is below it.
//!
//! **Invariant:** a process that ends meanwhile is `None`, never an error; nothing here waits.

use crate::Process;
use std::fs;

/// Most processes that one walk takes in.
pub(crate) const MOST_PROCESSES: usize = 65_536;

/// What `/proc/<pid>/stat` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) parent: u32,
    pub(crate) started: u64,
}

/// What `/proc/<pid>/status` tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// The process that the thread belongs to.
    pub(crate) process: u32,
    pub(crate) threads: u32,
    /// The effective user.
    pub(crate) user: u32,
}

pub(crate) fn stat(pid: u32) -> Option<Stat> {
    read_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Field 4 is the parent, field 22 the start time; the name in field 2 may hold anything.
fn read_stat(text: &str) -> Option<Stat> {
    let (_, fields) = text.rsplit_once(") ")?;
    let mut fields = fields.split_ascii_whitespace();
    let parent = fields.nth(1)?.parse().ok()?;
    let started = fields.nth(17)?.parse().ok()?;
    Some(Stat { parent, started })
}

pub(crate) fn status(pid: u32) -> Option<Status> {
    read_status(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

fn read_status(text: &str) -> Option<Status> {
    let field = |name: &str, place: usize| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_ascii_whitespace().nth(place)?.parse().ok()
    };
    Some(Status {
        process: field("Tgid:", 0)?,
        threads: field("Threads:", 0)?,
        user: field("Uid:", 1)?,
    })
}

/// The process of this id, as it is now.
pub(crate) fn process(pid: u32) -> Option<Process> {
    stat(pid).map(|stat| Process {
        pid,
        started: stat.started,
    })
}

/// The direct children that run now.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return found;
    };
    for task in tasks.flatten() {
        let path = task.path().join("children");
        let text = fs::read_to_string(path).unwrap_or_default();
        found.extend(
            text.split_ascii_whitespace()
                .filter_map(|id| id.parse::<u32>().ok()),
        );
    }
    found
}

/// Everyone below a process, itself not included.
pub(crate) fn descendants(root: u32) -> Vec<Process> {
    let mut found = Vec::new();
    let mut left = children(root);
    while let Some(pid) = left.pop() {
        if found.len() >= MOST_PROCESSES {
            break;
        }
        found.extend(process(pid));
        left.extend(children(pid));
    }
    found
}

/// A link of `/proc/<pid>`, as text: `exe`, `cwd`.
pub(crate) fn link(pid: u32, name: &str) -> Option<String> {
    let target = fs::read_link(format!("/proc/{pid}/{name}")).ok()?;
    Some(target.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_look_like_fields() {
        let rest = "S 12 9 9 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 77 1 1";
        for name in ["cat", "a) S 1 2", "(", ") ) "] {
            let read = read_stat(&format!("7 ({name}) {rest}"));
            let expected = Stat {
                parent: 12,
                started: 77,
            };
            assert_eq!(read, Some(expected), "{name}");
        }
        for garbage in ["", "7 (cat)", "7 (cat) S", "7 (cat) S x 9", "7 cat S 12"] {
            assert_eq!(read_stat(garbage), None, "{garbage}");
        }
    }

    #[test]
    fn status_has_the_three() {
        let text = "Name:\tcat\nTgid:\t7\nPid:\t8\nUid:\t0\t1000\t0\t0\nThreads:\t3\n";
        let expected = Status {
            process: 7,
            threads: 3,
            user: 1000,
        };
        assert_eq!(read_status(text), Some(expected));
        assert_eq!(read_status("Tgid:\t7\n"), None);
    }

    #[test]
    fn the_own_process_is_found() {
        let own = std::process::id();
        assert_eq!(process(own).map(|process| process.pid), Some(own));
        assert_eq!(status(own).map(|status| status.process), Some(own));
        assert!(link(own, "exe").is_some());
        assert_eq!(process(u32::MAX), None);
    }
}
