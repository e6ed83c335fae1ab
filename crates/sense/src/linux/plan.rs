//! What a user's settings and policy come to in the kernel's maps.
//!
//! **Invariant:** pure: the same settings, policy and files give the same entries, so that a new plan
//! is put in force by what differs from the old one, and what stays is never without its rule.

use super::layout::{Bytes, Inode, process_key};
use crate::{FileRule, Interest, Lift, Policy, Process, RuleNumber, Settings};
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

/// A map of the kernel's side, by the name it has there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    Programs,
    Guarded,
    Files,
    Exceptions,
    Addresses4,
    Addresses6,
    Names,
    Endings,
    Prefixes,
    Locks,
}

impl Table {
    pub(super) fn name(self) -> &'static str {
        match self {
            Table::Programs => "programs",
            Table::Guarded => "guarded",
            Table::Files => "files",
            Table::Exceptions => "exceptions",
            Table::Addresses4 => "addresses4",
            Table::Addresses6 => "addresses6",
            Table::Names => "names",
            Table::Endings => "endings",
            Table::Prefixes => "prefixes",
            Table::Locks => "locks",
        }
    }
}

/// Entries by map and key.
pub(super) type Plan = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

/// The files that paths stand for, as the kernel tells them apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) inodes: HashMap<String, Inode>,
    /// What lies below a path that a rule names.
    pub(super) below: HashMap<String, Vec<String>>,
}

/// `enum scope`.
const RULE: u32 = 1;
const LOCK: u32 = 2;
const INTEREST: u32 = 3;

/// Bytes of a map's key, beside its scope (`bpf/record.h`).
const NAME: usize = 248;
const ENDING: usize = 32;
const PREFIX: usize = 120;
const PROGRAM: usize = 16;

/// Uses of a file, and the room that the kernel's side has for them.
const USES: usize = 5;
const USE_ROOM: usize = 8;

/// In place of an owner: interpreters, whose first argument is the program.
pub(super) const ANYBODY: u32 = u32::MAX;

/// Programs that run what they are told to; the kernel keeps 15 bytes of a name.
pub(super) const INTERPRETERS: [&str; 23] = [
    "node",
    "nodejs",
    "bun",
    "deno",
    "python",
    "python2",
    "python3",
    "python3.8",
    "python3.9",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "ruby",
    "perl",
    "php",
    "sh",
    "bash",
    "dash",
    "zsh",
    "fish",
    "env",
];

/// What one file's rules come to.
#[derive(Clone, Copy, Default)]
struct FileEntry {
    numbers: [u32; USE_ROOM],
    denies: u32,
    excepted: u32,
    interest: bool,
    spares: u32,
}

/// A rule that denies one use of a file, and who may all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Denial {
    pub(super) number: RuleNumber,
    pub(super) excepted: bool,
    pub(super) spares_agent: bool,
}

/// Compiles a user's plan. `lock` gives the number under which a tree's allowed addresses are kept.
pub(super) fn compile(
    owner: u32,
    settings: &Settings,
    policy: &Policy,
    found: &Found,
    lock: &mut dyn FnMut(Process) -> u32,
) -> Plan {
    let mut plan = Plan::new();
    programs(owner, settings, &mut plan);
    for guarded in &settings.guarded {
        let key = Bytes::default().word(guarded.pid).word(owner).done();
        plan.insert((Table::Guarded, key), 1_u32.to_ne_bytes().to_vec());
    }
    files(owner, settings, policy, found, &mut plan);
    for interest in &settings.interests {
        texts(owner, interest, &mut plan);
    }
    for rule in &policy.addresses {
        address(
            RULE,
            owner,
            (rule.network, rule.prefix),
            rule.number,
            &mut plan,
        );
    }
    for rule in &policy.names {
        name(RULE, owner, &rule.suffix, rule.number, &mut plan);
    }
    for lift in &policy.lifted {
        lifted(owner, lift, found, &mut plan);
    }
    for rule in &policy.locks {
        let id = lock(rule.tree);
        let value = Bytes::default().word(id).word(stored(rule.number)).done();
        plan.insert((Table::Locks, process_key(rule.tree)), value);
        for network in &rule.addresses {
            address(LOCK, id, *network, rule.number, &mut plan);
        }
        for suffix in &rule.names {
            name(LOCK, id, suffix, rule.number, &mut plan);
        }
    }
    plan
}

/// Rules of addresses and names are kept by their number and one, since 0 is none.
fn stored(number: RuleNumber) -> u32 {
    number.0.wrapping_add(1)
}

/// The number of no rule: it is stored as 0.
const NOTHING: RuleNumber = RuleNumber(u32::MAX);

fn programs(owner: u32, settings: &Settings, plan: &mut Plan) {
    for program in &settings.programs {
        let key = program_key(owner, program);
        plan.insert((Table::Programs, key), 1_u32.to_ne_bytes().to_vec());
    }
}

/// `struct program_key`.
pub(super) fn program_key(owner: u32, name: &str) -> Vec<u8> {
    let name = name.as_bytes();
    let kept = name.get(..PROGRAM - 1).unwrap_or(name);
    Bytes::default().word(owner).bytes(kept).padded(4 + PROGRAM)
}

fn files(owner: u32, settings: &Settings, policy: &Policy, found: &Found, plan: &mut Plan) {
    let mut entries: BTreeMap<Inode, FileEntry> = BTreeMap::new();
    for rule in &policy.files {
        let below = found.below.get(&rule.path).into_iter().flatten();
        for path in below.chain([&rule.path]) {
            if let Some(inode) = found.inodes.get(path) {
                deny(rule, entries.entry(*inode).or_default());
            }
        }
        for executable in &rule.except {
            if let Some(inode) = found.inodes.get(executable) {
                exception(owner, *inode, rule.number, plan);
            }
        }
    }
    for interest in settings
        .interests
        .iter()
        .filter(|interest| !interest.ending)
    {
        if let Some(inode) = found.inodes.get(&interest.path) {
            entries.entry(*inode).or_default().interest = true;
        }
    }
    for (inode, entry) in entries {
        let key = file_key(owner, inode);
        let value = entry
            .numbers
            .into_iter()
            .fold(Bytes::default(), Bytes::word)
            .word(entry.denies)
            .word(entry.excepted)
            .word(u32::from(entry.interest))
            .word(entry.spares);
        plan.insert((Table::Files, key), value.done());
    }
}

/// `struct file_key`.
pub(super) fn file_key(owner: u32, inode: Inode) -> Vec<u8> {
    Bytes::default()
        .long(inode.number)
        .word(inode.device)
        .word(owner)
        .done()
}

/// `enum excepts`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Excepts {
    Program,
    Somewhere,
    File,
    Tree,
}

/// `struct exception_key`.
pub(super) fn exception_key(owner: u32, inode: Inode, number: u32, what: Excepts) -> Vec<u8> {
    Bytes::default()
        .long(inode.number)
        .word(inode.device)
        .word(owner)
        .word(number)
        .word(what as u32)
        .done()
}

/// Reads a `struct file_rule`: the rule that denies one use (a bit).
pub(super) fn denial(rule: &[u8], wanted: u32) -> Option<Denial> {
    let mut fields = super::layout::Fields(rule);
    let numbers: [u32; USE_ROOM] = std::array::from_fn(|_| fields.word());
    let [denies, excepted, _, spares] = std::array::from_fn(|_| fields.word());
    let use_number = usize::try_from(wanted.trailing_zeros()).unwrap_or(USE_ROOM);
    let number = numbers.get(use_number)?;
    (denies & wanted != 0).then_some(Denial {
        number: RuleNumber(*number),
        excepted: excepted & wanted != 0,
        spares_agent: spares & wanted != 0,
    })
}

/// The strictest rule of each use is kept: one that lets fewer pass before one that lets more.
fn deny(rule: &FileRule, entry: &mut FileEntry) {
    let bits = u32::from(rule.denies.bits());
    for (index, number) in entry.numbers.iter_mut().enumerate().take(USES) {
        let bit = 1 << index;
        let stands = entry.denies & bit != 0;
        let before = (entry.excepted & bit != 0, entry.spares & bit != 0);
        let now = (!rule.except.is_empty(), rule.spares_agent);
        if bits & bit == 0 || (stands && now >= before) {
            continue;
        }
        *number = rule.number.0;
        entry.denies |= bit;
        for (bits, lenient) in [(&mut entry.excepted, now.0), (&mut entry.spares, now.1)] {
            *bits = if lenient { *bits | bit } else { *bits & !bit };
        }
    }
}

fn exception(owner: u32, inode: Inode, number: RuleNumber, plan: &mut Plan) {
    let one = 1_u32.to_ne_bytes().to_vec();
    // The second entry says that this executable's environment is worth reading.
    for (number, what) in [(number.0, Excepts::Program), (0, Excepts::Somewhere)] {
        let key = exception_key(owner, inode, number, what);
        plan.insert((Table::Exceptions, key), one.clone());
    }
}

/// What a person allowed, in front of what denies it: of networks and names, the longest entry counts.
fn lifted(owner: u32, lift: &Lift, found: &Found, plan: &mut Plan) {
    let (number, inode, what) = match lift {
        Lift::Address(one) => {
            let bits = if one.is_ipv4() { 32 } else { 128 };
            return address(RULE, owner, (*one, bits), NOTHING, plan);
        }
        Lift::Name(suffix) => return name(RULE, owner, suffix, NOTHING, plan),
        Lift::File { number, path } => match found.inodes.get(path) {
            Some(inode) => (number, *inode, Excepts::File),
            None => return,
        },
        Lift::Tree { number, tree } => {
            let inode = Inode {
                number: tree.started,
                device: tree.pid,
            };
            (number, inode, Excepts::Tree)
        }
    };
    let key = exception_key(owner, inode, number.0, what);
    plan.insert((Table::Exceptions, key), 1_u32.to_ne_bytes().to_vec());
}

/// Ends and beginnings of paths. The kernel looks at a part of them, user space at the whole.
fn texts(owner: u32, interest: &Interest, plan: &mut Plan) {
    let (table, kept, room) = if interest.ending {
        let name_at = interest.path.rfind('/').unwrap_or(0);
        let last = interest.path.as_bytes().get(name_at..).unwrap_or_default();
        let kept: Vec<u8> = last.iter().rev().take(ENDING - 1).copied().collect();
        (Table::Endings, kept, ENDING)
    } else {
        let kept: Vec<u8> = interest.path.bytes().take(PREFIX).collect();
        (Table::Prefixes, kept, PREFIX)
    };
    let key = prefixed(kept.len() * 8, INTEREST, owner, &kept, room);
    plan.insert((table, key), 1_u32.to_ne_bytes().to_vec());
}

/// A key of a map that finds the longest prefix: the scope counts as part of it.
fn prefixed(bits: usize, kind: u32, scope: u32, data: &[u8], room: usize) -> Vec<u8> {
    const SCOPE: usize = 8;
    let bits = u32::try_from(SCOPE * 8 + bits.min(room * 8)).unwrap_or(0);
    Bytes::default()
        .word(bits)
        .word(kind)
        .word(scope)
        .bytes(data)
        .padded(4 + SCOPE + room)
}

fn address(kind: u32, scope: u32, network: (IpAddr, u8), number: RuleNumber, plan: &mut Plan) {
    let value = stored(number).to_ne_bytes().to_vec();
    let bits = usize::from(network.1);
    let (table, key) = match network.0.to_canonical() {
        IpAddr::V4(address) => {
            // Of a mapped address, the first 96 bits are the mapping.
            let bits = if network.0.is_ipv6() {
                bits.saturating_sub(96)
            } else {
                bits
            };
            let octets = address.octets();
            (
                Table::Addresses4,
                prefixed(bits, kind, scope, &octets, octets.len()),
            )
        }
        IpAddr::V6(address) => {
            let octets = address.octets();
            (
                Table::Addresses6,
                prefixed(bits, kind, scope, &octets, octets.len()),
            )
        }
    };
    plan.insert((table, key), value);
}

/// A name and all below it: kept backwards, with a dot at its end, so that `notevil` is not `evil`.
fn name(kind: u32, scope: u32, suffix: &str, number: RuleNumber, plan: &mut Plan) {
    let suffix = suffix.trim_matches('.').to_ascii_lowercase();
    let mut backwards: Vec<u8> = suffix.bytes().rev().collect();
    backwards.push(b'.');
    backwards.truncate(NAME);
    let key = prefixed(backwards.len() * 8, kind, scope, &backwards, NAME);
    plan.insert((Table::Names, key), stored(number).to_ne_bytes().to_vec());
}

/// Whether a path is one that somebody asked to hear of: below a named one, or with a named end.
pub(super) fn asked_for(path: &str, interests: &[Interest]) -> bool {
    interests.iter().any(|interest| {
        if interest.ending {
            return path.ends_with(&interest.path);
        }
        let rest = path.strip_prefix(interest.path.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests;
