//! What a sensor is to look for, and what it is to deny: data that the daemon sends.
//!
//! **Invariant:** a policy names files, addresses and names, never agents or rules: a rule is a
//! number that comes back with the denial.

use crate::Process;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A rule of the daemon, by the number that it gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleNumber(pub u32);

/// What to watch, and what to tell of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// File names of programs whose start makes a tree (`claude`, `codex`), also where an
    /// interpreter reads them.
    pub programs: Vec<String>,
    /// Names of environment variables to tell of a started program.
    pub variables: Vec<String>,
    /// Files to hear of when they are only read, or when reading fails. Writes are always told.
    pub interests: Vec<Interest>,
    /// Processes that nobody in a tree may signal or trace unseen: Ringfence's own.
    pub guarded: Vec<Process>,
}

/// A file or directory that reading is told of, with all below it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interest {
    /// Absolute path; need not exist.
    pub path: String,
    /// Set where the path is only the end of one (`/.env`): matched at the end, in any directory.
    pub ending: bool,
}

/// What processes of watched trees must not do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Files and directories.
    pub files: Vec<FileRule>,
    /// Networks.
    pub addresses: Vec<AddressRule>,
    /// Names that are asked for.
    pub names: Vec<NameRule>,
    /// Trees that may reach only what is named.
    pub locks: Vec<Lock>,
    /// What a person has allowed of all this.
    pub lifted: Vec<Lift>,
    /// Denies signals to guarded processes ([`Settings::guarded`]) and tracing them. Tier A only.
    pub guard: Option<RuleNumber>,
    /// Denies loading modules and programs into the kernel. Tier A only.
    pub kernel: Option<RuleNumber>,
}

/// What must not be done with a file, or with anything below a directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRule {
    /// The number that comes back with a denial.
    pub number: RuleNumber,
    /// Absolute path; held by inode, and armed when it comes to exist.
    pub path: String,
    /// What is denied.
    pub denies: FileUses,
    /// Executables that may all the same, by absolute path (`/usr/bin/ssh` its keys), unless they
    /// were started with a preloaded library (`LD_PRELOAD`, `LD_AUDIT`; ld.so(8)).
    pub except: Vec<String>,
    /// The program that began the tree may all the same, and those of its kind that it starts by
    /// itself: an agent its own settings. What it runs may not.
    pub spares_agent: bool,
}

/// One use of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileUse {
    /// Opened for reading.
    Read,
    /// Made, opened for writing, cut short, its permissions changed.
    Write,
    /// Run.
    Execute,
    /// Deleted, renamed or replaced.
    Remove,
    /// Given one more name.
    Link,
}

/// A set of [`FileUse`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileUses(u8);

impl FileUses {
    /// Every use.
    pub const ALL: FileUses = FileUses(0b1_1111);

    /// The set as bits, as the kernel's maps hold it: reading is the lowest.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The uses in the set.
    pub fn iter(self) -> impl Iterator<Item = FileUse> {
        let all = [
            FileUse::Read,
            FileUse::Write,
            FileUse::Execute,
            FileUse::Remove,
            FileUse::Link,
        ];
        all.into_iter().filter(move |one| self.has(*one))
    }

    /// Says whether a use is in the set.
    pub fn has(self, one: FileUse) -> bool {
        self.0 & (1 << one as u8) != 0
    }
}

impl FromIterator<FileUse> for FileUses {
    fn from_iter<Uses: IntoIterator<Item = FileUse>>(uses: Uses) -> FileUses {
        FileUses(uses.into_iter().fold(0, |bits, one| bits | 1 << one as u8))
    }
}

/// A network that must not be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressRule {
    /// The number that comes back with a denial.
    pub number: RuleNumber,
    /// An address of it.
    pub network: IpAddr,
    /// How many of its bits count.
    pub prefix: u8,
}

/// Names that must not be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameRule {
    /// The number that comes back with a denial.
    pub number: RuleNumber,
    /// The name, and every name that ends with a dot and it (`evil.example`).
    pub suffix: String,
}

/// Something that a rule denies and a person has allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lift {
    /// One file, or one directory as such.
    File {
        /// The rule that holds it.
        number: RuleNumber,
        /// Its absolute path.
        path: String,
    },
    /// One address.
    Address(IpAddr),
    /// One name, and what is below it.
    Name(String),
    /// All that a rule denies, in one tree.
    Tree {
        /// The rule.
        number: RuleNumber,
        /// The tree's root.
        tree: Process,
    },
}

/// A tree that may reach only what is named here; loopback stays open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The number that comes back with a denial.
    pub number: RuleNumber,
    /// The tree's root.
    pub tree: Process,
    /// Networks that stay open: an address of each, and how many of its bits count.
    pub addresses: Vec<(IpAddr, u8)>,
    /// Names that may be asked for, with all below them.
    pub names: Vec<String>,
}
