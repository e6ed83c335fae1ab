//! Why the server could not start.

use std::net::SocketAddr;

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The address can be reached from other machines.
    #[error("`{address}` is not a loopback address; the dashboard is for this machine only")]
    NotLoopback {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The token can be guessed.
    #[error("the token is too short to keep anybody out")]
    WeakToken,
    /// The address is taken, or not ours.
    #[error("failed to listen on `{address}`")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The system gave no thread, no timer or no random numbers.
    #[error("failed to start the server")]
    Start(#[source] std::io::Error),
}
