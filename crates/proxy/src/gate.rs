//! The one place where something may be held back: for rules that block.
//!
//! **Invariant:** without a gate that asks for it nothing is held. What is held is held up to a limit;
//! what is longer is judged by its beginning and then flows.

use crate::piece::{Client, RequestHead, ResponseHead};
use bytes::Bytes;
use hyper::StatusCode;
use ringfence_event::Found;

/// Decides about what passes. Called on the wire's own threads: it must not block. Judges that it gives
/// have threads of their own.
pub trait Gate: Send + Sync {
    /// Says whether a client may have a way to a host at all.
    fn connect(&self, host: &str, port: u16, client: Option<&Client>) -> Result<(), Refusal>;

    /// Says whether the body of a request is wanted before any of it goes on.
    fn request(&self, head: &RequestHead) -> Attention;

    /// Says whether the body of an answer is wanted before any of it goes on.
    fn response(&self, request: &RequestHead, head: &ResponseHead) -> Attention;
}

/// Whether a body is held back.
pub enum Attention {
    /// It flows.
    Pass,
    /// Not even its head goes on, for what was found.
    Refuse(Refusal, Vec<Found>),
    /// It is held, up to so many bytes, until this was asked.
    Hold(usize, Box<dyn Judge>),
}

/// Judges a body that was held back.
pub trait Judge: Send {
    /// Judges a body, or as much of it as was held. Content coding is not undone.
    fn judge(self: Box<Self>, body: &Bytes, complete: Complete) -> Passage;
}

/// Whether all of a body was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Complete {
    /// All of it.
    Whole,
    /// Only the beginning: the rest will flow.
    Beginning,
}

/// What becomes of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It goes on as it came.
    Go,
    /// This goes on instead of what was held, without content coding, for what was found.
    Instead(Bytes, Vec<Found>),
    /// It does not go on, for what was found.
    Refuse(Refusal, Vec<Found>),
}

/// What a client is answered instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: StatusCode,
    /// One sentence, for the field `x-ringfence` and for the record.
    pub reason: String,
    /// The body, as JSON that the agent shows to its user; without one it is the reason as text.
    pub json: Option<Bytes>,
}
