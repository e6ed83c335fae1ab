//! What `/proc` tells of a process.
//!
//! **Invariant:** bounded reads; a process that is gone is `None`, never an error.

use crate::Process;
use std::fs::File;
use std::io::Read;

/// What is read of one file.
const MOST: u64 = 256 * 1024;

fn read(pid: u32, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(format!("/proc/{pid}/{name}")).ok()?;
    file.take(MOST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// When it started, in clock ticks since boot: field 22, counted from behind the name, which can hold
/// anything (proc(5)).
pub(super) fn started(pid: u32) -> Option<u64> {
    let stat = read(pid, "stat")?;
    let text = String::from_utf8_lossy(&stat);
    let (_, rest) = text.rsplit_once(')')?;
    rest.split_whitespace().nth(19)?.parse().ok()
}

/// The real user that it runs as.
pub(super) fn user(pid: u32) -> Option<u32> {
    let status = read(pid, "status")?;
    let text = String::from_utf8_lossy(&status);
    let line = text.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The environment it was started with, if it is still the same process.
pub(super) fn environment(process: Process) -> Option<Vec<u8>> {
    let bytes = read(process.pid, "environ")?;
    (started(process.pid)? == process.started).then_some(bytes)
}

/// Bytes of our own that are in memory.
pub(super) fn resident() -> u64 {
    let kibibytes = || -> Option<u64> {
        let status = read(std::process::id(), "status")?;
        let text = String::from_utf8_lossy(&status);
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    };
    kibibytes().unwrap_or(0).saturating_mul(1024)
}
