//! `ringfence scan PATH…|-|--git-diff|--transcripts`.

use crate::cli::Scan;
use crate::output::{Exit, print, print_json, report as tell};
use crate::places::Places;
use crate::scanning::baseline::{self, Baseline};
use crate::scanning::{
    Counts, Finding, Looker, Report, Wanted, diff, files, opinions, progress, sarif, show, stdin,
    transcripts,
};
use anyhow::{Context, Result, bail};
use ringfence_store::visible;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs it. Unlike other commands it ends with 2 if it failed: 1 says that something was found.
pub(super) fn run(args: &Scan, places: &Places) -> Exit {
    scan(args, places).unwrap_or_else(|error| match tell(&error) {
        Exit::Done => Exit::Done,
        _ => Exit::CouldNotLook,
    })
}

fn scan(args: &Scan, places: &Places) -> Result<Exit> {
    let begin = Instant::now();
    let wanted = Wanted {
        injections: !args.secrets_only,
        personal: args.personal,
        comments_allow: !args.no_ignore,
    };
    let (looker, unused) = Looker::new(args.config.as_deref(), wanted, places)?;
    let known = match &args.baseline {
        Some(path) => Baseline::load(path)?,
        None => Baseline::default(),
    };
    let report = Report::default();
    for part in unused {
        report.problem(format!("has no effect: {}", visible(&part)));
    }
    progress::during(&report, || look(args, places, &looker, &report))?;
    let (mut findings, mut counts, mut problems) = report.finish();
    if args.write_baseline.is_none() {
        let before = findings.len();
        findings.retain(|finding| !known.knows(finding));
        counts.known = u64::try_from(before - findings.len())?;
    }
    if args.second_opinion {
        let wanted = opinions::ask(places, &mut findings)?;
        problems.extend(wanted);
    }
    counts.milliseconds = u64::try_from(begin.elapsed().as_millis())?;
    if !args.sarif && !args.json {
        warn(&problems);
    }
    if let Some(path) = &args.write_baseline {
        return write_baseline(path, &findings, &counts);
    }
    say(args, &findings, &counts, &problems, &looker)?;
    Ok(if findings.is_empty() {
        Exit::Done
    } else {
        Exit::Found
    })
}

fn look(args: &Scan, places: &Places, looker: &Looker, report: &Report) -> Result<()> {
    let walk = files::Walk {
        ignores: !args.no_ignore,
        max_size: args.max_size,
        threads: args.threads.map_or(0, usize::from),
    };
    if let Some(revision) = &args.git_diff {
        return diff::look(revision, looker, report);
    }
    if args.transcripts {
        transcripts::look(places, walk, looker, report);
        return Ok(());
    }
    let (input, paths): (Vec<PathBuf>, Vec<PathBuf>) = args
        .paths
        .iter()
        .cloned()
        .partition(|path| path.as_os_str() == "-");
    for path in &paths {
        // A name that is typed wrong must not pass for a clean one.
        if let Err(error) = std::fs::metadata(path) {
            bail!("failed to look at `{}`: {error}", path.display());
        }
    }
    files::look(&paths, walk, looker, report);
    if !input.is_empty() {
        stdin::look(std::io::stdin().lock(), looker, report)
            .context("failed to read standard input")?;
    }
    Ok(())
}

fn warn(problems: &[String]) {
    for problem in problems {
        writeln!(anstream::stderr(), "warning: {problem}").unwrap_or_default();
    }
}

fn write_baseline(path: &Path, findings: &[Finding], counts: &Counts) -> Result<Exit> {
    let written = baseline::write(path, findings)?;
    print(&format!(
        "{}{} in `{}`: `ringfence scan … --baseline {1}` is silent about them.\n",
        show::summary(findings, counts),
        crate::output::count(u64::try_from(written)?, "finding"),
        path.display(),
    ))?;
    Ok(Exit::Done)
}

fn say(
    args: &Scan,
    findings: &[Finding],
    counts: &Counts,
    problems: &[String],
    looker: &Looker,
) -> Result<()> {
    if args.sarif {
        let mut text =
            serde_json::to_string_pretty(&sarif::log(findings, counts, problems, looker))?;
        text.push('\n');
        return print(&text);
    }
    if args.json {
        let document = json!({ "findings": findings, "counts": counts, "problems": problems });
        return print_json("scan", &document);
    }
    print(&format!(
        "{}{}",
        show::findings(findings),
        show::summary(findings, counts)
    ))
}
