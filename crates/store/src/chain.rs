//! The chain that shows whether stored events were changed: a hash of each event,
//! one of each batch, and one that each batch takes over from the batch before.
//!
//! **Invariant:** pure functions over what stands in the tables. Every field is in
//! the hash behind its length, so that no two rows give the same bytes.

/// A BLAKE3 hash.
pub(crate) type Hash = [u8; 32];

/// The head before the first batch.
pub(crate) const START: Hash = [0; 32];

/// What is hashed of an event: its row, with the texts that its numbers stand for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf<'a> {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) key: &'a [u8],
    pub(crate) kind: i64,
    pub(crate) source: i64,
    pub(crate) agent: i64,
    pub(crate) does: i64,
    pub(crate) verdict: i64,
    pub(crate) severity: i64,
    /// 1 if the tool call is only inferred.
    pub(crate) inferred: i64,
    /// Empty if there is none.
    pub(crate) session: &'a str,
    /// Empty if there is none.
    pub(crate) subject: &'a str,
    /// The tool call; empty if there is none.
    pub(crate) call: &'a str,
    /// Empty if there is none.
    pub(crate) cwd: &'a str,
    /// As stored.
    pub(crate) body: &'a [u8],
}

/// Hashes the events of a batch, one after the other.
pub(crate) struct Batch {
    leaves: blake3::Hasher,
    bytes: Vec<u8>,
}

impl Batch {
    pub(crate) fn new() -> Batch {
        Batch {
            leaves: blake3::Hasher::new(),
            bytes: Vec::new(),
        }
    }

    /// Adds the next event.
    pub(crate) fn add(&mut self, leaf: &Leaf<'_>) {
        self.bytes.clear();
        let numbers = [
            leaf.seq,
            leaf.at,
            leaf.kind,
            leaf.source,
            leaf.agent,
            leaf.does,
            leaf.verdict,
            leaf.severity,
            leaf.inferred,
        ];
        for number in numbers {
            self.bytes.extend_from_slice(&number.to_le_bytes());
        }
        let texts = [leaf.session, leaf.subject, leaf.call, leaf.cwd].map(str::as_bytes);
        for text in [leaf.key].into_iter().chain(texts).chain([leaf.body]) {
            self.bytes.extend_from_slice(&length(text));
            self.bytes.extend_from_slice(text);
        }
        self.leaves.update(blake3::hash(&self.bytes).as_bytes());
    }

    /// The hash of the whole batch.
    pub(crate) fn root(&self) -> Hash {
        *self.leaves.finalize().as_bytes()
    }
}

fn length(text: &[u8]) -> [u8; 8] {
    u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes()
}

/// The head of the chain behind a batch: `first` and `last` are its events, `at` is
/// when it was stored.
pub(crate) fn head(before: &Hash, root: &Hash, first: i64, last: i64, at: i64) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before).update(root);
    for number in [first, last, at] {
        hasher.update(&number.to_le_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// Reads a hash from a column; `None` if it is none.
pub(crate) fn hash_of(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAF: Leaf<'_> = Leaf {
        seq: 1,
        at: 2,
        key: &[3; 16],
        kind: 4,
        source: 5,
        agent: 6,
        does: 7,
        verdict: 0,
        severity: 0,
        inferred: 0,
        session: "session",
        subject: "subject",
        call: "call",
        cwd: "cwd",
        body: b"body",
    };

    fn root(leaves: &[Leaf<'_>]) -> Hash {
        let mut batch = Batch::new();
        for leaf in leaves {
            batch.add(leaf);
        }
        batch.root()
    }

    #[test]
    fn every_field_and_the_order_count() {
        let changed = [
            Leaf { seq: 2, ..LEAF },
            Leaf { at: 3, ..LEAF },
            Leaf {
                key: &[4; 16],
                ..LEAF
            },
            Leaf { kind: 5, ..LEAF },
            Leaf { source: 6, ..LEAF },
            Leaf { agent: 7, ..LEAF },
            Leaf { does: 8, ..LEAF },
            Leaf { verdict: 1, ..LEAF },
            Leaf {
                severity: 1,
                ..LEAF
            },
            Leaf {
                session: "sessions",
                subject: "ubject",
                ..LEAF
            },
            Leaf {
                session: "",
                ..LEAF
            },
            Leaf {
                subject: "",
                ..LEAF
            },
            Leaf {
                inferred: 1,
                ..LEAF
            },
            Leaf { call: "", ..LEAF },
            Leaf { cwd: "", ..LEAF },
            Leaf { body: b"", ..LEAF },
        ];
        let mut seen = std::collections::BTreeSet::from([root(&[LEAF]), root(&[])]);
        for leaf in changed {
            assert!(seen.insert(root(&[leaf])), "{leaf:?}");
            assert!(seen.insert(root(&[LEAF, leaf])), "{leaf:?}");
            assert!(seen.insert(root(&[leaf, LEAF])), "{leaf:?}");
        }
    }

    #[test]
    fn a_head_depends_on_all_before_it() {
        let plain = head(&START, &[1; 32], 1, 2, 3);
        let others = [
            head(&[9; 32], &[1; 32], 1, 2, 3),
            head(&START, &[2; 32], 1, 2, 3),
            head(&START, &[1; 32], 2, 2, 3),
            head(&START, &[1; 32], 1, 3, 3),
            head(&START, &[1; 32], 1, 2, 4),
        ];
        assert!(others.iter().all(|other| *other != plain));
        assert_eq!(plain, head(&START, &[1; 32], 1, 2, 3));
        assert_eq!((hash_of(&plain), hash_of(b"short")), (Some(plain), None));
    }
}
