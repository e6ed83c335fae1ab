//! Signals as something to read (signalfd(2)), and ending by one.

use rustix::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};
use std::io;
use std::mem::{self, MaybeUninit};

/// Signals that stay as they are: the first two can't be held back, the others are our own faults.
const UNTOUCHED: [i32; 9] = [
    libc::SIGKILL,
    libc::SIGSTOP,
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGSYS,
    libc::SIGTRAP,
    libc::SIGABRT,
];

/// The terminal or the kernel sent it, to the whole group: `si_code` (sigaction(2)).
const OF_KERNEL: i32 = 0x80;

/// A signal that came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Came {
    pub(super) signal: i32,
    /// Sent by the terminal to everyone in front of it, the fenced program included.
    pub(super) is_for_all: bool,
}

/// Holds back all signals of this process and reads them instead.
#[derive(Debug)]
pub(super) struct Signals {
    descriptor: OwnedFd,
}

/// Which signals a process held back before.
#[derive(Clone, Copy)]
pub(super) struct Before(libc::sigset_t);

impl Before {
    /// Puts it back, for a program that knows nothing of us.
    pub(super) fn restore(&self) {
        // SAFETY: the set came from the kernel.
        unsafe { libc::sigprocmask(libc::SIG_SETMASK, &raw const self.0, std::ptr::null_mut()) };
    }
}

impl Signals {
    /// Call it while there is one thread: threads made later hold them back as well.
    pub(super) fn hold() -> io::Result<(Signals, Before)> {
        let mut set = MaybeUninit::<libc::sigset_t>::uninit();
        let mut before = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: `sigfillset` and `sigemptyset` make the sets whole; the others take a set that is made.
        let descriptor = unsafe {
            libc::sigemptyset(before.as_mut_ptr());
            libc::sigfillset(set.as_mut_ptr());
            for signal in UNTOUCHED {
                libc::sigdelset(set.as_mut_ptr(), signal);
            }
            libc::sigprocmask(libc::SIG_SETMASK, set.as_ptr(), before.as_mut_ptr());
            libc::signalfd(-1, set.as_ptr(), libc::SFD_CLOEXEC | libc::SFD_NONBLOCK)
        };
        if descriptor < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: it was made just now and nobody else has it.
        let descriptor = unsafe { OwnedFd::from_raw_fd(descriptor) };
        // SAFETY: it was made whole above.
        let before = Before(unsafe { before.assume_init() });
        Ok((Signals { descriptor }, before))
    }

    /// The next one, if one came.
    pub(super) fn next(&self) -> Option<Came> {
        const SIZE: usize = mem::size_of::<libc::signalfd_siginfo>();
        let mut bytes = [0_u8; SIZE];
        let count = rustix::io::read(&self.descriptor, &mut bytes).ok()?;
        if count < SIZE {
            return None;
        }
        // SAFETY: the kernel filled all bytes of the structure, which any bytes are valid for.
        let info = unsafe {
            bytes
                .as_ptr()
                .cast::<libc::signalfd_siginfo>()
                .read_unaligned()
        };
        Some(Came {
            signal: i32::try_from(info.ssi_signo).ok()?,
            is_for_all: info.ssi_code == OF_KERNEL,
        })
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// Ends this process by a signal, so that its parent sees the end that the fenced program had.
/// Returns if the signal doesn't end a process.
pub(super) fn end_by(signal: i32) {
    let none = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: plain calls with sets that are made first. Restoring the default action is right for
    // any signal, and there is one image of the crash already: the program's own.
    unsafe {
        libc::setrlimit(libc::RLIMIT_CORE, &raw const none);
        libc::signal(signal, libc::SIG_DFL);
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::sigprocmask(libc::SIG_UNBLOCK, set.as_ptr(), std::ptr::null_mut());
        libc::raise(signal);
    }
}

/// Stops this process until somebody lets it go on, as its program is stopped.
pub(super) fn stop() {
    // SAFETY: a plain call; the signal can't be held back.
    unsafe { libc::raise(libc::SIGSTOP) };
}
