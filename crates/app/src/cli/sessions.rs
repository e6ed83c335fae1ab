//! What is asked of sessions, what they cost, and why something happened.

use super::Narrow;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Sessions {
    #[command(subcommand)]
    pub(crate) what: Option<SessionsWhat>,
    #[command(flatten)]
    pub(crate) list: Narrow,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SessionsWhat {
    /// List sessions, the latest first
    List(Narrow),
    /// Show what was said and done in one session
    Show(Show),
    /// Show one session step by step, as it went
    Replay(Replay),
    /// Write one session to a file that can be shown to others
    Export(Export),
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The session (the start of its id is enough)
    pub(crate) session: String,
    /// Only this turn
    #[arg(long, value_name = "N")]
    pub(crate) turn: Option<u64>,
    /// Also thoughts, and what tools gave back
    #[arg(long)]
    pub(crate) full: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The session (the start of its id is enough)
    pub(crate) session: String,
    /// Begin with this turn
    #[arg(long, value_name = "N")]
    pub(crate) turn: Option<u64>,
    /// How many times faster than it was; no pause is longer than two seconds
    #[arg(long, value_name = "TIMES", default_value_t = 10.0, value_parser = speed)]
    pub(crate) speed: f64,
    /// Don't wait between steps
    #[arg(long, conflicts_with = "speed")]
    pub(crate) no_wait: bool,
    /// Also thoughts, and what tools gave back
    #[arg(long)]
    pub(crate) full: bool,
    /// Print each step as a line of JSON, without waiting
    #[arg(long)]
    pub(crate) json: bool,
}

const AFTER_EXPORT: &str =
    "Secrets are masked, and your home directory is written as `~`. The page loads nothing and runs
nothing: what was captured is text in it. Read it before you hand it on: what agents said and read
is in it.

  ringfence sessions export 3f25 --format html -o session.html
  ringfence sessions export 3f25 --format json | jq .turns";

#[derive(Debug, Args)]
#[command(after_help = AFTER_EXPORT)]
pub(crate) struct Export {
    /// The session (the start of its id is enough)
    pub(crate) session: String,
    /// As a page, or as JSON
    #[arg(long, value_enum, default_value_t = Format::Html)]
    pub(crate) format: Format,
    /// Into this file; to standard output if absent
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A page that needs nothing else
    Html,
    /// JSON
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Cost {
    /// What the sums are for
    #[arg(long, value_enum, default_value_t = CostBy::Day)]
    pub(crate) by: CostBy,
    /// Only this agent
    #[arg(long)]
    pub(crate) agent: Option<String>,
    /// Only this session (the start of its id is enough)
    #[arg(long)]
    pub(crate) session: Option<String>,
    /// Only since then: 30m, 6h, 7d, or 2026-11-21T08:00:00Z
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CostBy {
    Day,
    Model,
    Project,
    Agent,
    Session,
}

#[derive(Debug, Args)]
pub(crate) struct Why {
    /// The event (`1-42`, `42`, or the start of its key), or the finding, as lists name them
    #[arg(value_name = "EVENT|FINDING")]
    pub(crate) what: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse::<f64>().ok();
    let speed = speed.filter(|speed| (0.01..=1e6).contains(speed));
    speed.ok_or_else(|| "use a number from 0.01 to 1000000".to_owned())
}
