//! Does socket calls for a process, on a copy of its socket and with a copy of what it passed: so
//! nothing can be changed between the check and the deed.

use super::address;
use super::memory::{LONGEST_PATH, Memory};
use super::notice::{Listener, Notice};
use rustix::fd::{AsFd, AsRawFd, OwnedFd};
use rustix::net::sockopt::{socket_domain, socket_type};
use rustix::net::{AddressFamily, SocketType};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;

/// Largest datagram (udp(7)), and most bytes of a stream that are sent at once.
const LONGEST_MESSAGE: usize = 65_535;

/// Most pieces that a message may be in (`IOV_MAX`, limits.h).
const MOST_PIECES: usize = 1024;

/// Most bytes of control data beside a message (cmsg(3)).
const LONGEST_CONTROL: usize = 4096;

/// Opens a thread, not its process (`pidfd_open(2)`, since 6.9).
const OF_THREAD: PidfdFlags = PidfdFlags::from_bits_retain(libc::PIDFD_THREAD);

/// A socket of the caller.
pub(super) struct Socket {
    pub(super) copy: OwnedFd,
    pub(super) family: AddressFamily,
    pub(super) kind: SocketType,
}

impl Socket {
    /// Takes a copy of a descriptor of the calling thread; fails as the call would if it is no socket.
    pub(super) fn take(notice: &Notice, process: u32, descriptor: i32) -> io::Result<Socket> {
        let copy = copy_of(notice.thread, process, descriptor)?;
        let family = socket_domain(&copy)?;
        let kind = socket_type(&copy)?;
        Ok(Socket { copy, family, kind })
    }

    pub(super) fn is_inet(&self) -> bool {
        matches!(self.family, AddressFamily::INET | AddressFamily::INET6)
    }

    pub(super) fn is_stream(&self) -> bool {
        self.kind == SocketType::STREAM
    }

    /// Says whether a call on it may take long.
    pub(super) fn may_wait(&self) -> bool {
        rustix::fs::fcntl_getfl(&self.copy)
            .is_ok_and(|flags| !flags.contains(rustix::fs::OFlags::NONBLOCK))
    }

    /// Connects it to the address in these bytes.
    pub(super) fn connect(&self, address: &[u8]) -> io::Result<()> {
        let length = libc::socklen_t::try_from(address.len()).unwrap_or_default();
        // SAFETY: the pointer leads to as many readable bytes as are told.
        let failed =
            unsafe { libc::connect(self.copy.as_raw_fd(), address.as_ptr().cast(), length) };
        if failed == 0 {
            return Ok(());
        }
        Err(io::Error::last_os_error())
    }

    /// Sends a message.
    pub(super) fn send(&self, message: &mut Message, flags: i32) -> io::Result<usize> {
        let mut piece = libc::iovec {
            iov_base: message.bytes.as_mut_ptr().cast(),
            iov_len: message.bytes.len(),
        };
        // SAFETY: all zeroes are a valid, empty header.
        let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
        if let Some(address) = &mut message.address {
            header.msg_name = address.as_mut_ptr().cast();
            header.msg_namelen = libc::socklen_t::try_from(address.len()).unwrap_or_default();
        }
        header.msg_iov = &raw mut piece;
        header.msg_iovlen = 1;
        if !message.control.is_empty() {
            header.msg_control = message.control.as_mut_ptr().cast();
            // `as _`: the type differs between C libraries; the length is at most LONGEST_CONTROL.
            header.msg_controllen = message.control.len() as _;
        }
        // A broken pipe is for the caller, not for us.
        let flags = flags | libc::MSG_NOSIGNAL;
        // SAFETY: every pointer in the header leads to memory of the told length that `message`
        // owns and that nothing else touches during the call.
        let sent = unsafe { libc::sendmsg(self.copy.as_raw_fd(), &raw const header, flags) };
        usize::try_from(sent).map_err(|_| io::Error::last_os_error())
    }
}

/// A message as it was when it was read.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) address: Option<Vec<u8>>,
    pub(super) bytes: Vec<u8>,
    control: Vec<u8>,
}

impl Message {
    /// What `sendto` is called with.
    pub(super) fn of_send_to(memory: &Memory, notice: &Notice) -> io::Result<Message> {
        let length = usize::try_from(notice.word(2)).unwrap_or(usize::MAX);
        Ok(Message {
            address: name(memory, notice.word(4), notice.int(5))?,
            bytes: memory.exact(notice.word(1), length.min(LONGEST_MESSAGE + 1))?,
            control: Vec::new(),
        })
    }

    /// What stands in a `struct msghdr` (recv(2), its layout in `linux/socket.h`).
    pub(super) fn of_header(memory: &Memory, at: u64) -> io::Result<Message> {
        let header = memory.exact(at, HEADER)?;
        let (words, _) = header.as_chunks::<8>();
        let word = |place: usize| words.get(place).map_or(0, |word| u64::from_ne_bytes(*word));
        // The length of the name is an `int` with four bytes of padding behind it.
        let name_length = i32::try_from(word(1) & 0xffff_ffff).unwrap_or(-1);
        let pieces = usize::try_from(word(3)).unwrap_or(usize::MAX);
        if pieces > MOST_PIECES {
            return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
        }
        let mut bytes = Vec::new();
        let list = memory.exact(word(2), pieces * 16)?;
        for piece in list.as_chunks::<8>().0.chunks_exact(2) {
            let [base, length] = piece else { continue };
            let length = usize::try_from(u64::from_ne_bytes(*length)).unwrap_or(usize::MAX);
            let room = (LONGEST_MESSAGE + 1).saturating_sub(bytes.len());
            bytes.extend(memory.exact(u64::from_ne_bytes(*base), length.min(room))?);
        }
        let control = usize::try_from(word(5)).unwrap_or(usize::MAX);
        if control > LONGEST_CONTROL {
            return Err(io::Error::from_raw_os_error(libc::ENOBUFS));
        }
        Ok(Message {
            address: name(memory, word(0), name_length)?,
            bytes,
            control: memory.exact(word(4), control)?,
        })
    }
}

/// Bytes of a `struct msghdr`, and of a `struct mmsghdr`, in which a number follows it.
pub(super) const HEADER: usize = 56;
pub(super) const HEADER_OF_MANY: u64 = 64;

fn name(memory: &Memory, at: u64, length: i32) -> io::Result<Option<Vec<u8>>> {
    let length = usize::try_from(length).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    if at == 0 || length == 0 {
        return Ok(None);
    }
    // The kernel cuts longer ones, too.
    memory.exact(at, length.min(address::LONGEST)).map(Some)
}

/// Takes a copy of a descriptor, from the table that the calling thread uses.
fn copy_of(thread: u32, process: u32, descriptor: i32) -> io::Result<OwnedFd> {
    let open = |id: u32, flags| {
        let id = i32::try_from(id).ok().and_then(Pid::from_raw);
        pidfd_open(id.ok_or(rustix::io::Errno::SRCH)?, flags)
    };
    let none = PidfdGetfdFlags::empty();
    match open(thread, OF_THREAD) {
        Ok(handle) => Ok(pidfd_getfd(handle, descriptor, none)?),
        Err(rustix::io::Errno::INVAL) => {
            let handle = open(process, PidfdFlags::empty())?;
            let copy = pidfd_getfd(handle, descriptor, none)?;
            // A thread may have a table of its own, in which the number is another file.
            let meant = fs::metadata(format!("/proc/{thread}/fd/{descriptor}"))?;
            let taken = rustix::fs::fstat(copy.as_fd())?;
            if thread != process && (meant.dev(), meant.ino()) != (taken.st_dev, taken.st_ino) {
                return Err(io::Error::from_raw_os_error(libc::EPERM));
            }
            Ok(copy)
        }
        Err(error) => Err(error.into()),
    }
}

/// Where a path leads that a thread named, opened for nothing but to be looked at.
pub(super) struct Place {
    pub(super) handle: OwnedFd,
    /// As the kernel tells it of the opened file.
    pub(super) path: String,
}

/// Finds the file that a thread means by a path; `base` is what a relative one begins at.
pub(super) fn find(notice: &Notice, process: u32, base: &str, path: &[u8]) -> io::Result<Place> {
    let thread = notice.thread;
    if path.len() >= LONGEST_PATH {
        return Err(io::Error::from_raw_os_error(libc::ENAMETOOLONG));
    }
    // These lead every reader to itself: here they must lead to the caller.
    let own: [(&[u8], String); 3] = [
        (b"/proc/self/", format!("/proc/{process}/")),
        (
            b"/proc/thread-self/",
            format!("/proc/{process}/task/{thread}/"),
        ),
        (b"/dev/fd/", format!("/proc/{thread}/fd/")),
    ];
    let replaced = own.iter().find_map(|(prefix, instead)| {
        let rest = path.strip_prefix(*prefix)?;
        Some([instead.as_bytes(), rest].concat())
    });
    let full = match replaced {
        Some(path) => path,
        None if path.is_empty() => base.as_bytes().to_vec(),
        None if path.starts_with(b"/") => {
            let root = fs::read_link(format!("/proc/{thread}/root"))?;
            if root.as_os_str() == "/" {
                path.to_vec()
            } else {
                [format!("/proc/{thread}/root").as_bytes(), path].concat()
            }
        }
        None => [base.as_bytes(), b"/", path].concat(),
    };
    let flags = rustix::fs::OFlags::PATH | rustix::fs::OFlags::CLOEXEC;
    let handle = rustix::fs::open(full.as_slice(), flags, rustix::fs::Mode::empty())?;
    let real = fs::read_link(own_link(&handle))?;
    Ok(Place {
        handle,
        path: real.to_string_lossy().into_owned(),
    })
}

/// The path that leads to an opened file itself.
pub(super) fn own_link(handle: &impl AsRawFd) -> String {
    format!("/proc/self/fd/{}", handle.as_raw_fd())
}

/// Opens the caller's memory, and makes sure that it is the caller's.
pub(super) fn memory_of(listener: &Listener, notice: &Notice) -> io::Result<Memory> {
    let memory = Memory::open(notice.thread)?;
    if listener.waits(notice) {
        Ok(memory)
    } else {
        Err(io::Error::from_raw_os_error(libc::ESRCH))
    }
}
