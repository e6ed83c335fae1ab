//! Whose a TCP socket is, asked of the kernel by its two ends (`sock_diag(7)`): one question, however many
//! sockets there are.
//!
//! **Invariant:** nothing waits: the kernel answers within the question, or there is no answer.

use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketType, recv, sendto, socket};
use std::net::{IpAddr, SocketAddr};

/// Both in question and answer (`linux/sock_diag.h`).
const BY_FAMILY: u16 = 20;
/// A question (linux/netlink.h).
const REQUEST: u16 = 1;
/// IPv4, IPv6, TCP (linux/socket.h, linux/in.h).
const INET: u8 = 2;
const INET6: u8 = 10;
const TCP: u8 = 6;
/// A header of netlink, and `struct inet_diag_req_v2` (`linux/inet_diag.h`).
const QUESTION: usize = 16 + 56;
/// Where user and inode stand in the answer, behind the header (`struct inet_diag_msg`).
const USER: usize = 16 + 64;
const INODE: usize = 16 + 68;

/// User and inode of the socket at `theirs` that is connected with `ours`.
pub(super) fn owner(theirs: SocketAddr, ours: SocketAddr) -> Option<(u32, u64)> {
    let kernel = socket(AddressFamily::NETLINK, SocketType::DGRAM, Some(SOCK_DIAG)).ok()?;
    let question = question(theirs, ours);
    let everybody = SocketAddrNetlink::new(0, 0);
    sendto(&kernel, &question, SendFlags::empty(), &everybody).ok()?;
    let mut answer = [0; 512];
    let (length, _) = recv(&kernel, &mut answer, RecvFlags::DONTWAIT).ok()?;
    read(answer.get(..length)?)
}

fn question(theirs: SocketAddr, ours: SocketAddr) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(QUESTION);
    bytes.extend_from_slice(&u32::try_from(QUESTION).unwrap_or(0).to_ne_bytes());
    bytes.extend_from_slice(&BY_FAMILY.to_ne_bytes());
    bytes.extend_from_slice(&REQUEST.to_ne_bytes());
    bytes.extend_from_slice(&[0; 8]);
    let family = if theirs.is_ipv4() { INET } else { INET6 };
    bytes.extend_from_slice(&[family, TCP, 0, 0]);
    bytes.extend_from_slice(&u32::MAX.to_ne_bytes());
    bytes.extend_from_slice(&theirs.port().to_be_bytes());
    bytes.extend_from_slice(&ours.port().to_be_bytes());
    for address in [theirs.ip(), ours.ip()] {
        let mut place = [0; 16];
        match address {
            IpAddr::V4(address) => {
                let octets = address.octets();
                for (to, from) in place.iter_mut().zip(octets) {
                    *to = from;
                }
            }
            IpAddr::V6(address) => place = address.octets(),
        }
        bytes.extend_from_slice(&place);
    }
    bytes.extend_from_slice(&[0; 4]);
    // Whichever socket it is that stands there now.
    bytes.extend_from_slice(&[0xff; 8]);
    bytes
}

fn read(answer: &[u8]) -> Option<(u32, u64)> {
    let kind = answer.get(4..6)?.try_into().ok()?;
    if u16::from_ne_bytes(kind) != BY_FAMILY {
        return None;
    }
    let number = |at: usize| {
        let bytes = answer.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_ne_bytes(bytes))
    };
    Some((number(USER)?, u64::from(number(INODE)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsFd;

    #[test]
    fn the_kernel_knows_whose_a_socket_is() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = listener.local_addr().unwrap();
        let client = TcpStream::connect(ours).unwrap();
        let theirs = client.local_addr().unwrap();
        let inode = rustix::fs::fstat(client.as_fd()).unwrap().st_ino;
        let user = rustix::process::geteuid().as_raw();
        assert_eq!(owner(theirs, ours), Some((user, inode)));
        let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
        assert_eq!(owner(nobody, ours), None);
    }

    #[test]
    fn garbage_is_no_answer() {
        for length in 0..100 {
            assert_eq!(read(&vec![7; length]), None, "{length}");
        }
        let mut short = vec![0; USER + 2];
        short[4..6].copy_from_slice(&BY_FAMILY.to_ne_bytes());
        assert_eq!(read(&short), None);
    }
}
