//! What is remembered of a conversation, so that what is sent again is neither told nor examined again.
//!
//! **Invariant:** bounded: [`MOST_MEMORIES`] conversations with [`MOST_HASHES`] hashes each, the
//! oldest go first. What was forgotten is examined once more, which costs time and nothing else.

use super::dialect::Pending;
use std::collections::{BTreeMap, HashSet, VecDeque};

/// Conversations that are remembered.
const MOST_MEMORIES: usize = 64;
/// Blocks and texts of one conversation.
const MOST_HASHES: usize = 8192;
/// Calls whose tool is remembered until their result comes.
const MOST_CALLS: usize = 512;
/// Bytes of a call's id and its tool's name; providers' have fewer than a hundred.
const LONGEST_CALL: usize = 1024;
/// Hosts of one conversation.
const MOST_HOSTS: usize = 64;

/// Memories by conversation, each with when it was last used.
#[derive(Debug, Default)]
pub(crate) struct Memories {
    kept: BTreeMap<String, (u64, Memory)>,
    uses: u64,
}

impl Memories {
    /// The memory of a conversation; a new one if there is none.
    pub(crate) fn of(&mut self, conversation: &str) -> &mut Memory {
        self.uses += 1;
        if !self.kept.contains_key(conversation) && self.kept.len() >= MOST_MEMORIES {
            let oldest = self.kept.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                self.kept.remove(&name);
            }
        }
        let kept = self.kept.entry(conversation.to_owned()).or_default();
        kept.0 = self.uses;
        &mut kept.1
    }
}

/// One conversation.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    order: VecDeque<u128>,
    seen: HashSet<u128>,
    calls: VecDeque<(String, String)>,
    hosts: BTreeMap<String, Host>,
}

/// What is known of a host.
#[derive(Debug, Default)]
pub(crate) struct Host {
    /// The login that was used first.
    pub(crate) key: Option<u128>,
    /// The organisation that was named first.
    pub(crate) organisation: Option<String>,
    /// The hash of each tool that was offered, by the hash of its name.
    pub(crate) tools: BTreeMap<u128, u128>,
    /// JSON-RPC requests that wait for their answer, maybe on another exchange.
    pub(crate) pending: Pending,
}

impl Memory {
    /// Notes bytes; false if they were seen before.
    pub(crate) fn is_new(&mut self, bytes: &[u8]) -> bool {
        let hash = hash(bytes);
        if !self.seen.insert(hash) {
            return false;
        }
        if self.order.len() >= MOST_HASHES
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        self.order.push_back(hash);
        true
    }

    /// Notes which tool a call uses.
    pub(crate) fn note_call(&mut self, id: &str, name: &str) {
        if id.len() + name.len() > LONGEST_CALL {
            return;
        }
        if self.calls.len() >= MOST_CALLS {
            self.calls.pop_front();
        }
        self.calls.push_back((id.to_owned(), name.to_owned()));
    }

    /// The tool of a call.
    pub(crate) fn tool_of(&self, id: &str) -> Option<&str> {
        let found = self.calls.iter().rev().find(|(known, _)| known == id);
        found.map(|(_, name)| name.as_str())
    }

    /// What is known of a host; beyond the limit an unknown one shares the last place.
    pub(crate) fn host(&mut self, host: &str) -> &mut Host {
        let name = if self.hosts.contains_key(host) || self.hosts.len() < MOST_HOSTS {
            host
        } else {
            ""
        };
        self.hosts.entry(name.to_owned()).or_default()
    }
}

/// The first half of a BLAKE3 hash.
pub(crate) fn hash(bytes: &[u8]) -> u128 {
    let half = blake3::hash(bytes);
    let half = half.as_bytes().first_chunk::<16>().copied();
    u128::from_le_bytes(half.unwrap_or_default())
}
