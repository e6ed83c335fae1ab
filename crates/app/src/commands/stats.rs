//! `ringfence stats`.

use super::narrow::{nothing_yet, reader};
use crate::cli::Stats as Args;
use crate::daemon::now;
use crate::output::{self, BOLD, Exit, clock, print, print_json, table};
use crate::places::Places;
use anyhow::Result;
use ringfence_store::Stats;
use std::collections::BTreeMap;

pub(super) fn run(args: &Args, places: &Places) -> Result<Exit> {
    let since = args
        .since
        .as_deref()
        .map(|text| output::since(text, now()))
        .transpose()?;
    let stats = match reader(places)? {
        Some(store) => store.stats(since, None)?,
        None => Stats::default(),
    };
    if args.json {
        print_json("stats", &stats)?;
    } else if stats.events == 0 {
        print(&nothing_yet(places))?;
    } else {
        print(&text(&stats))?;
    }
    Ok(Exit::Done)
}

fn text(stats: &Stats) -> String {
    let now = now();
    let mut text = format!(
        "{BOLD}{}{BOLD:#}, {}, {} denied, {} asked",
        output::count(stats.events, "event"),
        output::count(stats.findings, "finding"),
        stats.denied,
        stats.asked
    );
    if let (Some(first), Some(last)) = (stats.first, stats.last) {
        text.push_str(&format!(
            ", from {} to {}",
            clock(first, now),
            clock(last, now)
        ));
    }
    text.push('\n');
    for (title, counts) in [
        ("Agents", &stats.by_agent),
        ("Kinds", &stats.by_kind),
        ("Operations", &stats.by_operation),
        ("Rules", &stats.by_rule),
        ("Severities", &stats.by_severity),
    ] {
        if !counts.is_empty() {
            text.push_str(&format!(
                "\n{BOLD}{title}{BOLD:#}\n{}",
                table(&most_first(counts))
            ));
        }
    }
    text
}

fn most_first(counts: &BTreeMap<String, u64>) -> Vec<Vec<String>> {
    let mut rows: Vec<(&String, &u64)> = counts.iter().collect();
    rows.sort_by(|one, other| other.1.cmp(one.1));
    rows.into_iter()
        .map(|(name, count)| vec![format!("  {name}"), count.to_string()])
        .collect()
}
