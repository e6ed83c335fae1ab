//! The process that the user started: it stands for the program inside, for its signals, its stops
//! and its end.
//!
//! **Invariant:** it is in the program's process group and passes on what comes to it alone; what the
//! terminal sends goes to the whole group by itself.

use super::signals::{self, Signals};
use super::{Ending, FenceError};
use crate::wire;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fd::{AsFd, OwnedFd};
use rustix::process::{Pid, PidfdFlags, Signal, WaitStatus, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};
use std::io;
use std::os::unix::net::UnixStream;

/// What a supervisor tells its front.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Word {
    /// The fence stands; the program starts now.
    Started {
        pid: u32,
    },
    /// The fence could not be made.
    Broken {
        why: String,
    },
    /// There is no such program, or it can't be run.
    NotStarted {
        error: i32,
    },
    Stopped,
    Continued,
    Ended(Ending),
}

impl Word {
    pub(super) fn of(status: WaitStatus) -> Word {
        if let Some(code) = status.exit_status() {
            Word::Ended(Ending::Code(code))
        } else if let Some(signal) = status.terminating_signal() {
            Word::Ended(Ending::Signal(signal))
        } else if status.stopped() {
            Word::Stopped
        } else {
            Word::Continued
        }
    }
}

/// Waits for the program's end.
pub(super) fn wait(
    mut supervisor: UnixStream,
    signals: &Signals,
    command: &str,
) -> Result<Ending, FenceError> {
    let mut program = None;
    loop {
        let mut both = [
            PollFd::new(signals, PollFlags::IN),
            PollFd::new(&supervisor, PollFlags::IN),
        ];
        match poll(&mut both, None) {
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(FenceError::Fork(error.into())),
            Ok(_) => {}
        }
        let heard = !both[1].revents().is_empty();
        pass_on(signals, program.as_ref());
        if !heard {
            continue;
        }
        let Ok(word) = wire::receive::<Word>(&mut supervisor) else {
            return Err(alone(program));
        };
        match word {
            Word::Started { pid } => program = open(pid),
            Word::Broken { why } => return Err(FenceError::Broken(why)),
            Word::NotStarted { error } => {
                return Err(FenceError::NotStarted {
                    command: command.to_owned(),
                    source: io::Error::from_raw_os_error(error),
                });
            }
            Word::Stopped => signals::stop(),
            Word::Continued => {}
            Word::Ended(ending) => return Ok(ending),
        }
    }
}

fn open(pid: u32) -> Option<OwnedFd> {
    let pid = Pid::from_raw(i32::try_from(pid).ok()?)?;
    // It may have ended already; its end will be told.
    pidfd_open(pid, PidfdFlags::empty()).ok()
}

fn pass_on(signals: &Signals, program: Option<&OwnedFd>) {
    while let Some(came) = signals.next() {
        let passes = !came.is_for_all && came.signal != libc::SIGCHLD;
        if let (true, Some(program), Some(signal)) =
            (passes, program, Signal::from_named_raw(came.signal))
        {
            // Who has ended needs no signal.
            pidfd_send_signal(program, signal).unwrap_or_default();
        }
    }
}

/// The supervisor is gone: nobody inside can start anything or reach anybody any more, so the
/// program is ended rather than left half dead.
fn alone(program: Option<OwnedFd>) -> FenceError {
    if let Some(program) = program {
        pidfd_send_signal(program.as_fd(), Signal::KILL).unwrap_or_default();
    }
    FenceError::SupervisorGone
}
