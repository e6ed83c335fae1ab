//! The other side of a socket call, read from the bytes that the process passed (ip(7), ipv6(7),
//! unix(7)).
//!
//! **Invariant:** any bytes are read without a panic; what is no address of a kind that is judged is
//! [`Named::Other`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest address that a socket call takes (`struct sockaddr_storage`).
pub(super) const LONGEST: usize = 128;

/// What an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// An internet address; mapped ones as IPv4.
    Inet(IpAddr, u16),
    /// The path of a Unix socket, as it was written.
    Path(Vec<u8>),
    /// The name of an abstract Unix socket, or none.
    Abstract(Vec<u8>),
    /// Takes a connection back (`AF_UNSPEC`, connect(2)).
    Nobody,
    /// A kind of address that leads to no machine, or that is not known.
    Other,
}

pub(super) fn read(bytes: &[u8]) -> Named {
    let Some((family, rest)) = bytes.split_first_chunk::<2>() else {
        return Named::Other;
    };
    match i32::from(u16::from_ne_bytes(*family)) {
        libc::AF_INET => inet(rest).unwrap_or(Named::Other),
        libc::AF_INET6 => inet6(rest).unwrap_or(Named::Other),
        libc::AF_UNIX => unix(rest),
        libc::AF_UNSPEC => Named::Nobody,
        _ => Named::Other,
    }
}

fn inet(rest: &[u8]) -> Option<Named> {
    let (port, rest) = rest.split_first_chunk()?;
    let (address, _) = rest.split_first_chunk::<4>()?;
    let address = Ipv4Addr::from(*address);
    Some(Named::Inet(address.into(), u16::from_be_bytes(*port)))
}

fn inet6(rest: &[u8]) -> Option<Named> {
    let (port, rest) = rest.split_first_chunk()?;
    let (_flow, rest) = rest.split_first_chunk::<4>()?;
    let (address, _) = rest.split_first_chunk::<16>()?;
    let address = IpAddr::from(Ipv6Addr::from(*address)).to_canonical();
    Some(Named::Inet(address, u16::from_be_bytes(*port)))
}

fn unix(rest: &[u8]) -> Named {
    match rest.split_first() {
        None => Named::Abstract(Vec::new()),
        Some((0, name)) => Named::Abstract(name.to_vec()),
        Some(_) => {
            let path = rest.split(|byte| *byte == 0).next().unwrap_or_default();
            Named::Path(path.to_vec())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn v6(address: &str) -> Vec<u8> {
        let address: Ipv6Addr = address.parse().unwrap();
        let family = u16::try_from(libc::AF_INET6).unwrap().to_ne_bytes();
        [
            &family[..],
            &[0x01, 0xbb],
            &[0; 4],
            &address.octets(),
            &[0; 4],
        ]
        .concat()
    }

    #[test]
    fn addresses_are_read() {
        let inet = u16::try_from(libc::AF_INET).unwrap().to_ne_bytes();
        let unix = u16::try_from(libc::AF_UNIX).unwrap().to_ne_bytes();
        let cases = [
            (
                [&inet[..], &[0, 53, 192, 0, 2, 1], &[0; 8]].concat(),
                Named::Inet([192, 0, 2, 1].into(), 53),
            ),
            (
                v6("2001:db8::1"),
                Named::Inet("2001:db8::1".parse().unwrap(), 443),
            ),
            (
                v6("::ffff:192.0.2.1"),
                Named::Inet([192, 0, 2, 1].into(), 443),
            ),
            (
                [&unix[..], b"/run/x\0garbage"].concat(),
                Named::Path(b"/run/x".to_vec()),
            ),
            (
                [&unix[..], b"\0name"].concat(),
                Named::Abstract(b"name".to_vec()),
            ),
            (unix.to_vec(), Named::Abstract(Vec::new())),
            (vec![0, 0], Named::Nobody),
            ([&inet[..], &[0, 53, 192]].concat(), Named::Other),
            (vec![16, 0, 1, 2, 3, 4], Named::Other),
            (vec![], Named::Other),
        ];
        for (bytes, expected) in cases {
            assert_eq!(read(&bytes), expected, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn garbage_is_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let read = read(&bytes);
            prop_assert!(bytes.len() >= 2 || read == Named::Other);
        }
    }
}
