//! One file per command; here only which is which.

mod alerts;
mod allow;
mod audit;
mod ca;
mod canary;
mod check;
mod configure;
mod cost;
mod demo;
mod doctor;
mod down;
mod eval;
mod events;
mod exec;
mod exporting;
mod files;
mod hosts;
mod import;
mod incidents;
mod install;
mod lock;
mod manual;
mod mcp_wrap;
mod narrow;
mod open;
mod person;
mod ps;
mod release;
mod rules;
mod scan;
mod sensor;
mod servers;
mod sessions;
mod stats;
mod status;
mod stop;
mod threats;
mod token;
mod uninstall;
mod up;
mod why;

use crate::cli::Command;
use crate::output::Exit;
use crate::places::Places;
use crate::wire::Order;
use anyhow::Result;

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<Exit> {
    let command = match command {
        Command::Completions { shell } => return manual::completions(shell),
        Command::Man { dir } => return manual::man(dir.as_deref()),
        Command::Openapi => return manual::openapi(),
        Command::Sensor(args) => return sensor::run(&args),
        other => other,
    };
    let places = Places::from_env()?;
    match command {
        Command::Up(args) => up::run(&args, &places),
        Command::Down => down::run(&places),
        Command::Status(args) => status::run(&args, &places),
        Command::Doctor(args) => doctor::run(&args, &places),
        Command::Ps(args) => ps::run(&args, &places),
        Command::Stop(args) => stop::run(Order::Stop, &args, &places),
        Command::Suspend(args) => stop::run(Order::Suspend, &args, &places),
        Command::Resume(args) => stop::run(Order::Resume, &args, &places),
        Command::Lock(args) => lock::lock(&args, &places),
        Command::Unlock { session } => lock::unlock(&session, &places),
        Command::Release(args) => release::run(&args, &places),
        Command::Install(args) => install::run(&args, &places),
        Command::Uninstall(args) => uninstall::run(&args, &places),
        Command::Exec(args) => exec::run(args, &places),
        Command::McpWrap(args) => mcp_wrap::run(&args, &places),
        Command::Events(args) => events::run(&args, &places),
        Command::Files(args) => files::run(&args, &places),
        Command::Alerts(args) => alerts::run(&args, &places),
        Command::Demo(args) => demo::run(&args, &places),
        Command::Incidents(args) => incidents::run(&args, &places),
        Command::Threats(args) => threats::run(&args, &places),
        Command::Sessions(args) => sessions::run(&args, &places),
        Command::Why(args) => why::run(&args, &places),
        Command::Cost(args) => cost::run(&args, &places),
        Command::Stats(args) => stats::run(&args, &places),
        Command::Import(args) => import::run(&args, &places),
        Command::Allow(args) => allow::run(&args, &places),
        Command::Check(args) => check::run(&args, &places),
        Command::Canary(what) => canary::run(&what, &places),
        Command::Scan(args) => Ok(scan::run(&args, &places)),
        Command::Eval(args) => eval::run(&args, &places),
        Command::Rules(args) => rules::run(&args, &places),
        Command::Open(args) => open::run(&args, &places),
        Command::Token(args) => token::run(&args, &places),
        Command::Configure(args) => configure::run(&args, &places),
        Command::Hosts(args) => hosts::run(&args, &places),
        Command::Ca(what) => ca::run(&what, &places),
        Command::Audit(args) => audit::run(&args, &places),
        // Handled before: the hook by `main`, the others above.
        Command::Hook { .. }
        | Command::Completions { .. }
        | Command::Man { .. }
        | Command::Openapi
        | Command::Sensor(_) => Ok(Exit::Usage),
    }
}
