//! `ringfence import`: takes in histories, through the daemon if there is one.
//!
//! **Invariant:** only one process writes to the record: with a daemon it is the daemon, without
//! one it is this command, which holds the record's lock meanwhile.

use crate::cli::Import as Args;
use crate::daemon::now;
use crate::daemon::told::{Pace, Told};
use crate::history::find;
use crate::history::import::Import;
use crate::history::kept::Folder;
use crate::history::report::Report;
use crate::history::status::{Going, Progress};
use crate::judge::Judge;
use crate::output::{Exit, YELLOW, print, print_json};
use crate::places::{Places, private_dir};
use crate::wire::{self, Request, Response};
use anyhow::{Context, Result, bail};
use ringfence_event::Timestamp;
use ringfence_store::{Options, Store};
use std::io::{self, IsTerminal, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How often it is told how far it is.
const TELLING: Duration = Duration::from_millis(500);
/// How long the daemon may take between two words.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) fn run(args: &Args, places: &Places) -> Result<Exit> {
    if args.paths.is_empty() {
        return past(args, places);
    }
    let mut paths: Vec<PathBuf> = Vec::new();
    for path in &args.paths {
        let whole = path.canonicalize();
        paths.push(whole.with_context(|| format!("failed to read `{}`", path.display()))?);
    }
    let report = match UnixStream::connect(places.socket()) {
        Ok(stream) => through_daemon(stream, paths)?,
        Err(_) => alone(places, &paths)?,
    };
    if io::stderr().is_terminal() {
        write!(io::stderr(), "\r\u{1b}[K").unwrap_or_default();
    }
    if args.json {
        print_json("import", &report)?;
    } else {
        print(&shown(&report))?;
    }
    if let Some(problem) = report.problem {
        bail!(
            "not everything was taken in: {problem}\nhint: the same command goes on where it ended"
        );
    }
    Ok(Exit::Done)
}

/// Tells what earlier imports came to, the latest first.
fn past(args: &Args, places: &Places) -> Result<Exit> {
    let mut reports = Folder::make(places.history())?.past();
    reports.reverse();
    if args.json {
        print_json("imports", &reports)?;
        return Ok(Exit::Done);
    }
    if reports.is_empty() {
        print(
            "Nothing was taken in yet.\nhint: `ringfence up` takes in what the agents of this home wrote; `ringfence import PATH` what somebody hands over\n",
        )?;
    }
    for report in reports {
        let begun = report.begun.unwrap_or(Timestamp(0));
        print(&format!("{begun}\n{}\n", shown(&report)))?;
    }
    Ok(Exit::Done)
}

fn through_daemon(mut stream: UnixStream, paths: Vec<PathBuf>) -> Result<Report> {
    let gone = "the daemon went away\nhint: the same command goes on where it ended";
    stream.set_read_timeout(Some(PATIENCE)).context(gone)?;
    wire::send_json(&mut stream, &Request::Import { paths }).context(gone)?;
    loop {
        match wire::receive_json(&mut stream).context(gone)? {
            Response::Importing { going } => tell(&going),
            Response::Imported { report } => return Ok(*report),
            Response::Refused { why } => bail!("{why}"),
            _ => bail!(
                "this daemon speaks another version\nhint: `ringfence down`, then `ringfence up`"
            ),
        }
    }
}

/// The same without a daemon. Nothing of a daemon's memory is touched: it reads the record anew.
fn alone(places: &Places, paths: &[PathBuf]) -> Result<Report> {
    for folder in [&places.config, &places.data, &places.state, &places.runtime] {
        private_dir(folder)?;
    }
    let judge = Judge::load(places)?;
    judge.rules.prepare();
    let options = Options {
        retention_days: judge.config.retention_days,
        daily_files: judge.config.daily_files,
        ..Options::default()
    };
    let store = Store::open(places.folders(), options).context("failed to open the store")?;
    let folder = Folder::make(places.history())?;
    let found = find::all(paths)?;
    let (told, progress) = (Told::default(), Progress::default());
    let import = Import {
        judge: &judge,
        store: &store,
        told: &told,
        folder: &folder,
        // Nobody waits here for a hook that may still come.
        hooks: &|_| false,
        each: &|_, _| {},
        is_stopping: &|| false,
        progress: &progress,
        now: now(),
    };
    let (done, waits) = channel::<()>();
    let mut report = thread::scope(|scope| {
        let progress = &progress;
        scope.spawn(move || {
            while waits.recv_timeout(TELLING) == Err(RecvTimeoutError::Timeout) {
                tell(&progress.going());
            }
        });
        let report = import.run(found);
        drop(done);
        report
    });
    settle(&judge, &store, &told)?;
    store.close().context("failed to store the last events")?;
    report.ended = Some(now());
    folder.keep_report(&report)?;
    Ok(report)
}

/// Takes in what would have waited for a hook.
fn settle(judge: &Judge, store: &Store, told: &Told) -> Result<()> {
    let memory = crate::memory::Memory::default();
    let hearing = crate::daemon::told::Hearing {
        whose: &|_| None,
        judge,
        store,
        memory: &memory,
        past: &memory,
        hooks: &|_| false,
        now: now(),
        pace: Pace::Soon,
    };
    told.due(&hearing, true, &mut |_, _| {})
        .map(drop)
        .context("failed to store the last events")
}

fn tell(going: &Going) {
    // Without standard error there is nobody to tell.
    if io::stderr().is_terminal() {
        write!(io::stderr(), "\r\u{1b}[K{}", going.line()).unwrap_or_default();
    }
}

fn shown(report: &Report) -> String {
    let mut text = String::new();
    for file in &report.files {
        if let Some(problem) = &file.problem {
            text.push_str(&format!(
                "{YELLOW}warning:{YELLOW:#} `{}`: {problem}\n",
                file.path
            ));
        }
    }
    text.push_str(&report.balance());
    text.push('\n');
    if report.unchanged > 0 {
        text.push_str(&format!(
            "{} files were read before and have not changed.\n",
            report.unchanged
        ));
    }
    for sentence in &report.found {
        text.push_str(&format!("{sentence}\n"));
    }
    text
}
