//! What agents export through OpenTelemetry: where it is received, whom it is passed on to, and
//! what was written into agents' settings for it.
//!
//! **Invariant:** it listens on loopback, only once the user asked for it, and takes nothing from
//! browsers nor from anybody without an agent's token. No agent waits for what is done with it.

pub(crate) mod forward;
mod gate;
pub(crate) mod installed;
pub(crate) mod receiver;
mod reply;
pub(crate) mod status;
pub(crate) mod tokens;
