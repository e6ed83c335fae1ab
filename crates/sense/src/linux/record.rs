//! One record of the ring, as the programs in the kernel write it (`struct record` in `bpf/record.h`).
//!
//! **Invariant:** pure. Any bytes give a record or nothing, never a panic and never more memory than
//! the bytes took.

use super::layout::Fields;
use crate::Process;

/// What a record is about: `enum kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A process was made.
    Fork = 1,
    /// A program was started.
    Exec,
    /// A process ended.
    Exit,
    /// A file was opened, or could not be.
    Open,
    /// A file got another name.
    Rename,
    /// A name was taken away.
    Unlink,
    /// A file got one more name.
    Link,
    /// A directory, a link, a device was made.
    Make,
    /// Permissions or owner were changed.
    Attributes,
    /// A file was cut short by name.
    Truncate,
    /// A connection was begun.
    Connect,
    /// A datagram was sent.
    Send,
    /// A Unix socket was connected to.
    Unix,
    /// A socket listens.
    Listen,
    /// A connection was taken.
    Accept,
    /// A name was asked for.
    Query,
    /// Another process was reached for.
    Trace,
    /// A guarded process was sent a signal.
    Signal,
    /// A file system was mounted.
    Mount,
    /// A module was loaded.
    Module,
    /// A program was loaded into the kernel.
    Program,
    /// A queue was made or used for what no system call announces.
    Queue,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Kind; 22] = [
        Kind::Fork,
        Kind::Exec,
        Kind::Exit,
        Kind::Open,
        Kind::Rename,
        Kind::Unlink,
        Kind::Link,
        Kind::Make,
        Kind::Attributes,
        Kind::Truncate,
        Kind::Connect,
        Kind::Send,
        Kind::Unix,
        Kind::Listen,
        Kind::Accept,
        Kind::Query,
        Kind::Trace,
        Kind::Signal,
        Kind::Mount,
        Kind::Module,
        Kind::Program,
        Kind::Queue,
    ];

    /// The kind's name in accounts.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Fork => "fork",
            Kind::Exec => "exec",
            Kind::Exit => "exit",
            Kind::Open => "open",
            Kind::Rename => "rename",
            Kind::Unlink => "unlink",
            Kind::Link => "link",
            Kind::Make => "make",
            Kind::Attributes => "attributes",
            Kind::Truncate => "truncate",
            Kind::Connect => "connect",
            Kind::Send => "send",
            Kind::Unix => "unix",
            Kind::Listen => "listen",
            Kind::Accept => "accept",
            Kind::Query => "query",
            Kind::Trace => "trace",
            Kind::Signal => "signal",
            Kind::Mount => "mount",
            Kind::Module => "module",
            Kind::Program => "program",
            Kind::Queue => "queue",
        }
    }
}

/// `enum flag`.
pub mod flag {
    /// Refused, or its process ended for it.
    pub const DENIED: u16 = 1;
    /// There were more arguments than were read.
    pub const ARGV_CUT: u16 = 2;
    /// The environment was larger than what was read.
    pub const ENVIRONMENT_CUT: u16 = 4;
    /// Paths are what the process named: path, new path, base, new base.
    pub const AS_NAMED: u16 = 8;
    /// The beginning of a path is missing.
    pub const PATH_CUT: u16 = 16;
    /// Somebody asked to hear of it.
    pub const INTEREST: u16 = 32;
    /// Matched by a part of the path only: all of it is still to be looked at.
    pub const FALLIBLE: u16 = 64;
}

/// How many parts a record has at most.
const PARTS: usize = 5;

/// Length of a record without its parts, in bytes.
pub const HEAD: usize = 96;

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Nanoseconds since boot.
    pub at: u64,
    /// Who did it.
    pub process: Process,
    /// The tree it belongs to.
    pub tree: Process,
    /// The child of a fork, the parent of an exec, the target of others.
    pub other: Process,
    /// Whose tree it is.
    pub owner: u32,
    /// The user that the process ran as.
    pub user: u32,
    /// 0, or an error as a negative number.
    pub result: i32,
    /// The rule that denied it, where [`flag::DENIED`] is set.
    pub rule: u32,
    /// How many times.
    pub times: u32,
    /// An IPv6 address, mapped where it is IPv4.
    pub address: [u8; 16],
    /// Its port.
    pub port: u16,
    /// What it is about.
    pub kind: Kind,
    /// What exactly, by kind.
    pub detail: u8,
    /// Of [`flag`].
    pub flags: u16,
    /// Paths and texts, by kind; empty where there is none.
    pub parts: [&'a [u8]; PARTS],
}

impl Record<'_> {
    /// Whether a flag is set.
    pub fn has(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }
}

/// Reads a record; `None` if the bytes are none.
pub fn read(bytes: &[u8]) -> Option<Record<'_>> {
    let (head, mut rest) = bytes.split_at_checked(HEAD)?;
    let mut fields = Fields(head);
    let at = fields.long();
    let [started, tree_started, other_started] = [fields.long(), fields.long(), fields.long()];
    let [pid, tree, owner, user, other] = [
        fields.word(),
        fields.word(),
        fields.word(),
        fields.word(),
        fields.word(),
    ];
    let result = fields.number();
    let [rule, times] = [fields.word(), fields.word()];
    let address = fields.address();
    let port = fields.half();
    let number = fields.byte();
    let kind = Kind::ALL.into_iter().find(|kind| *kind as u8 == number)?;
    let detail = fields.byte();
    let flags = fields.half();
    let mut parts: [&[u8]; PARTS] = [&[]; PARTS];
    let lengths: [u16; PARTS] = std::array::from_fn(|_| fields.half());
    // The kernel writes the parts in this order, whichever of them it has.
    for (part, length) in parts.iter_mut().zip(lengths) {
        (*part, rest) = rest.split_at_checked(usize::from(length))?;
    }
    Some(Record {
        at,
        process: Process { pid, started },
        tree: Process {
            pid: tree,
            started: tree_started,
        },
        other: Process {
            pid: other,
            started: other_started,
        },
        owner,
        user,
        result,
        rule,
        times: times.max(1),
        address,
        port,
        kind,
        detail,
        flags,
        parts,
    })
}

#[cfg(test)]
pub(super) mod tests;
