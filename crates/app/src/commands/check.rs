//! `ringfence check -- <command>`: what would be decided, and why.

mod invocations;

use crate::cli::Check;
use crate::daemon::now;
use crate::judge::{Judge, RealLinks, imagined};
use crate::output::{self, BOLD, DIM, Exit, YELLOW, print, print_json};
use crate::places::Places;
use anyhow::{Context, Result};
use invocations::Invocation;
use ringfence_event::{Change, ChangeKind, Decision, Event, Labels, Operation, Tool, Verdict};
use ringfence_store::visible;
use serde_json::json;

pub(super) fn run(args: &Check, places: &Places) -> Result<Exit> {
    let judge = Judge::load(places)?;
    let cwd = match &args.cwd {
        Some(folder) => std::path::absolute(folder)?,
        None => std::env::current_dir().context("failed to find the working directory")?,
    };
    let mut event = imagined(tool(args), Some(cwd.to_string_lossy().into_owned()));
    // Now, so that an exception that has expired is none.
    event.at = now();
    let parts = judge.label_each(&event, &RealLinks);
    judge.enrich(&mut event, &RealLinks);
    let decision = judge.consider(&event);
    if args.json {
        let invocations: Vec<Invocation> = parts.into_iter().filter_map(Invocation::of).collect();
        let check = json!({
            "verdict": decision.verdict, "findings": decision.findings, "invocations": invocations,
            "unclear": event.labels.unclear, "labels": event.labels,
        });
        print_json("check", &check)?;
    } else {
        print(&explain(&event, &decision))?;
    }
    Ok(if decision.verdict == Verdict::Deny {
        Exit::WouldDeny
    } else {
        Exit::Done
    })
}

fn tool(args: &Check) -> Tool {
    let operation = if let Some(path) = &args.read {
        Operation::Read {
            paths: vec![path.clone()],
        }
    } else if let Some(path) = &args.write {
        Operation::Write {
            changes: vec![Change {
                path: path.clone(),
                change: ChangeKind::Update,
                text: None,
            }],
        }
    } else {
        match args.command.as_slice() {
            // One word is a command line, several are what a shell has already taken apart.
            [line] => Operation::Shell {
                command: line.clone(),
                argv: None,
                cwd: None,
            },
            words => Operation::Shell {
                command: words.join(" "),
                argv: Some(words.to_vec()),
                cwd: None,
            },
        }
    };
    Tool {
        name: operation.name().to_owned(),
        operation,
        input: serde_json::Value::Null,
    }
}

fn explain(event: &Event, decision: &Decision) -> String {
    let mut text = format!(
        "{BOLD}Verdict:{BOLD:#} {}\n",
        output::verdict(decision.verdict)
    );
    for finding in &decision.findings {
        text.push_str(&format!(
            "  {} {} {DIM}(rule {}){DIM:#}\n    {}\n    because of: {}\n",
            output::verdict(finding.verdict),
            finding.title,
            finding.rule,
            finding.reason,
            visible(&finding.evidence)
        ));
        if let Some(by) = &finding.allowed_by {
            text.push_str(&format!("    allowed by you ({by})\n"));
        }
    }
    if decision.findings.is_empty() {
        text.push_str("  no rule has anything against it\n");
    }
    text.push_str(&understood(&event.labels));
    text
}

/// What was understood, so that a person can see what the judgement rests on.
fn understood(labels: &Labels) -> String {
    let mut text = String::new();
    if !labels.commands.is_empty() {
        text.push_str(&format!("{BOLD}It would run:{BOLD:#}\n"));
    }
    for command in &labels.commands {
        text.push_str(&format!("  {}", visible(&command.line)));
        if !command.through.is_empty() {
            text.push_str(&format!(
                "  {DIM}through {}{DIM:#}",
                visible(&command.through.join(", "))
            ));
        }
        if !command.fed_by.is_empty() {
            text.push_str(&format!(
                "  {DIM}fed by {}{DIM:#}",
                visible(&command.fed_by.join(", "))
            ));
        }
        text.push('\n');
    }
    if !labels.files.is_empty() {
        text.push_str(&format!("{BOLD}Files:{BOLD:#}\n"));
    }
    for file in &labels.files {
        text.push_str(&format!(
            "  {} {}  {DIM}{}{DIM:#}\n",
            file.access.name(),
            visible(&file.full),
            file.class.name()
        ));
    }
    if !labels.packages.is_empty() {
        text.push_str(&format!("{BOLD}Packages:{BOLD:#}\n"));
    }
    for package in &labels.packages {
        text.push_str(&format!(
            "  {}  {DIM}{}, by {}{DIM:#}\n",
            visible(&package.name),
            package.ecosystem,
            visible(&package.by)
        ));
    }
    if !labels.hosts.is_empty() {
        text.push_str(&format!("{BOLD}Hosts:{BOLD:#}\n"));
    }
    for host in &labels.hosts {
        text.push_str(&format!(
            "  {}  {DIM}{}{DIM:#}\n",
            visible(&host.host),
            host.class.name()
        ));
    }
    for unclear in &labels.unclear {
        text.push_str(&format!("{YELLOW}Not clear:{YELLOW:#} {unclear}\n"));
    }
    text
}
