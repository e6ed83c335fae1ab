//! `ringfence why`: the chain that led to an event or a finding.

use super::narrow::{nothing_yet, reader};
use super::sessions::steps::{came_from, tainted};
use crate::cli::Why as Args;
use crate::daemon::now;
use crate::output::{self, BOLD, DIM, Exit, clock, print, print_json};
use crate::places::Places;
use anyhow::{Context, Result, bail};
use ringfence_api::{Recording, recorded};
use ringfence_event::{Finding, Timestamp};
use ringfence_store::{Reader, StoredEvent, visible};
use ringfence_timeline::{Link, Memory, Why, why};

pub(super) fn run(args: &Args, places: &Places) -> Result<Exit> {
    let Some(store) = reader(places)? else {
        bail!("{}", nothing_yet(places).trim_end());
    };
    let event = find(&store, &args.what)?;
    let chain = why(&Recording(&store), &recorded(event))?;
    if args.json {
        print_json("why", &chain)?;
    } else {
        print(&shown(&chain, now()))?;
    }
    Ok(Exit::Done)
}

/// A finding by its short name, else an event.
fn find(store: &Reader, name: &str) -> Result<StoredEvent> {
    // `ringfence alerts` shows short names with letters; numbers are events.
    let is_number = name
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !is_number && let Some(finding) = store.finding(name)? {
        let event = store.event(&finding.event_id.to_string())?;
        return event.context("the finding's event is no longer kept");
    }
    store.event(name)?.with_context(|| {
        format!(
            "no event and no finding is called `{}`\nhint: `ringfence alerts` names findings, \
             `ringfence events --json` events",
            visible(name)
        )
    })
}

fn shown(why: &Why, now: Timestamp) -> String {
    let mut text = String::new();
    for finding in &why.findings {
        text.push_str(&found(finding));
    }
    section(&mut text, "The event", &[link(&why.event, now)]);
    let sources = why.step.as_ref().map(|step| {
        let names: Vec<&str> = step.sources.iter().map(|source| source.name()).collect();
        format!("told by {}", names.join(", "))
    });
    if let Some(sources) = sources {
        text.push_str(&format!("    {DIM}{sources}{DIM:#}\n"));
    }
    if why.findings.is_empty() {
        let verdict = output::verdict(why.verdict);
        text.push_str(&format!("    {verdict}: no rule found anything\n"));
    }
    let origins: Vec<String> = why.came_from.iter().map(came_from).collect();
    section(&mut text, "Where its words came from", &origins);
    let taints: Vec<String> = why.taints.iter().map(tainted).collect();
    section(&mut text, "What it is under the influence of", &taints);
    let links =
        |links: &[Link]| -> Vec<String> { links.iter().map(|one| link(one, now)).collect() };
    section(&mut text, "What led to it", &links(&why.steps));
    section(&mut text, "Started by", &links(&why.started_by));
    if let Some(prompt) = &why.prompt {
        let turn = why
            .turn
            .map_or_else(String::new, |turn| format!(", turn {turn}"));
        section(
            &mut text,
            &format!("The prompt{turn}"),
            &[link(prompt, now)],
        );
    }
    for memory in &why.memory {
        remembered(&mut text, memory, now);
    }
    text
}

fn found(finding: &Finding) -> String {
    format!(
        "{BOLD}{}{BOLD:#}  {}  {}  {DIM}{} {}{DIM:#}\n    {}\n    {}\n",
        visible(&finding.title),
        output::verdict(finding.verdict),
        output::severity(finding.severity),
        finding.rule,
        finding.id,
        visible(&finding.reason),
        visible(&finding.evidence),
    )
}

fn remembered(text: &mut String, memory: &Memory, now: Timestamp) {
    let title = format!(
        "Another session wrote {}, which this one obeys",
        visible(&memory.path)
    );
    let mut lines = vec![link(&memory.written, now)];
    let session = memory.written.session.as_ref();
    lines.extend(session.map(|session| format!("session {}", visible(session.as_str()))));
    lines.extend(memory.came_from.iter().map(came_from));
    lines.extend(memory.taints.iter().map(tainted));
    section(text, &title, &lines);
}

fn section(text: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&format!("{BOLD}{title}{BOLD:#}\n"));
    for line in lines {
        text.push_str(&format!("    {line}\n"));
    }
}

fn link(link: &Link, now: Timestamp) -> String {
    format!(
        "{DIM}{} {}{DIM:#}  {}  {}",
        link.event,
        clock(link.at, now),
        link.kind,
        visible(&link.text)
    )
}
