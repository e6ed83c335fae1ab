//! What the machine tells of processes, and how they are sent signals.

use crate::tree::Key;
use std::fs;
use std::io;
use std::time::Duration;

/// Longest line of `/proc/<pid>/stat` that is read, in bytes.
const LONGEST: usize = 4096;

/// A process that runs, or has ended and is not waited for yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its id.
    pub pid: u32,
    /// Its start time.
    pub started: u64,
    /// Who started it, or took it over.
    pub parent: u32,
    /// Its state, as `/proc/<pid>/stat` writes it: `T` is stopped, `Z` has ended (proc(5)).
    pub state: char,
    /// The first letters of its program's name.
    pub name: String,
}

impl Running {
    /// Its id and start time.
    pub fn key(&self) -> Key {
        (self.pid, self.started)
    }

    /// Whether it does nothing any more, or not now.
    pub fn is_still(&self) -> bool {
        matches!(self.state, 'T' | 't') || self.has_ended()
    }

    /// Whether it has ended, and nobody has waited for it yet.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, 'Z' | 'X' | 'x')
    }
}

/// What a process is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGSTOP.
    Stop,
    /// SIGCONT.
    Continue,
    /// SIGKILL.
    Kill,
}

/// The machine, as far as trees of processes go.
pub trait Machine {
    /// Everybody who runs.
    fn running(&self) -> io::Result<Vec<Running>>;
    /// Sends a signal to a process, and never to another one that has its id since.
    fn signal(&self, process: Key, signal: Signal) -> io::Result<()>;
    /// Lets a moment pass.
    fn rest(&self, span: Duration);
    /// The asking process' id.
    fn own(&self) -> u32;
}

/// This machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct This;

impl Machine for This {
    fn running(&self) -> io::Result<Vec<Running>> {
        let mut running = Vec::new();
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
                continue;
            };
            // It may have ended meanwhile.
            running.extend(read(pid));
        }
        Ok(running)
    }

    fn signal(&self, process: Key, signal: Signal) -> io::Result<()> {
        use rustix::process::{Pid, Signal as Number};
        let number = match signal {
            Signal::Stop => Number::STOP,
            Signal::Continue => Number::CONT,
            Signal::Kill => Number::KILL,
        };
        let pid = i32::try_from(process.0).ok().and_then(Pid::from_raw);
        let Some(pid) = pid else {
            return Err(io::ErrorKind::NotFound.into());
        };
        send(pid, process, number)
    }

    fn rest(&self, span: Duration) {
        std::thread::sleep(span);
    }

    fn own(&self) -> u32 {
        std::process::id()
    }
}

/// The handle is taken first: it goes on meaning that process, whoever has its id later.
#[cfg(target_os = "linux")]
fn send(
    pid: rustix::process::Pid,
    process: Key,
    number: rustix::process::Signal,
) -> io::Result<()> {
    use rustix::process::{PidfdFlags, pidfd_open, pidfd_send_signal};
    let handle = pidfd_open(pid, PidfdFlags::empty())?;
    if read(process.0).map(|found| found.started) != Some(process.1) {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(pidfd_send_signal(&handle, number)?)
}

#[cfg(not(target_os = "linux"))]
fn send(
    pid: rustix::process::Pid,
    process: Key,
    number: rustix::process::Signal,
) -> io::Result<()> {
    if read(process.0).map(|found| found.started) != Some(process.1) {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(rustix::process::kill_process(pid, number)?)
}

/// Reads `/proc/<pid>/stat` (proc(5)).
fn read(pid: u32) -> Option<Running> {
    let bytes = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let text = String::from_utf8_lossy(bytes.get(..LONGEST.min(bytes.len()))?);
    parse(pid, &text)
}

fn parse(pid: u32, text: &str) -> Option<Running> {
    // The name stands in brackets, and may hold brackets and blanks itself.
    let (before, after) = text.rsplit_once(')')?;
    let (_, name) = before.split_once('(')?;
    let mut fields = after.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    let parent = fields.next()?.parse().ok()?;
    let started = fields.nth(17)?.parse().ok()?;
    Some(Running {
        pid,
        started,
        parent,
        state,
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_stat_is_read_whatever_the_name_is() {
        let line = |name: &str| {
            format!("7 ({name}) T 6 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 0 0")
        };
        for name in ["cat", "a b", ")(", "x) S 1 (y", ""] {
            let expected = Running {
                pid: 7,
                started: 98765,
                parent: 6,
                state: 'T',
                name: name.to_owned(),
            };
            assert_eq!(parse(7, &line(name)), Some(expected), "{name}");
        }
        for garbage in ["", "7", "7 (a", "7 (a) ", "7 (a) S", "7 (a) S x 1 2"] {
            assert_eq!(parse(7, garbage), None, "{garbage}");
        }
    }
}
