//! How a process ended that is not our child (`PIDFD_GET_INFO`, `linux/pidfd.h`; the end since 6.15).

use super::Ending;
use rustix::fd::{AsRawFd, OwnedFd};

/// `_IOWR(0xFF, 11, struct pidfd_info)` in its first version.
const GET_INFO: libc::Ioctl = 0xc040_ff0bu32 as libc::Ioctl;

/// `PIDFD_INFO_EXIT`.
const EXIT: u64 = 1 << 3;

/// `struct pidfd_info` in its first version.
#[repr(C)]
#[derive(Default)]
struct Info {
    mask: u64,
    control_group: u64,
    ids: [u32; 11],
    exit_code: i32,
}

fn ask(handle: &OwnedFd) -> Result<Info, i32> {
    let mut info = Info {
        mask: EXIT,
        ..Info::default()
    };
    // SAFETY: the number of the request names the size of the structure that the kernel fills.
    let failed = unsafe { libc::ioctl(handle.as_raw_fd(), GET_INFO, &raw mut info) };
    if failed == 0 {
        Ok(info)
    } else {
        Err(std::io::Error::last_os_error()
            .raw_os_error()
            .unwrap_or_default())
    }
}

/// Says whether this kernel will tell the end once the parent has asked for it: it then still knows
/// the process, or no longer anything but its end.
pub(super) fn is_told(handle: &OwnedFd) -> bool {
    !matches!(ask(handle), Err(libc::ENOTTY | libc::EINVAL | libc::ESRCH))
}

/// The end, if it is known; it is written as wait(2) tells it.
pub(super) fn ending(handle: &OwnedFd) -> Option<Ending> {
    let info = ask(handle).ok().filter(|info| info.mask & EXIT != 0)?;
    Some(if libc::WIFSIGNALED(info.exit_code) {
        Ending::Signal(libc::WTERMSIG(info.exit_code))
    } else {
        Ending::Code(libc::WEXITSTATUS(info.exit_code))
    })
}
