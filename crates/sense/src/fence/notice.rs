//! What the kernel and a supervisor say to each other about a call that waits (seccomp(2),
//! `seccomp_unotify(2)`).
//!
//! **Invariant:** an answer goes only to the call that it was made for: the number of a call is
//! checked after everything that was looked up by process id.

use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::io;

/// The kernel's record of a waiting call may be longer than the one we know, but not than this.
const ROOM: usize = 256;

/// Before 5.9 the direction in the number of this request was wrong (`linux/seccomp.h`).
const STILL_WAITS_BEFORE: libc::Ioctl = 0x8008_2102u32 as libc::Ioctl;

/// The two sides run in turns: the kernel may keep them on one processor (since 6.6).
const TAKE_TURNS: u64 = 1;

/// A call that waits for an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notice {
    id: u64,
    /// The thread that called, in our namespace of process ids.
    pub(super) thread: u32,
    pub(super) number: i32,
    pub(super) arguments: [u64; 6],
}

impl Notice {
    /// An argument that the kernel takes as an `int`.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "as the kernel itself cuts it"
    )]
    pub(super) fn int(&self, place: usize) -> i32 {
        self.word(place) as i32
    }

    pub(super) fn word(&self, place: usize) -> u64 {
        self.arguments.get(place).copied().unwrap_or_default()
    }
}

/// What becomes of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The kernel does it, and reads its arguments again.
    Go,
    /// It was done for the caller: this is the result.
    Done(i64),
    /// It fails with this number (errno(3)).
    Fail(i32),
}

impl From<io::Error> for Reply {
    fn from(error: io::Error) -> Reply {
        Reply::Fail(error.raw_os_error().unwrap_or(libc::EIO))
    }
}

impl From<rustix::io::Errno> for Reply {
    fn from(error: rustix::io::Errno) -> Reply {
        Reply::Fail(error.raw_os_error())
    }
}

/// The end at which calls come in.
#[derive(Debug)]
pub(super) struct Listener {
    descriptor: OwnedFd,
}

impl Listener {
    /// Takes the descriptor that installing the filter gave.
    pub(super) fn new(descriptor: OwnedFd) -> io::Result<Listener> {
        let mut sizes = libc::seccomp_notif_sizes {
            seccomp_notif: 0,
            seccomp_notif_resp: 0,
            seccomp_data: 0,
        };
        // SAFETY: the kernel writes three numbers into the structure that it gets.
        let failed = unsafe {
            libc::syscall(
                libc::SYS_seccomp,
                libc::SECCOMP_GET_NOTIF_SIZES,
                0,
                &raw mut sizes,
            )
        };
        if failed != 0 {
            return Err(io::Error::last_os_error());
        }
        if usize::from(sizes.seccomp_notif) > ROOM {
            return Err(io::Error::from(io::ErrorKind::Unsupported));
        }
        let listener = Listener { descriptor };
        // Faster where the kernel knows it, the same where it does not.
        // SAFETY: the argument of this request is a plain number.
        unsafe {
            libc::ioctl(
                listener.descriptor.as_raw_fd(),
                libc::SECCOMP_IOCTL_NOTIF_SET_FLAGS,
                TAKE_TURNS,
            );
        }
        Ok(listener)
    }

    /// Takes the next call; `None` if its caller is gone already.
    pub(super) fn receive(&self) -> io::Result<Option<Notice>> {
        let mut room = [0_u64; ROOM / 8];
        // SAFETY: the kernel writes as much as it named in `new`, which is no more than the room;
        // the room is aligned for numbers of 64 bits and was zeroed, as the request wants it.
        let failed = unsafe {
            libc::ioctl(
                self.descriptor.as_raw_fd(),
                libc::SECCOMP_IOCTL_NOTIF_RECV,
                room.as_mut_ptr(),
            )
        };
        if failed != 0 {
            let error = io::Error::last_os_error();
            return match error.raw_os_error() {
                Some(libc::ENOENT | libc::EINTR) => Ok(None),
                _ => Err(error),
            };
        }
        // SAFETY: the kernel has filled the room with this structure, which any bytes are valid for.
        let call = unsafe { room.as_ptr().cast::<libc::seccomp_notif>().read() };
        Ok(Some(Notice {
            id: call.id,
            thread: call.pid,
            number: call.data.nr,
            arguments: call.data.args,
        }))
    }

    /// Says whether the call still waits: so its process id still names the caller.
    pub(super) fn waits(&self, notice: &Notice) -> bool {
        let ask = |request| {
            // SAFETY: both requests read one number of 64 bits from where the pointer leads.
            unsafe { libc::ioctl(self.descriptor.as_raw_fd(), request, &raw const notice.id) }
        };
        if ask(libc::SECCOMP_IOCTL_NOTIF_ID_VALID) == 0 {
            return true;
        }
        let unknown = matches!(
            io::Error::last_os_error().raw_os_error(),
            Some(libc::EINVAL | libc::ENOTTY)
        );
        unknown && ask(STILL_WAITS_BEFORE) == 0
    }

    /// Answers. A caller that is gone meanwhile needs none.
    pub(super) fn answer(&self, notice: &Notice, reply: Reply) {
        let mut response = libc::seccomp_notif_resp {
            id: notice.id,
            val: 0,
            error: 0,
            flags: 0,
        };
        match reply {
            Reply::Go => response.flags = 1, // SECCOMP_USER_NOTIF_FLAG_CONTINUE
            Reply::Done(value) => response.val = value,
            Reply::Fail(error) => response.error = -error,
        }
        // SAFETY: the kernel reads the structure that this request is made for.
        unsafe {
            libc::ioctl(
                self.descriptor.as_raw_fd(),
                libc::SECCOMP_IOCTL_NOTIF_SEND,
                &raw mut response,
            );
        }
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}
