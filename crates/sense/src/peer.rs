//! Who is at the other end of a Unix socket, as the kernel knows it.

use std::io;
use std::os::unix::net::UnixStream;

/// The other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its process id.
    pub pid: u32,
    /// Its effective user.
    pub user: u32,
}

impl Peer {
    /// Asks the kernel (unix(7), `SO_PEERCRED`).
    #[cfg(target_os = "linux")]
    pub fn of(stream: &UnixStream) -> io::Result<Peer> {
        let peer = rustix::net::sockopt::socket_peercred(stream)?;
        Ok(Peer {
            pid: peer.pid.as_raw_nonzero().get().unsigned_abs(),
            user: peer.uid.as_raw(),
        })
    }

    /// Asks the kernel (getpeereid(3); `LOCAL_PEERPID`, `sys/un.h`).
    #[cfg(target_os = "macos")]
    #[expect(unsafe_code, reason = "the system's calls have no safe interface")]
    pub fn of(stream: &UnixStream) -> io::Result<Peer> {
        use std::os::fd::AsRawFd;
        let descriptor = stream.as_raw_fd();
        let (mut user, mut group): (libc::uid_t, libc::gid_t) = (0, 0);
        // SAFETY: both pointers lead to numbers that the call fills.
        let failed = unsafe { libc::getpeereid(descriptor, &raw mut user, &raw mut group) };
        let mut pid: libc::pid_t = 0;
        let mut size = libc::socklen_t::try_from(size_of::<libc::pid_t>()).unwrap_or_default();
        // SAFETY: the call fills the number, whose size it is told.
        let unknown = unsafe {
            libc::getsockopt(
                descriptor,
                libc::SOL_LOCAL,
                libc::LOCAL_PEERPID,
                (&raw mut pid).cast(),
                &raw mut size,
            )
        };
        if failed != 0 || unknown != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Peer {
            pid: pid.unsigned_abs(),
            user,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_other_end_is_oneself() {
        let (one, _other) = UnixStream::pair().unwrap();
        assert_eq!(Peer::of(&one).unwrap().pid, std::process::id());
    }
}
