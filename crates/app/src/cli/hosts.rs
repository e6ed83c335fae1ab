//! The words of `ringfence hosts` and `ringfence configure`.

use super::Json;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Hosts {
    #[command(subcommand)]
    pub(crate) what: Option<HostsWhat>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Configure {
    /// The agent
    pub(crate) agent: String,
    /// Take it out again
    #[arg(long)]
    pub(crate) undo: bool,
    /// Only show what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HostsWhat {
    /// Trust a host with secrets
    Trust {
        /// The host, like api.example.com or *.example.com
        host: String,
    },
    /// Let no program reach a host through the proxy
    Flag {
        /// The host, like api.example.com or *.example.com
        host: String,
    },
    /// Neither trust nor flag a host any longer
    Allow {
        /// The host, like api.example.com or *.example.com
        host: String,
    },
}
