//! What a policy denies: addresses, names, programs, sockets.
//!
//! **Invariant:** pure; the first rule that denies answers, rules before locks.

use crate::{FileUse, Lift, Lock, Policy, Process, RuleNumber};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

/// Where names are asked for.
pub(super) const NAMES: u16 = 53;

/// Where an address really leads: a mapped one to IPv4, none at all to this machine (ip(7)).
fn real(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        address => address,
    }
}

/// Says whether an address is in a network.
fn contains(network: IpAddr, prefix: u8, address: IpAddr) -> bool {
    let same = |one: u128, other: u128, bits: u32| {
        let shift = bits.saturating_sub(u32::from(prefix));
        one.checked_shr(shift) == other.checked_shr(shift)
    };
    match (network, address) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            same(u128::from(one.to_bits()), u128::from(other.to_bits()), 32)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => same(one.to_bits(), other.to_bits(), 128),
        // A network of mapped addresses is one of IPv4.
        (IpAddr::V6(one), IpAddr::V4(_)) if prefix >= 96 => one
            .to_ipv4_mapped()
            .is_some_and(|one| contains(one.into(), prefix - 96, address)),
        _ => false,
    }
}

/// Says whether a name is this one or below it.
fn below(suffix: &str, name: &str) -> bool {
    let suffix = suffix.trim_end_matches('.');
    name.len()
        .checked_sub(suffix.len())
        .and_then(|place| name.split_at_checked(place))
        .is_some_and(|(before, end)| {
            end.eq_ignore_ascii_case(suffix) && (before.is_empty() || before.ends_with('.'))
        })
}

/// Says whether a lock leaves an address open. What is asked of a server of names is judged by name.
fn opens(lock: &Lock, address: IpAddr, port: u16) -> bool {
    let mut networks = lock.addresses.iter();
    address.is_loopback()
        || (port == NAMES && !lock.names.is_empty())
        || networks.any(|(network, prefix)| contains(*network, *prefix, address))
}

impl Policy {
    /// The rule by which a tree must not reach an address.
    pub(super) fn denies_address(
        &self,
        tree: Process,
        address: IpAddr,
        port: u16,
    ) -> Option<RuleNumber> {
        let address = real(address);
        let denied = self
            .addresses
            .iter()
            .find(|rule| contains(rule.network, rule.prefix, address))
            .map(|rule| rule.number)
            .filter(|number| !self.has_lifted(tree, *number, &Lift::Address(address)));
        denied.or_else(|| {
            let mut locks = self.locks.iter().filter(|lock| lock.tree == tree);
            let closed = locks.find(|lock| !opens(lock, address, port));
            closed.map(|lock| lock.number)
        })
    }

    /// Whether a person has allowed this, or all that a rule denies in a tree.
    fn has_lifted(&self, tree: Process, number: RuleNumber, what: &Lift) -> bool {
        self.lifted.contains(what) || self.has_lifted_in(tree, number)
    }

    fn has_lifted_in(&self, tree: Process, number: RuleNumber) -> bool {
        self.lifted.contains(&Lift::Tree { number, tree })
    }

    /// The rule by which a tree must not ask for a name.
    pub(super) fn denies_name(&self, tree: Process, name: &str) -> Option<RuleNumber> {
        let name = name.trim_end_matches('.');
        let denied = self
            .names
            .iter()
            .find(|rule| below(&rule.suffix, name))
            .map(|rule| rule.number)
            .filter(|number| {
                let lifts = |lift: &Lift| matches!(lift, Lift::Name(suffix) if below(suffix, name));
                !self.lifted.iter().any(lifts) && !self.has_lifted_in(tree, *number)
            });
        denied.or_else(|| {
            let lock = self.locks.iter().find(|lock| {
                lock.tree == tree && !lock.names.iter().any(|allowed| below(allowed, name))
            });
            lock.map(|lock| lock.number)
        })
    }

    /// The rule by which a file must not be used so by a program.
    pub(super) fn denies_file(
        &self,
        path: &str,
        used: FileUse,
        program: Option<&str>,
    ) -> Option<RuleNumber> {
        let rule = self.files.iter().find(|rule| {
            rule.denies.has(used)
                && Path::new(path).starts_with(&rule.path)
                && !program.is_some_and(|program| rule.except.iter().any(|one| one == program))
        });
        rule.map(|rule| rule.number)
    }

    /// Says whether anything about the network is denied.
    pub(super) fn guards_network(&self) -> bool {
        !(self.addresses.is_empty() && self.names.is_empty() && self.locks.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AddressRule, FileRule, NameRule};

    const TREE: Process = Process { pid: 7, started: 9 };
    const OTHER: Process = Process { pid: 8, started: 9 };

    fn policy() -> Policy {
        let address = |number, network: &str, prefix| AddressRule {
            number: RuleNumber(number),
            network: network.parse().unwrap(),
            prefix,
        };
        Policy {
            files: vec![FileRule {
                number: RuleNumber(4),
                path: "/run/docker.sock".to_owned(),
                denies: [FileUse::Write].into_iter().collect(),
                except: vec!["/usr/bin/docker".to_owned()],
                spares_agent: false,
            }],
            addresses: vec![
                address(1, "192.0.2.0", 24),
                address(2, "2001:db8::", 32),
                address(3, "::ffff:198.51.100.0", 120),
            ],
            names: vec![NameRule {
                number: RuleNumber(5),
                suffix: "evil.example".to_owned(),
            }],
            guard: None,
            kernel: None,
            lifted: Vec::new(),
            locks: vec![Lock {
                number: RuleNumber(6),
                tree: OTHER,
                addresses: vec![("203.0.113.1".parse().unwrap(), 32)],
                names: vec!["good.example".to_owned()],
            }],
        }
    }

    #[test]
    fn addresses_are_denied_however_they_are_written() {
        let cases = [
            (TREE, "192.0.2.9", Some(1)),
            (TREE, "::ffff:192.0.2.9", Some(1)),
            (TREE, "192.0.3.9", None),
            (TREE, "2001:db8:1::5", Some(2)),
            (TREE, "2001:db9::5", None),
            (TREE, "198.51.100.77", Some(3)),
            (TREE, "127.0.0.1", None),
            (OTHER, "127.0.0.1", None),
            (OTHER, "0.0.0.0", None),
            (OTHER, "::", None),
            (OTHER, "203.0.113.1", None),
            (OTHER, "203.0.113.2", Some(6)),
            (OTHER, "192.0.2.1", Some(1)),
        ];
        for (tree, address, expected) in cases {
            let got = policy().denies_address(tree, address.parse().unwrap(), 443);
            assert_eq!(got, expected.map(RuleNumber), "{address}");
        }
        let resolver = "203.0.113.53".parse().unwrap();
        assert_eq!(policy().denies_address(OTHER, resolver, NAMES), None);
        let all = Policy {
            addresses: vec![AddressRule {
                number: RuleNumber(1),
                network: "127.0.0.1".parse().unwrap(),
                prefix: 32,
            }],
            ..Policy::default()
        };
        let nobody = "0.0.0.0".parse().unwrap();
        assert_eq!(all.denies_address(TREE, nobody, 1), Some(RuleNumber(1)));
        let every = AddressRule {
            prefix: 0,
            ..all.addresses[0].clone()
        };
        let every = Policy {
            addresses: vec![every],
            ..Policy::default()
        };
        assert_eq!(every.denies_address(TREE, resolver, 1), Some(RuleNumber(1)));
    }

    #[test]
    fn names_are_denied_with_all_below_them() {
        let cases = [
            (TREE, "evil.example", Some(5)),
            (TREE, "a.b.EVIL.example.", Some(5)),
            (TREE, "notevil.example", None),
            (TREE, "example", None),
            (TREE, "", None),
            (OTHER, "www.good.example", None),
            (OTHER, "bad.example", Some(6)),
            (OTHER, "evil.example", Some(5)),
        ];
        for (tree, name, expected) in cases {
            assert_eq!(
                policy().denies_name(tree, name),
                expected.map(RuleNumber),
                "{name}"
            );
        }
    }

    #[test]
    fn a_file_rule_has_uses_and_exceptions() {
        let policy = policy();
        let denied = |path, used, program| policy.denies_file(path, used, program);
        let rule = Some(RuleNumber(4));
        assert_eq!(denied("/run/docker.sock", FileUse::Write, None), rule);
        assert_eq!(
            denied("/run/docker.sock", FileUse::Write, Some("/usr/bin/curl")),
            rule
        );
        assert_eq!(
            denied("/run/docker.sock", FileUse::Write, Some("/usr/bin/docker")),
            None
        );
        assert_eq!(denied("/run/docker.sock", FileUse::Read, None), None);
        assert_eq!(denied("/run/docker.sock2", FileUse::Write, None), None);
    }
}
