//! Networks in CIDR notation (RFC 4632, RFC 4291 2.3).

use std::net::IpAddr;

/// A network: an address and how many of its bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads `10.0.0.0/8` or `fe80::/10`; an address alone is a network of one.
    pub(crate) fn read(text: &str) -> Option<Network> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Network { address, bits })
    }

    /// Says whether a text is an address of this network.
    pub(super) fn holds(&self, text: &str) -> bool {
        let Ok(address) = text.trim_matches(['[', ']']).parse::<IpAddr>() else {
            return false;
        };
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= u32::from(self.bits)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= u32::from(self.bits)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_inside_or_outside() {
        let cases = [
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("192.168.4.0/22", "192.168.7.255", true),
            ("192.168.4.0/22", "192.168.8.0", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("fe80::/10", "febf::1", true),
            ("fe80::/10", "fec0::1", false),
            ("::1/128", "::1", true),
            ("10.0.0.0/8", "::ffff:10.0.0.1", false),
            ("10.0.0.0/8", "ten.example", false),
        ];
        for (network, text, wanted) in cases {
            let found = Network::read(network).unwrap().holds(text);
            assert_eq!(found, wanted, "{network} {text}");
        }
        for wrong in ["10.0.0.0/33", "::/129", "x/8", "10.0.0.0/-1", "10.0/8"] {
            assert_eq!(Network::read(wrong), None, "{wrong}");
        }
    }
}
