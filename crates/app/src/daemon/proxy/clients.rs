//! Who is behind a connection on loopback: its port, the socket's owner, the process, the session.
//!
//! **Invariant:** a connection of another user is a stranger's. Where the kernel does not say whose a
//! socket is, nobody is claimed.

mod diag;

use super::super::Shared;
use super::super::overheard::owner;
use crate::ancestry;
use ringfence_event::{AgentKind, ProcessRef, SessionId};
use ringfence_proxy::{Client, Clients, Who};
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::MetadataExt;
use std::sync::{Mutex, PoisonError, Weak};

/// Most processes that are looked through.
const MOST: usize = 20_000;

/// Processes that are looked through first: those that connected lately.
const LATELY: usize = 32;

/// Finds processes by their sockets.
pub(super) struct Sockets {
    shared: Weak<Shared>,
    lately: Mutex<Vec<u32>>,
}

impl Sockets {
    /// Finds them for a daemon, as long as it lives.
    pub(super) fn new(shared: Weak<Shared>) -> Sockets {
        Sockets {
            shared,
            lately: Mutex::default(),
        }
    }

    /// Returns the process of this user that holds a socket.
    fn holder(&self, inode: u64) -> Option<u32> {
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lately.iter().position(|pid| holds(*pid, inode));
        let pid = match known {
            Some(place) => lately.remove(place),
            None => processes().find(|pid| holds(*pid, inode))?,
        };
        lately.insert(0, pid);
        lately.truncate(LATELY);
        Some(pid)
    }

    fn whose(&self, pid: u32) -> (Option<AgentKind>, Option<SessionId>) {
        let Some(shared) = self.shared.upgrade() else {
            return (None, None);
        };
        let owner = owner(&shared, pid);
        (owner.agent, owner.session)
    }
}

impl Clients for Sockets {
    fn who(&self, theirs: SocketAddr, ours: SocketAddr) -> Who {
        let owner = diag::owner(theirs, ours).or_else(|| listed(theirs, ours));
        let Some((user, inode)) = owner else {
            return Who::Unknown;
        };
        if user != rustix::process::geteuid().as_raw() && user != 0 {
            return Who::Stranger;
        }
        let Some(pid) = self.holder(inode) else {
            return Who::Unknown;
        };
        let Some((_, started)) = ancestry::line_of(pid).first().copied() else {
            return Who::Unknown;
        };
        let (agent, session) = self.whose(pid);
        let executable = fs::read_link(format!("/proc/{pid}/exe")).ok();
        Who::Known(Client {
            process: ProcessRef {
                pid,
                started,
                executable: executable.map(|path| path.to_string_lossy().into_owned()),
            },
            agent,
            session,
        })
    }
}

/// User and inode of the socket at the other end, from `/proc/net/tcp` (proc(5)): where the kernel may not
/// be asked, as in some containers.
fn listed(theirs: SocketAddr, ours: SocketAddr) -> Option<(u32, u64)> {
    let files: &[&str] = match theirs.ip() {
        // A socket of both families is listed with those of IPv6.
        IpAddr::V4(_) => &["/proc/net/tcp", "/proc/net/tcp6"],
        IpAddr::V6(_) => &["/proc/net/tcp6"],
    };
    files.iter().find_map(|file| {
        let text = fs::read_to_string(file).ok()?;
        text.lines()
            .skip(1)
            .find_map(|line| owner_in(line, theirs.port(), ours.port()))
    })
}

/// User and inode in a line, if it is of a socket with these ports.
fn owner_in(line: &str, theirs: u16, ours: u16) -> Option<(u32, u64)> {
    let mut words = line.split_ascii_whitespace();
    let port = |word: &str| u16::from_str_radix(word.rsplit(':').next()?, 16).ok();
    let local = port(words.nth(1)?)?;
    let remote = port(words.next()?)?;
    if (local, remote) != (theirs, ours) {
        return None;
    }
    let user = words.nth(4)?.parse().ok()?;
    let inode = words.nth(1)?.parse().ok()?;
    Some((user, inode))
}

/// The processes of this user, the youngest first.
fn processes() -> impl Iterator<Item = u32> {
    let own = rustix::process::geteuid().as_raw();
    let listing = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut pids: Vec<u32> = listing
        .take(MOST)
        .filter(|entry| entry.metadata().is_ok_and(|found| found.uid() == own))
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    pids.sort_unstable_by(|one, other| other.cmp(one));
    pids.into_iter()
}

fn holds(pid: u32, inode: u64) -> bool {
    let wanted = format!("socket:[{inode}]");
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    let numbers = files.flatten();
    let numbers = numbers.filter_map(|file| file.file_name().to_str()?.parse().ok());
    let mut numbers: Vec<u32> = numbers.collect();
    // The newest socket mostly has the highest number.
    numbers.sort_unstable_by(|one, other| other.cmp(one));
    numbers.iter().any(|number| {
        fs::read_link(format!("/proc/{pid}/fd/{number}"))
            .is_ok_and(|target| target.as_os_str() == wanted.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn a_line_names_its_owner() {
        let line = "   3: 0100007F:8F2A 0100007F:1231 01 00000000:00000000 00:00000000 00000000  1000        0 777 1 0000000000000000 20 4 30 10 -1";
        assert_eq!(owner_in(line, 0x8f2a, 0x1231), Some((1000, 777)));
        assert_eq!(owner_in(line, 0x1231, 0x8f2a), None);
        for garbage in ["", "sl", "a b c d", "1: x:y z:w 01"] {
            assert_eq!(owner_in(garbage, 1, 2), None);
        }
    }

    #[test]
    fn this_process_is_found_by_its_socket() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = listener.local_addr().unwrap();
        let client = TcpStream::connect(ours).unwrap();
        let sockets = Sockets::new(Weak::new());
        let Who::Known(found) = sockets.who(client.local_addr().unwrap(), ours) else {
            panic!("nobody was found");
        };
        assert_eq!(found.process.pid, std::process::id());
        let own = std::env::current_exe().unwrap();
        assert_eq!(found.process.executable.as_deref(), own.to_str());
        let nobody = "127.0.0.1:1".parse().unwrap();
        assert_eq!(sockets.who(nobody, ours), Who::Unknown);
        let theirs = client.local_addr().unwrap();
        assert_eq!(listed(theirs, ours), diag::owner(theirs, ours));
    }
}
