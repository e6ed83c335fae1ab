//! `ringfence alerts`.

use super::narrow::{self, narrow, nothing_yet, reader, word};
use crate::cli::Alerts;
use crate::daemon::now;
use crate::output::{self, DIM, Exit, clock, print, print_json, print_json_line};
use crate::places::Places;
use anyhow::Result;
use ringfence_event::{RuleId, Severity, Timestamp, Verdict};
use ringfence_store::{FindingFilter, StoredFinding, visible};
use std::thread;
use std::time::Duration;

/// How often `--follow` looks for more.
const EVERY: Duration = Duration::from_millis(200);

pub(super) fn run(args: &Alerts, places: &Places) -> Result<Exit> {
    let filter = filter(args)?;
    let mut last = 0;
    let mut found = Vec::new();
    if let Some(store) = reader(places)? {
        found = store.findings(&filter)?;
        found.reverse();
        last = store.last_seq()?;
    }
    if args.follow {
        show(args, &found)?;
        return follow(args, places, &filter, last);
    }
    if args.narrow.json {
        print_json("alerts", &found)?;
    } else if found.is_empty() {
        print(&match reader(places)? {
            None => nothing_yet(places),
            Some(_) => "No finding. That is how it should be.\n".to_owned(),
        })?;
    } else {
        show(args, &found)?;
    }
    Ok(Exit::Done)
}

fn filter(args: &Alerts) -> Result<FindingFilter> {
    let (agent, since) = narrow(&args.narrow)?;
    let severity = args
        .severity
        .as_deref()
        .map(|text| {
            let names: Vec<&str> = Severity::ALL
                .iter()
                .map(|severity| severity.name())
                .collect();
            word("severity", text, Severity::from_name(text), &names)
        })
        .transpose()?;
    Ok(FindingFilter {
        agent,
        session: args.narrow.session.clone(),
        severity,
        rule: args.rule.as_deref().map(RuleId::from),
        since,
        limit: Some(narrow::limit(&args.narrow)?),
        newest_first: true,
        ..FindingFilter::default()
    })
}

fn follow(args: &Alerts, places: &Places, filter: &FindingFilter, mut last: i64) -> Result<Exit> {
    loop {
        if let Some(store) = reader(places)? {
            let newest = store.last_seq()?;
            let fresh = store.findings(&FindingFilter {
                after_seq: Some(last),
                newest_first: false,
                ..filter.clone()
            })?;
            show(args, &fresh)?;
            last = newest;
        }
        thread::sleep(EVERY);
    }
}

fn show(args: &Alerts, found: &[StoredFinding]) -> Result<()> {
    if args.narrow.json {
        return found.iter().try_for_each(print_json_line);
    }
    let now = now();
    let text: String = found.iter().map(|stored| entry(stored, now)).collect();
    print(&text)
}

fn entry(stored: &StoredFinding, now: Timestamp) -> String {
    let finding = &stored.finding;
    let agent = stored.agent.map_or("no agent known", |agent| agent.title());
    let mut text = format!(
        "{DIM}{}{DIM:#}  {}  {}  {}  {DIM}{}{DIM:#}\n    {}\n    {DIM}{agent}, rule {}{DIM:#}\n",
        clock(finding.at, now),
        output::verdict(finding.verdict),
        output::severity(finding.severity),
        visible(&finding.title),
        finding.id,
        visible(&finding.evidence),
        finding.rule,
    );
    if let Some(by) = &finding.allowed_by {
        text.push_str(&format!("    allowed by you ({by})\n"));
    } else if finding.verdict >= Verdict::Ask {
        text.push_str(&format!(
            "    {DIM}allow it once: ringfence allow {}{DIM:#}\n",
            finding.id
        ));
    }
    text
}
