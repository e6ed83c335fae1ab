//! `ringfence audit`: was the record changed behind our back?

use crate::cli::{Audit, Json};
use crate::output::{Exit, GREEN, YELLOW, count, print, print_json};
use crate::places::Places;
use anyhow::{Context, Result};
use ringfence_store::audit::{self, Head, Report};
use std::io::{IsTerminal, Write};

/// Events between two words about how far it is.
const TELL_EVERY: u64 = 250_000;

pub(super) fn run(args: &Audit, places: &Places) -> Result<Exit> {
    match args {
        Audit::Verify { head, json } => verify(head.as_deref(), *json, places),
        Audit::Head(args) => show_head(args, places),
    }
}

fn verify(expected: Option<&str>, json: bool, places: &Places) -> Result<Exit> {
    let expected = expected
        .map(|text| {
            text.parse::<Head>().with_context(|| {
                format!("`{text}` is no head\nhint: it is what `ringfence audit head` printed")
            })
        })
        .transpose()?;
    let mut told = 0;
    let shown = std::io::stderr().is_terminal() && !json;
    let report = audit::verify(&places.folders(), expected.as_ref(), |done, all| {
        if shown && done >= told + TELL_EVERY {
            told = done;
            let line = write!(std::io::stderr(), "\r{done} of {all} events");
            line.unwrap_or_default();
        }
    })
    .context("failed to verify the record")?;
    if told > 0 {
        writeln!(std::io::stderr(), "\r").unwrap_or_default();
    }
    let whole = report.problems.is_empty();
    if json {
        print_json("report", &report)?;
    } else {
        print(&text(&report))?;
    }
    Ok(if whole { Exit::Done } else { Exit::Failed })
}

fn text(report: &Report) -> String {
    let mut text = if report.problems.is_empty() {
        format!(
            "{GREEN}The record is whole{GREEN:#}: {} in {} and {}.\n",
            count(report.events, "event"),
            count(report.batches, "sealed batch"),
            count(report.segments, "file")
        )
    } else {
        format!(
            "{YELLOW}The record is not whole{YELLOW:#} ({} looked at):\n",
            count(report.events, "event")
        )
    };
    for problem in &report.problems {
        let events = if problem.first == problem.last {
            format!("event {}", problem.first)
        } else {
            format!("events {} to {}", problem.first, problem.last)
        };
        text.push_str(&format!("  {events}: {}\n", problem.what));
    }
    text.push_str(&format!(
        "Latest seal: {}:{}\n",
        report.last_seq, report.head
    ));
    text.push_str(
        "Whoever may write to this home can also write a new chain. A seal that you keep elsewhere shows it: `ringfence audit head`, later `ringfence audit verify --head …`.\n",
    );
    text
}

fn show_head(args: &Json, places: &Places) -> Result<Exit> {
    let head = audit::head(&places.folders()).context("failed to read the record")?;
    if args.json {
        print_json("head", &head)?;
    } else {
        match head {
            Some(head) => print(&format!("{head}\n"))?,
            None => print("Nothing is recorded yet.\n")?,
        }
    }
    Ok(Exit::Done)
}
