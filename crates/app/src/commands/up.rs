//! `ringfence up`.

use super::person::ask;
use crate::cli::Up;
use crate::config::Config;
use crate::daemon::Daemon;
use crate::output::{Exit, GREEN, YELLOW, print};
use crate::places::{Places, private_dir};
use crate::wire::{DaemonStatus, Request, Response};
use anyhow::{Context, Result, bail};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a daemon in the background may take to answer: it first takes in what was spooled.
const STARTING: Duration = Duration::from_secs(30);

pub(super) fn run(args: &Up, places: &Places) -> Result<Exit> {
    if let Ok(Response::Pong { status }) = ask(places, &Request::Ping) {
        print(&format!(
            "Ringfence is already up (process {}).\n",
            status.pid
        ))?;
        return Ok(Exit::Done);
    }
    if args.detach {
        return detach(places);
    }
    let daemon = Daemon::build(places.clone())?;
    let judge = daemon.judge();
    let mut text = format!(
        "{GREEN}Ringfence is up{GREEN:#}: {} rules, mode {}.\n",
        judge.rules.rules().count(),
        judge.config.mode.name()
    );
    text.push_str(&problems(&daemon.problems()));
    text.push_str(first_import(&judge.config, places));
    text.push_str(&next(places));
    text.push_str("Ctrl-C ends it; hooks then judge by themselves.\n");
    print(&text)?;
    daemon.run()?;
    print("Ringfence is down. Everything is stored.\n")?;
    Ok(Exit::Done)
}

fn detach(places: &Places) -> Result<Exit> {
    private_dir(&places.state)?;
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(places.log())
        .with_context(|| format!("failed to open `{}`", places.log().display()))?;
    let program = std::env::current_exe().context("failed to find this program")?;
    let config = Config::load(&places.config_file()).unwrap_or_default();
    let import = first_import(&config, places);
    let mut child = Command::new(program)
        .arg("up")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0)
        .spawn()
        .context("failed to start the daemon")?;
    let status = wait(places, &mut child)?;
    let mut text = format!(
        "{GREEN}Ringfence is up{GREEN:#} in the background (process {}): {} rules, mode {}.\n",
        status.pid, status.rules, status.mode
    );
    text.push_str(&problems(&status.problems));
    text.push_str(import);
    text.push_str(&next(places));
    print(&text)?;
    Ok(Exit::Done)
}

/// Waits until the daemon answers, or has died.
fn wait(places: &Places, child: &mut std::process::Child) -> Result<DaemonStatus> {
    let deadline = Instant::now() + STARTING;
    loop {
        if let Ok(Response::Pong { status }) = ask(places, &Request::Ping) {
            return Ok(*status);
        }
        if let Some(ended) = child.try_wait()? {
            bail!(
                "the daemon did not start ({ended})\nhint: see the end of `{}`",
                places.log().display()
            );
        }
        if Instant::now() > deadline {
            bail!(
                "the daemon does not answer after {} s\nhint: see the end of `{}`",
                STARTING.as_secs(),
                places.log().display()
            );
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn problems(problems: &[String]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| {
            format!(
                "{YELLOW}warning:{YELLOW:#} {}\n",
                problem.replace('\n', " ")
            )
        })
        .collect();
    lines.concat()
}

/// At the first start: that histories are read.
fn first_import(config: &Config, places: &Places) -> &'static str {
    if config.history && !places.history().exists() {
        "What agents wrote down so far is taken in now: `ringfence status` says what is found.\n"
    } else {
        ""
    }
}

/// What to do next, if anything.
fn next(places: &Places) -> String {
    let hooked = crate::hooked::hooked(places);
    if hooked.is_empty() {
        "Next: `ringfence install --all` hooks the agents that are used here.\n".to_owned()
    } else {
        let names: Vec<&str> = hooked.iter().map(|agent| agent.title()).collect();
        format!(
            "Hooked: {}. See `ringfence status`, and `ringfence events --follow`.\n",
            names.join(", ")
        )
    }
}
