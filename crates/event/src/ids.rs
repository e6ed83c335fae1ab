//! Names of things: a newtype for each, so that none is taken for another.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// An event's own key: UUIDv7, made by the sensor that saw it, safe to send twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventKey(pub Uuid);

impl fmt::Display for EventKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

text_id! {
    /// An agent's session, by the agent's own id.
    SessionId
}
text_id! {
    /// A tool call, by the agent's own id (`toolu_…`, `call_…`), or by ours where it gives none.
    ToolCallId
}
text_id! {
    /// A rule, by the name a person types (`credential-read`).
    RuleId
}
text_id! {
    /// A finding, by the short name a person types (`k7m2qx4t`).
    FindingId
}

/// Crockford's base 32 in lower case: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl FindingId {
    /// Returns the id of the finding of a rule on an event: eight characters, the same each time.
    ///
    /// FNV-1a over key and rule, 40 bits of it: two findings out of a million share
    /// one with a chance of about a half, and the newest is meant then.
    pub fn of(event: EventKey, rule: &RuleId) -> FindingId {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in event.0.as_bytes().iter().chain(rule.0.as_bytes()) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        hash ^= hash >> 32;
        let text = (0..8)
            .filter_map(|place| {
                ALPHABET.get(usize::try_from(hash >> (place * 5)).unwrap_or(0) & 31)
            })
            .map(|byte| char::from(*byte))
            .collect();
        FindingId(text)
    }
}

/// The tool call that an event belongs to, and how we know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRef {
    /// Which call.
    pub id: ToolCallId,
    /// How we know.
    pub join: Join,
}

/// How two facts were joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// By an id that both sources carry.
    Exact,
    /// By time, directory or likeness.
    Inferred,
}

/// A process, guarded against a reused pid by its start time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProcessRef {
    /// Process id.
    pub pid: u32,
    /// Start time in clock ticks since boot (field 22 of `/proc/<pid>/stat`, proc(5)); 0 if unknown.
    pub started: u64,
    /// The executable, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executable: Option<String>,
}
