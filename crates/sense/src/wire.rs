//! What sensor and daemon say to each other over a Unix socket: frames of a length and that many
//! bytes of `postcard`, each at most [`LARGEST`].
//!
//! **Invariant:** the first frame of each side is its hello; whose version differs is refused.
//! Nothing that a peer says makes room before the bytes have come.

use crate::{Observation, Policy, Process, Report, Settings};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// Raised when either side could misread the other.
pub const VERSION: u32 = 2;

/// Largest frame, in bytes.
pub const LARGEST: usize = 1024 * 1024;

/// What the daemon says. The sensor knows its user from the socket (unix(7), `SO_PEERCRED`), and
/// lets nobody watch or fence another user's processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// I speak this version.
    Hello {
        /// [`VERSION`].
        version: u32,
    },
    /// Look for these.
    Settings(Settings),
    /// Watch this process and all below it, those that run already too.
    Watch {
        /// The tree's root.
        root: Process,
    },
    /// Watch this tree no more.
    Forget {
        /// The tree's root.
        root: Process,
    },
    /// Deny this from now on, in this user's trees; takes the place of what was sent before.
    Enforce(Policy),
    /// Lift all denials.
    Release,
    /// I am here. Denials are lifted when none comes for ten seconds.
    Pulse,
}

/// What the sensor says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// I speak this version.
    Hello {
        /// [`VERSION`].
        version: u32,
    },
    /// The tree is watched; these are in it already.
    Watching {
        /// Its root.
        root: Process,
        /// Who is in it.
        members: Vec<Process>,
    },
    /// Some parts of a policy could not be armed, one sentence each; the others are.
    Armed {
        /// What is not in force, and why.
        problems: Vec<String>,
    },
    /// I can't, or may not.
    Refused {
        /// Why, in words.
        why: String,
    },
    /// Seen, in order for each process.
    Seen(Vec<Observation>),
    /// How I do; after the hello, and once a second while something changes.
    Report(Report),
}

/// Why a frame could not be read.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The other side is gone, or the socket failed.
    #[error("failed to talk over the sensor's socket")]
    Socket(#[from] io::Error),
    /// A frame is larger than [`LARGEST`].
    #[error("a frame of {0} bytes is larger than {LARGEST}")]
    TooLarge(usize),
    /// A frame is not what this version says.
    #[error("a frame is not readable")]
    Garbage(#[source] postcard::Error),
}

/// Writes one frame.
pub fn send(stream: &mut impl Write, message: &impl Serialize) -> Result<(), WireError> {
    let mut frame = postcard::to_extend(message, vec![0; 4]).map_err(WireError::Garbage)?;
    let length = frame.len().saturating_sub(4);
    if length > LARGEST {
        return Err(WireError::TooLarge(length));
    }
    let head = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    for (place, byte) in frame.iter_mut().zip(head) {
        *place = byte;
    }
    Ok(stream.write_all(&frame)?)
}

/// Reads one frame.
pub fn receive<Message: DeserializeOwned>(stream: &mut impl Read) -> Result<Message, WireError> {
    let mut head = [0; 4];
    stream.read_exact(&mut head)?;
    let length = usize::try_from(u32::from_be_bytes(head)).unwrap_or(usize::MAX);
    if length > LARGEST {
        return Err(WireError::TooLarge(length));
    }
    let mut bytes = Vec::new();
    let taken = stream
        .by_ref()
        .take(length as u64)
        .read_to_end(&mut bytes)?;
    if taken < length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    postcard::from_bytes(&bytes).map_err(WireError::Garbage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Deed, Endpoint, FileRule, FileUse, RuleNumber};
    use proptest::prelude::*;
    use ringfence_event::Transport;

    fn round_trip<Message: Serialize + DeserializeOwned>(message: &Message) -> Message {
        let mut bytes = Vec::new();
        send(&mut bytes, message).unwrap();
        receive(&mut bytes.as_slice()).unwrap()
    }

    #[test]
    fn what_is_said_arrives() {
        let process = Process {
            pid: 7,
            started: 99,
        };
        let seen = Answer::Seen(vec![Observation {
            at: 1_700_000_000_000_000,
            process,
            tree: process,
            user: 1000,
            deed: Deed::Connect {
                to: Endpoint::Inet {
                    address: [192, 0, 2, 1].into(),
                    port: 443,
                    transport: Transport::Tcp,
                },
            },
            error: Some(1),
            denied: Some(RuleNumber(3)),
            times: 1,
        }]);
        assert_eq!(round_trip(&seen), seen);
        let policy = Request::Enforce(Policy {
            files: vec![FileRule {
                number: RuleNumber(1),
                path: "/home/ada/.ssh".to_owned(),
                denies: [FileUse::Read, FileUse::Link].into_iter().collect(),
                except: vec!["/usr/bin/ssh".to_owned()],
                spares_agent: true,
            }],
            ..Policy::default()
        });
        assert_eq!(round_trip(&policy), policy);
    }

    #[test]
    fn a_long_frame_is_refused_before_it_comes() {
        let head = u32::MAX.to_be_bytes();
        let read = receive::<Answer>(&mut head.as_slice());
        assert!(matches!(read, Err(WireError::TooLarge(_))), "{read:?}");
    }

    proptest! {
        #[test]
        fn garbage_is_an_error_or_a_message(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut frame = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
            frame.extend_from_slice(&bytes);
            if let Ok(message) = receive::<Request>(&mut frame.as_slice()) {
                prop_assert_eq!(round_trip(&message), message);
            }
        }
    }
}
