//! A control group of our own: what its processes cost, to the microsecond (`cpu.stat`, cgroups(7)).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A group that is taken away when nobody needs it any more.
pub(crate) struct Group(PathBuf);

impl Group {
    /// Makes one below the root of version 2; none where that is not mounted or not ours to use.
    pub(crate) fn new(name: &str) -> Option<Group> {
        let mounts = fs::read_to_string("/proc/mounts").ok()?;
        let root = mounts.lines().find_map(|line| {
            let mut words = line.split(' ');
            let place = words.nth(1)?;
            (words.next() == Some("cgroup2")).then_some(place)
        })?;
        let path = Path::new(root).join(format!("{name}-{}", std::process::id()));
        fs::create_dir(&path).ok()?;
        Some(Group(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes a command begin in this group: a shell enters it and becomes the program.
    pub(crate) fn enter(&self, command: &Command) -> Command {
        let mut entering = Command::new("/bin/sh");
        entering
            .args(["-c", "echo $$ >\"$0/cgroup.procs\" && exec \"$@\""])
            .arg(&self.0)
            .arg(command.get_program())
            .args(command.get_args())
            .env_clear();
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                entering.env(name, value);
            }
        }
        if let Some(directory) = command.get_current_dir() {
            entering.current_dir(directory);
        }
        entering
    }

    /// Time on a processor that its processes took since it was made.
    pub(crate) fn usage(&self) -> Duration {
        let text = fs::read_to_string(self.0.join("cpu.stat")).unwrap_or_default();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("usage_usec "));
        Duration::from_micros(line.and_then(|number| number.parse().ok()).unwrap_or(0))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Fails only while a process is in it: then it stays, and can be seen.
        fs::remove_dir(&self.0).ok();
    }
}
