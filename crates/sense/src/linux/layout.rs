//! The kernel's maps as bytes: what `bpf/record.h` calls them, in this machine's byte order.
//!
//! **Invariant:** pure; a change here is a change there.

use crate::Process;

/// Bytes of a key or a value, written one field after another.
#[derive(Default)]
pub(super) struct Bytes(Vec<u8>);

impl Bytes {
    pub(super) fn word(mut self, word: u32) -> Bytes {
        self.0.extend_from_slice(&word.to_ne_bytes());
        self
    }

    pub(super) fn long(mut self, long: u64) -> Bytes {
        self.0.extend_from_slice(&long.to_ne_bytes());
        self
    }

    pub(super) fn bytes(mut self, bytes: &[u8]) -> Bytes {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Fills up with zeros, or cuts, to a length.
    pub(super) fn padded(mut self, length: usize) -> Vec<u8> {
        self.0.resize(length, 0);
        self.0
    }

    pub(super) fn done(self) -> Vec<u8> {
        self.0
    }
}

/// Reads the fields of a key, a value or a record, one after another; what is missing reads as 0.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    fn take<const LENGTH: usize>(&mut self) -> [u8; LENGTH] {
        let Some((head, rest)) = self.0.split_first_chunk::<LENGTH>() else {
            self.0 = &[];
            return [0; LENGTH];
        };
        self.0 = rest;
        *head
    }

    pub(super) fn byte(&mut self) -> u8 {
        u8::from_ne_bytes(self.take())
    }

    pub(super) fn half(&mut self) -> u16 {
        u16::from_ne_bytes(self.take())
    }

    pub(super) fn word(&mut self) -> u32 {
        u32::from_ne_bytes(self.take())
    }

    pub(super) fn number(&mut self) -> i32 {
        i32::from_ne_bytes(self.take())
    }

    pub(super) fn long(&mut self) -> u64 {
        u64::from_ne_bytes(self.take())
    }

    pub(super) fn address(&mut self) -> [u8; 16] {
        self.take()
    }
}

/// `struct process_key`.
pub(super) fn process_key(process: Process) -> Vec<u8> {
    Bytes::default()
        .word(process.pid)
        .word(0)
        .long(process.started)
        .done()
}

/// Reads a `struct process_key`.
pub(super) fn read_process(fields: &mut Fields<'_>) -> Process {
    let pid = fields.word();
    fields.word();
    Process {
        pid,
        started: fields.long(),
    }
}

/// `struct member`, as far as user space needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) tree: Process,
    pub(super) started: u64,
    pub(super) reads: u64,
    pub(super) executable: Inode,
    pub(super) owner: u32,
    pub(super) preloaded: bool,
    pub(super) agent: bool,
}

impl Member {
    pub(super) fn read(bytes: &[u8]) -> Member {
        let mut fields = Fields(bytes);
        let tree = read_process(&mut fields);
        let started = fields.long();
        fields.long(); // when the parent started
        let reads = fields.long();
        let number = fields.long();
        let device = fields.word();
        let owner = fields.word();
        fields.word(); // the parent
        Member {
            tree,
            started,
            reads,
            executable: Inode { number, device },
            owner,
            preloaded: fields.word() != 0,
            agent: fields.word() != 0,
        }
    }
}

/// `struct tree`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tree {
    pub(super) owner: u32,
    pub(super) losses: crate::Losses,
}

impl Tree {
    pub(super) fn read(bytes: &[u8]) -> Tree {
        let mut fields = Fields(bytes);
        let owner = fields.word();
        fields.word();
        Tree {
            owner,
            losses: crate::Losses {
                ring_full: fields.long(),
                map_full: fields.long(),
                fault: fields.long(),
            },
        }
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        Bytes::default()
            .word(self.owner)
            .word(0)
            .long(self.losses.ring_full)
            .long(self.losses.map_full)
            .long(self.losses.fault)
            .done()
    }
}

/// A file as the kernel itself tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Inode {
    pub(super) number: u64,
    pub(super) device: u32,
}

impl Inode {
    /// `struct resolved`.
    pub(super) fn read(bytes: &[u8]) -> Inode {
        let mut fields = Fields(bytes);
        Inode {
            number: fields.long(),
            device: fields.word(),
        }
    }
}

/// `struct owner`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OwnerEntry {
    pub(super) pulse: u64,
    /// A bit for each last byte of an end of a path, modulo 64.
    pub(super) lasts: u64,
    pub(super) enforce: bool,
    pub(super) variables: usize,
    pub(super) endings: usize,
    pub(super) prefixes: usize,
    pub(super) guarded: Option<crate::RuleNumber>,
    pub(super) kernel: Option<crate::RuleNumber>,
}

impl OwnerEntry {
    pub(super) fn bytes(self) -> Vec<u8> {
        let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
        let number = |rule: Option<crate::RuleNumber>| rule.map_or(0, |rule| rule.0);
        Bytes::default()
            .long(self.pulse)
            .long(self.lasts)
            .word(u32::from(self.enforce))
            .word(count(self.variables))
            .word(count(self.endings))
            .word(count(self.prefixes))
            .word(number(self.guarded))
            .word(u32::from(self.guarded.is_some()))
            .word(number(self.kernel))
            .word(u32::from(self.kernel.is_some()))
            .done()
    }
}

/// `struct seed`: what the task iterator is told, and what it found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seed {
    pub(super) root: Option<Process>,
    pub(super) owner: u32,
    pub(super) found: bool,
    pub(super) added: u32,
    pub(super) full: u32,
    pub(super) own: u32,
}

impl Seed {
    pub(super) fn bytes(self) -> Vec<u8> {
        let root = self.root.unwrap_or(Process { pid: 0, started: 0 });
        Bytes::default()
            .word(root.pid)
            .word(self.owner)
            .long(root.started)
            .word(u32::from(self.found))
            .word(self.added)
            .word(self.full)
            .word(self.own)
            .done()
    }

    pub(super) fn read(bytes: &[u8]) -> Seed {
        let mut fields = Fields(bytes);
        let pid = fields.word();
        let owner = fields.word();
        let started = fields.long();
        Seed {
            root: Some(Process { pid, started }),
            owner,
            found: fields.word() != 0,
            added: fields.word(),
            full: fields.word(),
            own: fields.word(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let root = Process {
            pid: 7,
            started: 99,
        };
        let seed = Seed {
            root: Some(root),
            owner: 1000,
            found: true,
            added: 3,
            full: 1,
            own: 5,
        };
        assert_eq!(Seed::read(&seed.bytes()), seed);
        let tree = Tree {
            owner: 1000,
            losses: crate::Losses {
                ring_full: 1,
                map_full: 2,
                fault: 3,
            },
        };
        assert_eq!(Tree::read(&tree.bytes()), tree);
        assert_eq!(read_process(&mut Fields(&process_key(root))), root);
    }

    #[test]
    fn lengths_are_those_of_the_kernels_side() {
        assert_eq!(OwnerEntry::default().bytes().len(), 48);
        assert_eq!(Seed::default().bytes().len(), 32);
        assert_eq!(Tree::default().bytes().len(), 32);
    }
}
