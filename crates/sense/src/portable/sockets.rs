//! The tables of sockets in `/proc/net` (proc(5)).

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Most open files of one process that are looked at.
const MOST_FILES: usize = 4096;

/// States of a connection (`net/tcp_states.h`).
const ESTABLISHED: u8 = 1;
const SYN_SENT: u8 = 2;
const LISTEN: u8 = 10;

/// One socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) local: (IpAddr, u16),
    pub(super) remote: (IpAddr, u16),
    state: u8,
    pub(super) inode: u64,
}

impl Row {
    /// A connection, or a door beyond loopback.
    pub(super) fn is_of_interest(&self) -> bool {
        self.inode != 0
            && match self.state {
                ESTABLISHED | SYN_SENT => true,
                LISTEN => !self.local.0.is_loopback(),
                _ => false,
            }
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.state == LISTEN
    }
}

/// Reads a line; the heading is none.
pub(super) fn read(line: &str) -> Option<Row> {
    let mut fields = line.split_ascii_whitespace();
    let local = address(fields.nth(1)?)?;
    let remote = address(fields.next()?)?;
    let state = u8::from_str_radix(fields.next()?, 16).ok()?;
    let inode = fields.nth(5)?.parse().ok()?;
    Some(Row {
        local,
        remote,
        state,
        inode,
    })
}

/// Words of four bytes as the machine writes them, then the port.
fn address(text: &str) -> Option<(IpAddr, u16)> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |place: usize| {
        let digits = address.get(place * 8..place * 8 + 8)?;
        Some(u32::from_str_radix(digits, 16).ok()?.to_ne_bytes())
    };
    let address = match address.len() {
        8 => IpAddr::from(Ipv4Addr::from(word(0)?)),
        32 => {
            let words = [word(0)?, word(1)?, word(2)?, word(3)?].concat();
            let bytes = <[u8; 16]>::try_from(words).ok()?;
            IpAddr::from(Ipv6Addr::from(bytes)).to_canonical()
        }
        _ => return None,
    };
    Some((address, port))
}

/// The sockets that a process has open, by inode.
pub(super) fn of_process(pid: u32) -> Vec<u64> {
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return Vec::new();
    };
    let links = files
        .take(MOST_FILES)
        .flatten()
        .filter_map(|file| fs::read_link(file.path()).ok());
    links
        .filter_map(|link| {
            let text = link.to_str()?.strip_prefix("socket:[")?;
            text.strip_suffix(']')?.parse().ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn rows_are_read() {
        let v4 = "   0: 0100007F:1F90 010200C0:01BB 01 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0000000000000000 20 4 30 10 -1";
        let v6 = "   1: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1";
        let mapped = "   2: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF0000010200C0:01BB 02 0:0 0:0 0 0 0 9 1";
        let row = |local: &str, port, remote: &str, other, state, inode| {
            Some(Row {
                local: (local.parse().unwrap(), port),
                remote: (remote.parse().unwrap(), other),
                state,
                inode,
            })
        };
        let cases = [
            (
                v4,
                row("127.0.0.1", 8080, "192.0.2.1", 443, ESTABLISHED, 4242),
            ),
            (v6, row("::", 22, "::", 0, LISTEN, 77)),
            (
                mapped,
                row("127.0.0.1", 8080, "192.0.2.1", 443, SYN_SENT, 9),
            ),
            (
                "  sl  local_address rem_address   st tx_queue rx_queue",
                None,
            ),
            ("", None),
            ("0: 0100007F 010200C0:01BB 01 0:0 0:0 0 0 0 9 1", None),
        ];
        for (line, expected) in cases {
            assert_eq!(read(line), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn garbage_is_read_without_a_panic(line in "[0-9A-Fé: ]{0,120}") {
            prop_assert!(read(&line).is_none_or(|row| !line.is_empty() && row == row.clone()));
        }
    }
}
