//! The words of `ringfence ca`.

use super::Json;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Ca {
    /// Show the authority of the proxy: what it may sign for, and until when
    Show(Json),
    /// Print how this system is told to trust it, and how that is undone
    Trust,
    /// Print how this system is told to trust it no longer
    Untrust,
    /// Make a new one; whoever was told to trust the one before must be told again
    Rotate,
}
