//! `ringfence events`.

use super::narrow::{self, narrow, nothing_yet, reader, word};
use crate::cli::Events;
use crate::daemon::now;
use crate::output::{self, DIM, Exit, clock, print, print_json, print_json_line, table};
use crate::places::Places;
use anyhow::Result;
use ringfence_event::{Action, Event, Operation, Source, Timestamp, Verdict};
use ringfence_store::{EventFilter, Reader, StoredEvent, summary};
use std::thread;
use std::time::Duration;

/// How often `--follow` looks for more.
const EVERY: Duration = Duration::from_millis(200);

pub(super) fn run(args: &Events, places: &Places) -> Result<Exit> {
    let filter = filter(args)?;
    let Some(store) = reader(places)? else {
        if args.follow {
            return follow(args, places, &filter, 0);
        }
        if args.narrow.json {
            print_json("events", &Vec::<StoredEvent>::new())?;
        } else {
            print(&nothing_yet(places))?;
        }
        return Ok(Exit::Done);
    };
    let mut events = newest(&store, &filter, args)?;
    events.reverse();
    if args.follow {
        let last = events
            .last()
            .map_or_else(|| store.last_seq(), |event| Ok(event.id.seq))?;
        show(args, &events)?;
        return follow(args, places, &filter, last);
    }
    if args.narrow.json {
        print_json("events", &events)?;
    } else if events.is_empty() {
        print(&empty(&store, places)?)?;
    } else {
        show(args, &events)?;
    }
    Ok(Exit::Done)
}

/// The newest events, in as many pages as the store needs for them.
fn newest(store: &Reader, filter: &EventFilter, args: &Events) -> Result<Vec<StoredEvent>> {
    let limit = args.narrow.limit;
    let mut events: Vec<StoredEvent> = Vec::new();
    let mut before_seq = None;
    loop {
        let page = store.events(&EventFilter {
            limit: Some(limit - events.len()),
            before_seq,
            ..filter.clone()
        })?;
        let Some(last) = page.last() else {
            return Ok(events);
        };
        before_seq = Some(last.id.seq);
        events.extend(page.into_iter().filter(|event| is_shown(event, args)));
        if events.len() >= limit {
            return Ok(events);
        }
    }
}

/// People see once what several sources tell, unless they ask for one source.
fn is_shown(stored: &StoredEvent, args: &Events) -> bool {
    args.narrow.json || args.source.is_some() || stored.event.labels.repeats.is_none()
}

fn empty(store: &Reader, places: &Places) -> Result<String> {
    Ok(if store.last_seq()? == 0 {
        nothing_yet(places)
    } else {
        "No event fits. Without filters, `ringfence events` shows the last 50.\n".to_owned()
    })
}

fn filter(args: &Events) -> Result<EventFilter> {
    let (agent, since) = narrow(&args.narrow)?;
    let kind = args
        .kind
        .as_deref()
        .map(|text| {
            let found = Action::KINDS.iter().find(|kind| **kind == text);
            word(
                "kind of event",
                text,
                found.map(|kind| (*kind).to_owned()),
                &Action::KINDS,
            )
        })
        .transpose()?;
    let does = args
        .does
        .as_deref()
        .map(|text| {
            let found = Operation::NAMES.iter().find(|name| **name == text);
            word(
                "operation",
                text,
                found.map(|name| (*name).to_owned()),
                &Operation::NAMES,
            )
        })
        .transpose()?;
    let verdict = args
        .verdict
        .as_deref()
        .map(|text| {
            let names: Vec<&str> = Verdict::ALL.iter().map(|verdict| verdict.name()).collect();
            word("verdict", text, Verdict::from_name(text), &names)
        })
        .transpose()?;
    Ok(EventFilter {
        agent,
        session: args.narrow.session.clone(),
        kind,
        does,
        verdict,
        source: source(args.source.as_deref())?,
        text: args.text.clone(),
        since,
        newest_first: true,
        ..EventFilter::default()
    })
}

fn source(text: Option<&str>) -> Result<Option<Source>> {
    text.map(|text| {
        let found = Source::ALL.into_iter().find(|source| source.name() == text);
        word("source", text, found, &Source::ALL.map(Source::name))
    })
    .transpose()
}

/// Shows what comes, until the reader goes.
fn follow(args: &Events, places: &Places, filter: &EventFilter, mut last: i64) -> Result<Exit> {
    let mut store = narrow::reader(places)?;
    loop {
        if let Some(open) = &store {
            let mut fresh = open.events(&EventFilter {
                after_seq: Some(last),
                newest_first: false,
                ..filter.clone()
            })?;
            if let Some(newest) = fresh.last() {
                last = newest.id.seq;
                fresh.retain(|event| is_shown(event, args));
                show(args, &fresh)?;
            }
        } else {
            store = narrow::reader(places)?;
        }
        thread::sleep(EVERY);
    }
}

fn show(args: &Events, events: &[StoredEvent]) -> Result<()> {
    if args.narrow.json {
        return events.iter().try_for_each(print_json_line);
    }
    let now = now();
    let rows: Vec<Vec<String>> = events.iter().map(|stored| row(stored, now)).collect();
    print(&table(&rows))
}

fn row(stored: &StoredEvent, now: Timestamp) -> Vec<String> {
    let event = &stored.event;
    let mut last = summary(event);
    if let Some(finding) = stored.findings.iter().max_by_key(|finding| finding.verdict) {
        last.push_str(&format!("  {DIM}← {} {}{DIM:#}", finding.rule, finding.id));
    }
    vec![
        format!("{DIM}{}{DIM:#}", clock(event.at, now)),
        output::verdict(stored.verdict),
        event
            .agent
            .map_or_else(|| "-".to_owned(), |agent| agent.to_string()),
        what(event),
        last,
    ]
}

/// The kind, or the tool where there is one.
fn what(event: &Event) -> String {
    let mark = match &event.action {
        Action::ToolResult { .. } => "✓ ",
        Action::PermissionRequest { .. } => "? ",
        _ => "",
    };
    match event.action.tool() {
        Some(tool) => format!("{mark}{}", ringfence_store::visible(&tool.name)),
        None => event.action.kind().to_owned(),
    }
}
