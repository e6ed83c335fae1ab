//! Start here: `ringfence`, one binary for the hook, the daemon and the person.
#![forbid(unsafe_code)]

mod allowances;
mod ancestry;
mod canaries;
mod cli;
mod commands;
mod config;
mod daemon;
mod decided;
mod demo;
mod habits;
mod handled;
mod history;
mod hook;
mod hooked;
mod judge;
mod key;
mod memory;
mod opinion;
mod outbound;
mod output;
mod overheard;
mod packs;
mod places;
#[cfg(target_os = "linux")]
mod proxied;
mod scanning;
mod sensor;
mod telemetry;
mod trusted;
mod twins;
mod unread;
mod wire;

use clap::Parser;
use output::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The hook runs before every tool call: no argument parser, no runtime.
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|first| first == "hook") {
        return hook::main(args);
    }
    match cli::Cli::try_parse() {
        Ok(cli) => match commands::run(cli.command) {
            Ok(exit) => exit.into(),
            Err(error) => output::report(&error).into(),
        },
        Err(usage) => {
            let failed = usage.use_stderr();
            // Without an output there is nobody to tell.
            usage.print().unwrap_or_default();
            if failed { Exit::Usage } else { Exit::Done }.into()
        }
    }
}
