//! The words of `ringfence incidents`.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Incidents {
    #[command(subcommand)]
    pub(crate) what: Option<IncidentsWhat>,
    #[command(flatten)]
    pub(crate) list: IncidentsList,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IncidentsWhat {
    /// List what happened and is not dealt with
    List(IncidentsList),
    /// Show one: what happened, what it comes to, what to do next
    Show {
        /// The incident (the start of its id is enough)
        incident: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Say where one stands: it opens again when it grows
    Resolve(Resolve),
    /// Write one down for others, with secrets masked
    Export {
        /// The incident (the start of its id is enough)
        incident: String,
        /// In which form
        #[arg(long, value_enum, default_value_t = ExportForm::Markdown)]
        format: ExportForm,
        /// Into this file, which must not be there yet
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct IncidentsList {
    /// Those that are dealt with, too
    #[arg(long, short)]
    pub(crate) all: bool,
    /// Only this session
    #[arg(long)]
    pub(crate) session: Option<String>,
    /// Only since then: 30m, 6h, 7d, or 2026-11-21T08:00:00Z
    #[arg(long, value_name = "WHEN", default_value = "30d")]
    pub(crate) since: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// The incident (the start of its id is enough)
    pub(crate) incident: String,
    /// Where it stands
    #[arg(long = "as", value_enum, default_value_t = Standing::Resolved)]
    pub(crate) standing: Standing,
    /// Why, for whoever reads it later
    #[arg(long)]
    pub(crate) reason: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Standing {
    /// Nobody dealt with it
    New,
    /// Somebody is looking
    Investigating,
    /// It cannot go on
    Contained,
    /// It is done with
    Resolved,
    /// It never was one
    FalsePositive,
    /// Put off until it changes
    Snoozed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportForm {
    /// A text for a ticket
    Markdown,
    /// One page that needs nothing else
    Html,
    /// Everything, for programs
    Json,
}
